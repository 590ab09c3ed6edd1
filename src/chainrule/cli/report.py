"""The report of a run: its data, its figures, the confusion matrix, the worst mistakes, and what could be typed next."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.columns import Columns
from rich.console import Group
from rich.text import Text

from chainrule.cli.drawing import LARGEST, half_blocks, shades
from chainrule.cli.screen import console, figure, heading, lines, number, pairs, table
from chainrule.counting import counted
from chainrule.data.checks import Issue
from chainrule.data.kind import all_kinds
from chainrule.tasks.body import InputSpec
from chainrule.tasks.evaluation import Evaluation, Mistake
from chainrule.tasks.problem import Problem
from chainrule.tasks.task import Task

MOST_LISTED = 40  # columns of a table that are listed
MOST_COLUMNS = 12  # classes of a confusion matrix that is still printed whole


def show_problem(problem: Problem) -> None:
    """Print what the data are and what was decided about them."""
    heading(f"Data: {problem.name}")
    parts = ((problem.train, "training"), (problem.validation, "validation"), (problem.test, "test"))
    pairs(
        {
            "examples": ", ".join(f"{len(part):,} for {what}" for part, what in parts),
            "inputs": "; ".join(_input(problem, spec) for spec in problem.inputs),
            "target": f"{problem.target}, {problem.task.describe_target()}",
        }
    )
    lines(problem.facts)
    show_issues([issue for issue in problem.preparation.issues if issue.severity != "note"])


def show_columns(problem: Problem) -> None:
    """Print what each column is, why, and what is done to it."""
    heading("Columns")
    rows = [[f.name, f.kind, f.reason, "; ".join(step.describe() for step in f.steps)] for f in problem.learned.features[:MOST_LISTED]]
    rows += [[column.name, "-", "left aside", column.reason] for column in problem.learned.left[:MOST_LISTED]]
    console().print(table(["column", "kind", "because", "what is done"], rows, left=4))
    more = len(problem.learned.features) - MOST_LISTED
    if more > 0:
        console().print(Text(f"  and {counted(more, 'more column')}"))


def show_issues(issues: Sequence[Issue], title: str = "What is wrong with the data") -> None:
    """Print what the checks of the data have found, the gravest first."""
    if issues:
        heading(title)
        lines(f"{issue.severity}: {issue.message} {issue.advice}" for issue in issues)


def _input(problem: Problem, spec: InputSpec) -> str:
    """Return in words what the network takes."""
    if spec.kind == "features":
        return f"{counted(spec.shape[0], 'number')} from {counted(len(problem.learned.flat), 'column')}"
    size = counted(spec.shape[0], "number") if len(spec.shape) == 1 else " x ".join(map(str, spec.shape))
    return f"{spec.name if spec.name == spec.kind else f'{spec.name}, {spec.kind}'}: {size} ({spec.dtype})"


def show_evaluation(found: Evaluation, task: Task, what: str, places: Sequence[str], images: NDArray[Any] | None) -> None:
    """Print figures, the confusion matrix and the worst mistakes."""
    heading(f"{what}: {counted(len(places), 'example')}")
    rows = [[name, figure(name, value), figure(name, found.baseline.get(name))] for name, value in found.figures.items()]
    console().print(table(["figure", "this model", task.baseline], rows))
    if found.confusion is not None and task.class_names:
        show_confusion(found.confusion, task.class_names)
    show_mistakes(found.mistakes, task, places, images)


def show_confusion(confusion: NDArray[np.int64], class_names: Sequence[str]) -> None:
    """Print how often each class was given as each; of many classes only the commonest confusions."""
    if len(class_names) > MOST_COLUMNS:
        wrong = confusion - np.diag(np.diag(confusion))
        order = [divmod(int(flat), len(class_names)) for flat in np.argsort(-wrong, axis=None, kind="stable")[:10]]
        rows = [[class_names[true], class_names[given], f"{wrong[true, given]:,}"] for true, given in order if wrong[true, given]]
        heading("Commonest confusions")
        console().print(table(["true", "predicted", "times"], rows, left=2))
        return
    rows = [
        [class_names[true], *(_cell(int(count), true == given) for given, count in enumerate(row)), f"{row[true] / max(row.sum(), 1):.1%}"]
        for true, row in enumerate(confusion)
    ]
    columns = ["true", *_headings(class_names), "right"]
    heading("Confusion matrix: rows are true, columns are predicted")
    console().print(table(columns, rows))


def _headings(class_names: Sequence[str]) -> list[str]:
    """Return the names for columns, cut where all of them would not fit a line."""
    room = max(3, 60 // len(class_names) - 2)
    return [name if len(name) <= room else name[: room - 1] + "…" for name in class_names]


def _cell(count: int, right: bool) -> Text:
    if not count:
        return Text("·", "bright_black")
    return Text(f"{count:,}", "green" if right else "bold red")


def show_mistakes(mistakes: Sequence[Mistake], task: Task, places: Sequence[str], images: NDArray[Any] | None) -> None:
    """Print the worst mistakes; small images are drawn."""
    if not mistakes:
        console().print(Text("No mistake at all.", "green"))
        return
    sure = [] if any(m.probability is None for m in mistakes) else ["probability of it"]  # of several labels together there is none
    rows = [[places[m.row], m.true, m.predicted, *([f"{m.probability:.1%}"] if sure else []), number(m.loss)] for m in mistakes]
    heading(task.mistakes_title)
    console().print(table(["where", "true", "predicted", *sure, task.loss_title], rows, left=3 if task.class_names else 1))
    if images is not None and max(images.shape[1:3]) <= LARGEST:
        console().print()
        draw(images[[m.row for m in mistakes]], [f"{places[m.row]}\n{m.true}, predicted {m.predicted}" for m in mistakes])


def draw(images: NDArray[Any], captions: Sequence[str]) -> None:
    """Draw images side by side, a caption below each."""
    screen = console()
    drawing = half_blocks if screen.color_system else shades
    room = max(1, screen.width // (max(22, images.shape[2] * (1 if screen.color_system else 2)) + 3))
    shown = images if screen.color_system else images[:room]  # signs take more room than colours: one line of pictures
    pictures = [Group(*drawing(image), Text(caption), Text("")) for image, caption in zip(shown, captions, strict=False)]
    screen.print(Columns(pictures, padding=(0, 3)))


def _example(problem: Problem) -> str:
    """Return the name of a file of new examples, as people may have one."""
    if problem.images and problem.learned.features[0].raw is not None:
        return "images.npy"
    return next((kind.example for kind in all_kinds() if kind.name == problem.kind and kind.example), "new-rows.csv")


def show_next(name: str, problem: Problem, step: int) -> None:
    """Print what could be typed next, looking into a step among other things."""
    heading("Next")
    example = _example(problem)
    pairs(
        {
            "see more": f"chainrule show {name}",
            "look inside a step": f"chainrule rewind {name} --step {step}",
            "ask": f"chainrule predict {name} {example}",
            "see all of it": f"chainrule studio {name}",
        }
    )
