"""The loss around the way of a run."""

from typing import Annotated, Literal

from msgspec import Meta

from chainrule.insight import landscape
from chainrule.insight.landscape.slices import Plane
from chainrule.studio.fields import Name
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request


class ReadLandscape(Request, frozen=True):
    """Look at the loss around the way of a run.

    Args:
        run: its name.
        view: "path" for the plane in which the run moved, "plane" for two random directions around its end.
        points: on each side of the grid.
    """

    run: Name
    view: Literal["path", "plane"] = "path"
    points: Annotated[int, Meta(ge=3, le=51)] = 21

    def respond(self, jobs: Jobs) -> Plane:
        opened = jobs.library.open(self.run)
        if self.view == "path":
            return landscape.path(opened.run, self.points)
        train = opened.run.plan().train.in_memory(landscape.EXAMPLES)
        return landscape.plane(opened.model(None), list(train.x), list(train.y), points=self.points, sample_weight=train.weight)
