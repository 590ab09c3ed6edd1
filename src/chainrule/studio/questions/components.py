"""What settings are put together from: layers, losses, optimisers, metrics."""

from typing import ClassVar

from msgspec import Struct

from chainrule.studio import components
from chainrule.studio.components import Component
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request


class Components(Struct, frozen=True):
    """What settings are put together from.

    Args:
        layers: to be put one after the other.
        losses: of them.
        optimizers: of them.
        metrics: names.
        augmentations: layers that change training examples.
        schedules: of learning rates.
        regularizers: penalties on weights.
    """

    layers: list[Component]
    losses: list[Component]
    optimizers: list[Component]
    metrics: list[str]
    augmentations: list[Component]
    schedules: list[Component]
    regularizers: list[Component]


class ListComponents(Request, frozen=True):
    """List what settings are put together from: layers, losses, optimisers, metrics."""

    waits: ClassVar[bool] = False

    def respond(self, jobs: Jobs) -> Components:
        return Components(
            components.layer_components(),
            components.loss_components(),
            components.optimizer_components(),
            components.metric_names(),
            components.augmentation_components(),
            components.group_components("schedule"),
            components.group_components("regularizer"),
        )
