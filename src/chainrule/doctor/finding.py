"""What the doctor has found: a symptom, what was seen of it, its likely cause, and the remedy as a line of code."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

CERTAINTIES = ("possible", "likely", "certain")  # in ascending order
STAGES = ("before", "during", "after")


@dataclass(frozen=True)
class Finding:
    """One thing that is, or may be, wrong with the learning of a network.

    Args:
        symptom: its name.
        certainty: "possible": worth a look; "likely": mend it first; "certain": it cannot work so.
        seen: what was seen, with numbers, layers, rows and steps.
        cause: what that means, in words that need no training in the field.
        remedy: a line of code.
        stage: whether it was found "before", "during" or "after" training.
        details: the numbers, by name, JSON-ready.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1, "softmax")])
        >>> model.compile("adam", "binary_crossentropy")
        >>> x = np.random.default_rng(0).normal(size=(100, 2))
        >>> finding = cr.diagnose(model, x, (x[:, 0] > 0).astype("int32"))[0]
        >>> finding.symptom, finding.certainty, finding.remedy
        ('softmax on one unit', 'certain', "Dense(1, activation='sigmoid')")
    """

    symptom: str
    certainty: str
    seen: str
    cause: str
    remedy: str
    stage: str = "before"
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        if self.seen.startswith("the "):
            object.__setattr__(self, "seen", "T" + self.seen[1:])

    @property
    def is_alarm(self) -> bool:
        """Whether it is likely or certain."""
        return self.certainty != "possible"

    def at_most(self, certainty: str) -> "Finding":
        """Return the finding, no more certain than this."""
        return replace(self, certainty=min(self.certainty, certainty, key=CERTAINTIES.index))

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-ready data."""
        return asdict(self) | {"details": dict(self.details)}

    def to_text(self) -> str:
        """Return the finding as a few lines of text."""
        return f"{self.symptom} ({self.certainty})\n  seen:   {self.seen}\n  cause:  {self.cause}\n  remedy: {self.remedy}"
