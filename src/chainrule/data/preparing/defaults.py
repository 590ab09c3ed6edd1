"""The steps that a column is given where nothing else is asked for."""

from chainrule.data.collecting.collection import Kind
from chainrule.data.preparing.encoding import MultiHot, OneHot
from chainrule.data.preparing.missing import FillMissing
from chainrule.data.preparing.scaling import Rescale, Standardize
from chainrule.data.preparing.step import ColumnStep, Verb
from chainrule.data.preparing.texts import NormalizeText, TfIdf

_DEFAULTS: dict[Kind, tuple[ColumnStep, ...]] = {
    "number": (FillMissing(), Standardize()),
    "category": (OneHot(),),
    "labels": (MultiHot(),),
    "text": (NormalizeText(), TfIdf()),
    "array": (Standardize(),),
    "image": (Rescale(),),
}


def default_steps(kind: Kind) -> tuple[ColumnStep, ...]:
    """Return the steps of a column of this kind, in the order in which they are done."""
    return _DEFAULTS.get(kind, ())


def steps_for(column: str, kind: Kind, asked: dict[Verb, list[ColumnStep] | None]) -> list[ColumnStep]:
    """Return a column's steps: for each verb those that were asked for and take this column, else the default ones.

    An empty list asked for a verb does nothing at all for it.
    """
    chosen: list[ColumnStep] = []
    for verb, steps in asked.items():
        fitting = [step for step in steps or () if step.takes(column, kind)]
        if fitting or steps == []:
            chosen += fitting
        else:
            chosen += [step for step in default_steps(kind) if step.verb == verb]
    return chosen
