"""Views of saved runs: a line for the list of runs, families of runs as trees, a run's network and epochs, what the doctor found."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from chainrule.cli.drawing import curves
from chainrule.cli.screen import console, figure, heading, number, pairs, table
from chainrule.counting import counted
from chainrule.doctor import Finding
from chainrule.networks import summary_text
from chainrule.record import Branch, Recording, family

MOST_EPOCHS = 12  # rows of the table of epochs


def run_row(recording: Recording) -> list[str]:
    """Return a run as the cells of a table."""
    epochs = recording.epochs()
    watched = [epoch["figures"]["val_loss"] for epoch in epochs if "val_loss" in epoch["figures"]]
    figures = [f"{name} {figure(name, value)}" for name, value in list(recording.notes.get("test", {}).items())[:1]]
    best = f"best val_loss {number(min(watched))}" if watched else "-"
    return [recording.name, data_name(recording), recording.status, str(len(epochs)), "".join(figures) or best, _when(recording)]


def _when(recording: Recording) -> str:
    """Return when the run began: the hour of a run of today, the day of an older one."""
    begun = time.localtime(recording.configuration["created"])
    return time.strftime("%H:%M" if begun[:3] == time.localtime()[:3] else "%Y-%m-%d", begun)


def data_name(recording: Recording) -> str:
    """Return what the run learned from."""
    source = recording.notes.get("source")
    return Path(str(source)).name if source else counted(recording.configuration["examples"]["train"], "example")


def show_head(recording: Recording) -> None:
    """Print what the run is, what it was told, and where it ran."""
    configuration, settings = recording.configuration, recording.configuration["settings"]
    examples = configuration["examples"]
    heading(f"Run {recording.name}")
    pairs(
        {
            "status": recording.status + _reason(recording),
            "data": recording.notes.get("source", "given as arrays"),
            "examples": f"{examples['train']:,} for training, {examples['validation']:,} for validation",
            "epochs": f"{len(recording.epochs())} of {settings['epochs']}, {counted(configuration['steps_per_epoch'], 'step')} each",
            "batches": f"of {settings['batch_size']}",
            "optimizer": _optimizer(configuration["model"]),
            "seed": settings["seed"],
            "snapshots": f"{len(recording.snapshot_steps())}, the last at step {max(recording.snapshot_steps(), default=0)}",
        }
    )
    heading("Where it ran")
    environment = configuration["environment"]
    pairs({key: environment[key] for key in ("device", "threads", "python", "chainrule", "jax", "platform") if key in environment})
    for change in recording.changed_environment():
        console().print(Text(f"  changed since: {change}", "yellow"))


def _reason(recording: Recording) -> str:
    reasons = [event["reason"] for event in recording.events() if event["kind"] == "finished"]
    return f": {reasons[-1]}" if reasons and reasons[-1] != recording.status else ""


def _optimizer(model: Mapping[str, Any]) -> str:
    config = (model.get("compile") or {}).get("optimizer") or {}
    said = {key: value for key, value in config.items() if key != "class" and value is not None and isinstance(value, int | float | str)}
    return (
        str(config.get("class", "?")).rpartition(".")[2] + "(" + ", ".join(f"{key}={value}" for key, value in list(said.items())[:4]) + ")"
    )


def show_network(recording: Recording) -> None:
    """Print the layers."""
    heading("Network")
    for line in summary_text(recording.new_model().network, recording.configuration["model"]["name"]).splitlines():
        console().print(Text("  " + line), overflow="ellipsis", no_wrap=True)


def show_epochs(recording: Recording) -> None:
    """Print the epochs' figures (of many epochs some, the best among them) and the loss as a curve."""
    epochs = recording.epochs()
    if not epochs:
        console().print(Text("\n  No epoch is over yet."))
        return
    names = list(epochs[-1]["figures"])
    watched = "val_loss" if "val_loss" in names else "loss"
    best = int(np.argmin([epoch["figures"].get(watched, np.inf) for epoch in epochs]))
    picked = sorted({best, *np.linspace(0, len(epochs) - 1, min(len(epochs), MOST_EPOCHS)).round().astype(int).tolist()})
    rows = [
        [("* " if i == best else "  ") + str(epochs[i]["epoch"] + 1), str(epochs[i]["step"]), f"{epochs[i]['seconds']:.1f}"]
        + [number(epochs[i]["figures"].get(name)) for name in names]
        for i in picked
    ]
    heading(f"Epochs (* has the best {watched}" + (f"; {len(picked)} of {len(epochs)})" if len(picked) < len(epochs) else ")"))
    console().print(table(["epoch", "step", "seconds", *names], rows, left=0))
    show_loss(recording)


