"""What a fit leaves behind."""

from dataclasses import dataclass, field

from chainrule.counting import counted


@dataclass(frozen=True)
class History:
    """What `fit` returns.

    Attributes:
        history: for each figure, its value at each epoch; figures of the validation data begin with "val_".
        epoch: the epochs, counted from 0.
        stop_reason: why training ended before all epochs were done; empty where they were.

    Example:
        >>> History({"loss": [0.5, 0.25]}, [0, 1])
        History(2 epochs: loss 0.25)
    """

    history: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    epoch: list[int] = field(default_factory=list[int])
    stop_reason: str = ""

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.history.items() if values)
        return f"History({counted(len(self.epoch), 'epoch')}{': ' + last if last else ''})"
