"""The network's answers after training, for some rows of the training part and of the validation data."""

from dataclasses import dataclass, field

import numpy as np

from chainrule.doctor.targets import Array


@dataclass(frozen=True, eq=False)
class Answers:
    """What the network answers.

    Args:
        rows: of the training part.
        train: for each output, the answers for these rows.
        validation: for each output, those for the first rows of the validation data; empty where there are none.
        logits: for each output, whether 0 and not one half parts two classes.
    """

    rows: Array
    train: list[Array]
    validation: list[Array] = field(default_factory=list[Array])
    logits: tuple[bool, ...] = ()

    def classes(self, number: int, validation: bool = False) -> Array | None:
        """Return the class answered for each row; None where the answers name none."""
        given = self.validation if validation else self.train
        if number >= len(given) or given[number].ndim != 2:
            return None
        answers = given[number]
        if answers.shape[1] > 1:
            return answers.argmax(1)
        return (answers[:, 0] > (0.0 if number < len(self.logits) and self.logits[number] else 0.5)).astype(np.int64)
