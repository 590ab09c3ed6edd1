"""Leaks: what lets a network know of the test part, or of the answer, what it will not know when it is used."""

from chainrule.data.checks.leaks.afterwards import known_only_after
from chainrule.data.checks.leaks.copies import copies_across_parts
from chainrule.data.checks.leaks.files import same_files
from chainrule.data.checks.leaks.giveaway import giveaway
from chainrule.data.checks.leaks.groups import groups_across_parts
from chainrule.data.checks.leaks.identifiers import identifier_tells_target, order_tells_target
from chainrule.data.checks.leaks.in_text import target_in_text
from chainrule.data.checks.leaks.time import time_backwards, time_ignored

__all__ = [
    "copies_across_parts",
    "giveaway",
    "groups_across_parts",
    "identifier_tells_target",
    "known_only_after",
    "order_tells_target",
    "same_files",
    "target_in_text",
    "time_backwards",
    "time_ignored",
]
