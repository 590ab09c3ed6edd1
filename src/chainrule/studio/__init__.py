"""The studio: a page in the browser where learning can be watched, stopped, rewound and questioned."""

from chainrule.studio.notebook import show
from chainrule.studio.server import serve

__all__ = ["serve", "show"]
