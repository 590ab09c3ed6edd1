"""`chainrule learn`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainrule.cli.options import RUNS, Quiet, Runs, with_problem_options
from chainrule.errors import ArgumentError

if TYPE_CHECKING:
    from chainrule.tasks.problem import ProblemSpec


@with_problem_options
def learn(
    spec: "ProblemSpec",
    layers: Annotated[str | None, typer.Option("--layers", metavar="64,64", help="Units of each dense hidden layer.")] = None,
    epochs: Annotated[int | None, typer.Option("--epochs", help="Passes over the training part, at most.")] = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", help="Examples in a batch.")] = None,
    optimizer: Annotated[
        str | None,
        typer.Option("--optimizer", help="How weights are changed: sgd, rmsprop, adam, ...; what suits if not given."),
    ] = None,
    learning_rate: Annotated[float | None, typer.Option("--learning-rate", help="The optimiser's own if not given.")] = None,
    patience: Annotated[int | None, typer.Option("--patience", help="Epochs without a better validation loss before it stops.")] = None,
    runs: Runs = RUNS,
    name: Annotated[
        str | None, typer.Option("--name", metavar="RUN", help="The run's name; the data's with a number if not given.")
    ] = None,
    quiet: Quiet = False,
    studio: Annotated[bool, typer.Option("--studio", help="Open the page that shows the run while it is trained, and after.")] = False,
) -> None:
    """Learn from a named data set, a table or a folder: train a network, save the run, report on a test part.

    What each column is, the task and the network follow from the data; every choice is told. Data without parts of their own
    are divided into 70 % for training, 15 % for validation and 15 % for the test; what prepares them is learned from the
    training part alone. Training ends when the validation loss no longer gets better, with the weights that were best.
    """
    from chainrule.cli.learning import learn_and_report  # noqa: PLC0415
    from chainrule.tasks.networks import Choices  # noqa: PLC0415

    choices = Choices(_units(layers), epochs, batch_size, optimizer, learning_rate, spec.seed, patience)
    learn_and_report(spec, choices, runs, _plain(name), quiet, studio)


def _units(text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ArgumentError(f"--layers must be whole numbers with commas, such as 64,64. Got {text!r} instead.") from None


def _plain(name: str | None) -> str | None:
    if name is not None and (not name or Path(name).name != name or name.startswith(".")):
        raise ArgumentError(f"--name must be a plain name without folders, not beginning with a dot. Got {name!r} instead.")
    return name
