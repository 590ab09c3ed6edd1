"""What a fit leaves behind."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class History:
    """What `fit` returns.

    Attributes:
        history: for each figure, its value at each epoch; figures of the validation data begin with "val_".
        epoch: the epochs, counted from 0.
        stop_reason: why training ended before all epochs were done; empty where they were.
    """

    history: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    epoch: list[int] = field(default_factory=list[int])
    stop_reason: str = ""
