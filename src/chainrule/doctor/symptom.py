"""A symptom: one thing that the doctor looks for. Defining a subclass is all that it takes to have it looked for."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from chainrule.configuration import Configurable, subclasses
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NOT_LEARNING = "not learning"
BLOWING_UP = "blowing up"
MISFIT = "misfit"
GROUPS = (NOT_LEARNING, BLOWING_UP, MISFIT)


class Symptom(Configurable, abstract=True):
    """One thing that the doctor looks for.

    A subclass is examined, ranked and shown from its definition on, like those of Chainrule.

    Attributes:
        name: what findings call it.
        look: what is looked for, in a line.
        needs: the evidence without which it cannot be seen, as names of what `Evidence` holds.
        groups: of which kinds of trouble it is a sign: "not learning", "blowing up" or "misfit".
        explains: the symptoms, and the groups of symptoms, that are its consequences. Where it is found, these stand behind it.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> class FewColumns(cr.doctor.Symptom):
        ...     "Hardly any columns."
        ...     name = "few columns"
        ...     look = "x has a single column"
        ...     needs = ("x",)
        ...     explains = ("capacity too small",)
        ...     def examine(self, evidence):
        ...         if evidence.x[0].shape[-1] == 1:
        ...             yield self.finding("possible", "x has one column.", "One number tells little.", "x.shape")
        >>> model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> x = np.random.default_rng(0).normal(size=(100, 1))
        >>> [finding.symptom for finding in cr.diagnose(model, x, x[:, 0] ** 2)]
        ['few columns']
    """

    name: ClassVar[str]
    look: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    groups: ClassVar[tuple[str, ...]] = ()
    explains: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield what the evidence shows of this symptom. It is called only where there is the evidence that the symptom needs."""

    def is_visible(self, evidence: Evidence) -> bool:
        """Return whether there is the evidence that the symptom needs."""
        return all(getattr(evidence, part) for part in self.needs)

    def finding(self, certainty: str, seen: str, cause: str, remedy: str, details: Mapping[str, Any] | None = None) -> Finding:
        """Return a finding of this symptom.

        Args:
            certainty: "possible", "likely" or "certain".
            seen: what was seen, with numbers, layers, rows and steps.
            cause: what that means, in words that need no training in the field.
            remedy: a line of code.
            details: the numbers, by name, JSON-ready.
        """
        return Finding(self.name, certainty, seen, cause, remedy, details=dict(details or {}))


def known_symptoms() -> dict[str, Symptom]:
    """Return all symptoms by name, those of Chainrule and the user's, in the order of their definition."""
    return {cls.name: cls() for cls in subclasses(Symptom)}  # pyright: ignore[reportAbstractUsage]
