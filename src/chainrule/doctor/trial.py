"""A trial: the same training from the same first weights, with one thing changed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """What came of a trial.

    Args:
        change: what was changed, as in "learning_rate=0.01".
        kind: "learning rate", "inputs" or "one batch".
        factor: for the learning rate, how much it was multiplied by.
        updates: how many were made.
        loss: at the end.
        reference: what the loss was after as many updates without the change.
    """

    change: str
    kind: str
    factor: float
    updates: int
    loss: float
    reference: float

    def to_text(self) -> str:
        """Return what came of it, as a sentence."""
        return f"Tried: with {self.change} the loss is {self.loss:.3g} after {self.updates:,} updates; as it is, {self.reference:.3g}."
