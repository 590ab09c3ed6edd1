"""The loss landscape: the loss along lines and planes of the weights' space, and how sharply it curves."""

from chainrule.insight.landscape.sharpness import Sharpness, SharpnessCourse, course, sharpness
from chainrule.insight.landscape.slices import Line, Plane, line, path, plane
from chainrule.insight.landscape.surface import EXAMPLES, Surface

__all__ = ["EXAMPLES", "Line", "Plane", "Sharpness", "SharpnessCourse", "Surface", "course", "line", "path", "plane", "sharpness"]
