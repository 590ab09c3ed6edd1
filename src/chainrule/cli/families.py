"""The families of kept runs, as trees."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.text import Text
from rich.tree import Tree

from chainrule.cli.screen import console, figure, number
from chainrule.record import Branch, Recording, family


def show_families(folder: Path) -> None:
    """Print the runs in a folder as trees, forks below what they were forked from."""
    families = family(folder)
    if not families:
        console().print(Text(f"No run is kept in {folder}. Begin one with: chainrule learn digits"))
    for branch in families:
        console().print(_grow(Tree(_label(branch), guide_style="dim"), branch))


def _grow(tree: Tree, branch: Branch) -> Tree:
    for fork in sorted(branch.forks, key=lambda fork: fork.parent["step"] if fork.parent else 0):
        _grow(tree.add(_label(fork)), fork)
    return tree


def _label(branch: Branch) -> Text:
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
