"""The data of settings: read, split and prepared."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from chainrule.data import CATALOGUE, Split, split_rows
from chainrule.errors import ArgumentError
from chainrule.studio.settings import DataChoice
from chainrule.tasks.problem import Problem, ProblemSpec, read_problem

UPLOAD = "upload:"
UploadPlace: TypeAlias = Callable[[str], Path]  # where the upload of a name lies


def source_of(data: DataChoice, place: UploadPlace) -> str:
    """Return what data are read from: a name of the catalogue, or the path of an upload.

    Raises:
        ArgumentError: anything else, such as a path of the machine.
    """
    if data.source.startswith(UPLOAD):
        return str(place(data.source.removeprefix(UPLOAD)))
    if data.source not in CATALOGUE:  # what is no name would be taken for a file or folder of the machine
        known = ", ".join(CATALOGUE)
        raise ArgumentError(f"The source must be a named data set, which are {known}, or {UPLOAD}NAME. Got {data.source!r} instead.")
    return data.source


def read_data(data: DataChoice, place: UploadPlace) -> Problem:
    """Return the problem in the chosen data; of the training part as many examples as are asked for.

    Raises:
        ArgumentError, DataError: data that there are not, or that cannot be learned from.
    """
    spec = ProblemSpec(
        source_of(data, place), data.target, data.task, data.seed, features=data.features, noise=data.noise, held_out=data.held_out
    )
    problem = read_problem(spec)
    return problem if data.examples is None else replace(problem, train=fewer(problem, data.examples, data.seed))


def fewer(problem: Problem, examples: int, seed: int) -> Split:
    """Return so many examples of the training part, drawn in proportion to the classes."""
    count = len(problem.train.y)
    if examples >= count:
        return problem.train
    labels = problem.train.y if problem.class_names else None
    kept, _ = split_rows(count, (examples / count, 1 - examples / count), seed, stratify=labels)
    return problem.train.take(kept)