def show_loss(recording: Recording) -> None:
    """Print the loss over the steps as a curve."""
    steps = recording.figures()
    ended = [(epoch["step"], epoch["figures"]["val_loss"]) for epoch in recording.epochs() if "val_loss" in epoch["figures"]]
    series = [(steps["step"], steps["loss"], "cyan")]
    if ended:
        series.append((np.array([step for step, _ in ended]), np.array([loss for _, loss in ended]), "yellow"))
    console().print()
    legend = Text.assemble("  Loss over the steps: ", ("of each batch", "cyan"), *([", ", ("validation", "yellow")] if ended else []))
    console().print(legend)
    for line in curves(series, min(console().width, 100) - 2):
        console().print(Text("  ").append_text(line), no_wrap=True)


def show_test(recording: Recording) -> None:
    """Print the figures of the test part, where they are saved."""
    if recording.notes.get("test"):
        heading("Test")
        pairs({name: figure(name, value) for name, value in recording.notes["test"].items()})


def show_families(folder: Path) -> None:
    """Print the runs in a folder as trees, forks below what they were forked from."""
    families = family(folder)
    if not families:
        console().print(Text(f"No run is saved in {folder}. Begin one with: chainrule learn digits"))
    for branch in families:
        console().print(_grow(Tree(_branch_label(branch), guide_style="dim"), branch))


def _grow(tree: Tree, branch: Branch) -> Tree:
    for fork in sorted(branch.forks, key=lambda fork: fork.parent["step"] if fork.parent else 0):
        _grow(tree.add(_branch_label(fork)), fork)
    return tree


def _branch_label(branch: Branch) -> Text:
    recording, parent = branch.recording, branch.parent
    origin = f"  from step {parent['step']:,}: {changes_text(parent['changes'])}" if parent else ""
    return Text.assemble((recording.name, "bold"), (origin, "cyan"), f"\n{_outcome(recording)}")


def changes_text(changes: Mapping[str, Any]) -> str:
    """Return what was changed in a fork, in words."""
    texts: list[str] = []
    for name, value in changes.items():
        shown = str(value["class"]).rpartition(".")[2] if isinstance(value, dict) else f"{value:g}" if isinstance(value, float) else value
        texts.append(f"{name.replace('_', ' ')} {shown}")
    return ", ".join(texts) or "nothing changed"


def _outcome(recording: Recording) -> str:
    made, epochs = recording.steps_made(), recording.epochs()
    parts = [recording.status, "no step made" if made is None else f"steps {made[0]:,} to {made[1]:,}"]
    for name in ("val_loss", "val_accuracy"):
        values = [epoch["figures"][name] for epoch in epochs if name in epoch["figures"]]
        if values:
            best = max(values) if name == "val_accuracy" else min(values)
            parts.append(f"best {name} {number(best) if name == 'val_loss' else figure('accuracy', best)}")
    if not any(part.startswith("best") for part in parts) and epochs:
        parts.append(f"best loss {number(min(epoch['figures']['loss'] for epoch in epochs))}")
    parts += [f"test {name} {figure(name, value)}" for name, value in list(recording.notes.get("test", {}).items())[:1]]
    return ", ".join(parts)


STYLES = {"certain": "bold red", "likely": "bold yellow", "possible": "bold cyan"}


def show_findings(name: str, findings: Sequence[Finding]) -> None:
    """Print findings, the first to be mended first."""
    heading(f"Findings about run {name}")
    if not findings:
        console().print(Text("  Nothing looks wrong."))
    for place, finding in enumerate(findings, 1):
        console().print(Text.assemble(f"\n  {place}. ", (finding.symptom, STYLES[finding.certainty]), f" ({finding.certainty})"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="cyan", no_wrap=True)
        grid.add_column()
        for what, text in (("seen", finding.seen), ("cause", finding.cause), ("remedy", finding.remedy)):
            grid.add_row(what, Text(text))
        console().print(Padding(grid, (0, 0, 0, 5)))
