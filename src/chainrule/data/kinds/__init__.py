"""The kinds that columns are of. Each is declared whole in its class; importing this room makes all of them known."""

from chainrule.data.kind import Column, Counted, Kind, all_kinds, get_kind, infer_kind
from chainrule.data.kinds.images import Image, Masks
from chainrule.data.kinds.names import Category, Labels
from chainrule.data.kinds.numbers import Array, Date, Number
from chainrule.data.kinds.sounds import Audio
from chainrule.data.kinds.texts import Context, Question, Reading, Span, Text
from chainrule.data.kinds.unused import Constant, Drop, Identifier

__all__ = [
    "Array",
    "Audio",
    "Category",
    "Column",
    "Constant",
    "Context",
    "Counted",
    "Date",
    "Drop",
    "Identifier",
    "Image",
    "Kind",
    "Labels",
    "Masks",
    "Number",
    "Question",
    "Reading",
    "Span",
    "Text",
    "all_kinds",
    "get_kind",
    "infer_kind",
]
