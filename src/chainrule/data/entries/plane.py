"""The named data sets that are points in a plane, drawn when they are asked for."""

from chainrule.data import plane
from chainrule.data.entries.entry import Entry

_MADE = ("Chainrule", "Apache-2.0", "made when it is asked for", ())
_CLASSES, _FEATURES = ("orange", "blue"), ("x1", "x2")

PLANE = (
    Entry("circle", "400 points in a plane, a disc within a ring, split 200/200", *_MADE, plane.circle, _CLASSES, _FEATURES),
    Entry("exclusive-or", "400 points in a plane, opposite quarters alike, split 200/200", *_MADE, plane.exclusive_or, _CLASSES, _FEATURES),
    Entry("gauss", "400 points in a plane, two clouds, split 200/200", *_MADE, plane.gauss, _CLASSES, _FEATURES),
    Entry("spiral", "400 points in a plane, two arms of a spiral, split 200/200", *_MADE, plane.spiral, _CLASSES, _FEATURES),
    Entry("slope", "400 points in a plane, a quantity that rises evenly, split 200/200", *_MADE, plane.slope, None, _FEATURES),
    Entry("hills", "400 points in a plane, a quantity with hills and hollows, split 200/200", *_MADE, plane.hills, None, _FEATURES),
)
