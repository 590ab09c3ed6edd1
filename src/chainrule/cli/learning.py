"""What `learn` and `demo` do: read, train, evaluate, report."""

from pathlib import Path
from typing import Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.text import Text

from chainrule.cli.options import shown_name
from chainrule.cli.report import show_evaluation, show_next, show_problem
from chainrule.cli.screen import console, downloading, heading, lines, show_notes
from chainrule.cli.studio import studio_beside
from chainrule.counting import counted
from chainrule.doctor import Doctor
from chainrule.errors import DataError
from chainrule.models import Model
from chainrule.networks import parameter_count
from chainrule.record import Recording, next_run_path
from chainrule.tasks.evaluation import Evaluation
from chainrule.tasks.learning import designed, evaluate_problem, problem_of_run
from chainrule.tasks.learning import learn as learn_problem
from chainrule.tasks.networks import Choices, Design
from chainrule.tasks.problem import Problem, ProblemSpec, read_problem


def learn_and_report(spec: ProblemSpec, choices: Choices, folder: Path, name: str | None, quiet: bool, studio: bool = False) -> Evaluation:
    """Learn from a source, save the run, and report on its test part; with `studio` a page shows it meanwhile."""
    problem = read(spec)
    show_problem(problem)
    path = folder / name if name else next_run_path(folder, problem.name)
    plan = designed(problem, choices)
    announce(plan)
    with studio_beside(studio, path):
        try:
            model, history = learn_problem(problem, choices, path, verbose=0 if quiet else "auto", callbacks=[Doctor()], plan=plan)
        except KeyboardInterrupt:
            raise interrupted(path, folder) from None
        console().print(Text(f"  {_ending(len(history.epoch), history.stop_reason)}"))
        return report(model, problem, path, folder)


def read(spec: ProblemSpec) -> Problem:
    """Return the problem of a source, its download shown."""
    with downloading() as progress:
        return read_problem(spec, progress)


def announce(plan: Design) -> None:
    """Print what network will learn, and how."""
    heading("Learning")
    choices, optimizer = plan.choices, (plan.model.compile_arguments or {}).get("optimizer")
    way = [layer.default_name for layer in plan.model.layers]
    rate = f" at {choices.learning_rate:g}" if choices.learning_rate else ""
    console().print(Text(f"  {' > '.join(way)}: {counted(parameter_count(plan.model.network), 'parameter')}"))
    bounds = f"at most {counted(choices.epochs or 1, 'epoch')}, patience {choices.patience}, seed {choices.seed}"
    named = choices.optimizer or type(optimizer).__name__.lower()
    console().print(Text(f"  {named}{rate}, batches of {choices.batch_size}, {bounds}"))
    lines(plan.reasons)


def _ending(epochs: int, reason: str | None) -> str:
    return f"Ended after {counted(epochs, 'epoch')}: {reason or 'all are done'}; the best weights are kept."


def interrupted(path: Path, folder: Path) -> typer.Exit:
    """Say that learning was stopped by the keyboard and how to go on; return the exit to raise."""
    if not (path / "run.sqlite").exists():
        show_notes(["Stopped before learning began; nothing was saved."])
    else:
        made = len(Recording(path).figures()["step"])
        show_notes([f"Stopped after {counted(made, 'step')}. Go on, to the same end, with: chainrule resume {shown_name(path, folder)}"])
    return typer.Exit(130)


def report(model: Model, problem: Problem, path: Path, folder: Path) -> Evaluation:
    """Print how good a model is on the test part, save these figures with the run, and say what could be typed next."""
    found = evaluate_problem(model, problem)
    show_evaluation(found, problem.task, "Test", problem.places, images_of(problem))
    Recording(path).add_notes(test=found.figures)
    heading("Saved")
    console().print(Text(f"  {path}"))
    first, last = Recording(path).steps_made() or (0, 0)
    show_next(shown_name(path, folder), problem, min(first + 10, last))
    return found


def images_of(problem: Problem) -> NDArray[Any] | None:
    """Return the test part's images, to be drawn; None where the examples are no images, or do not fit into memory."""
    x = problem.test.x
    return x if problem.images and isinstance(x, np.ndarray) else None


def report_again(recording: Recording, folder: Path) -> None:
    """Evaluate a run that goes on from another, or from where it was stopped, where it knows the source of its data."""
    if "preparation" not in recording.notes:
        return
    try:
        problem = read_again(recording)
    except DataError as error:
        show_notes([f"The model is saved, but cannot be evaluated: {error}"])
        return
    report(recording.model(), problem, recording.path, folder)


def read_again(recording: Recording) -> Problem:
    """Return the problem of a saved run, its download shown."""
    with downloading():
        return problem_of_run(recording)
