"""Too few updates for anything to be learned."""

from collections.abc import Iterator

from chainrule.counting import counted
from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.movement import moved, reach

NAME = "too few updates"
LOOK = "a handful of updates in all, or so few that weights cannot get anywhere at this learning rate"
WARMING, SOME = 10, 1000  # Adam's running mean, with beta_1 = 0.9, remembers 10 gradients
SHORT, HARDLY = 0.1, 0.02  # of a typical first weight
FEW, USUAL_BATCH = 50, 32
USUAL = 1e-3  # the rate of Adam's and RMSprop's papers; where it is far lower, that is the trouble


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Count the updates, and how far they can carry a weight.

    With Adam or RMSprop each weight moves by about the learning rate at each update; n updates at rate r carry it at most n · r. Where
    that is a small part of the weights' own first size, training ends before it has begun.
    """
    updates = evidence.updates
    if updates is None or evidence.learning_rate == 0 or (evidence.stage == "during"):
        return
    if evidence.course is not None and evidence.course.status == "error":
        return
    short = _is_short(evidence)
    per_epoch = -(-evidence.rows // (evidence.batch_size or 32)) if evidence.rows else 1
    usual = evidence.learning_rate is None or evidence.learning_rate >= USUAL / 10
    whole = evidence.stage == "after" and updates < FEW and per_epoch == 1 and evidence.rows > USUAL_BATCH and _learned_nothing(evidence)
    if not (updates < WARMING or whole or (short and usual and updates <= SOME)):
        return
    learned = evidence.has_learned or (updates >= WARMING and evidence.skill is not None and evidence.skill > 0.1)
    far = reach(evidence)
    told = "" if far is None else f"; at this learning rate they carry a weight at most {far:.1%} of its first size"
    epochs = "epochs" if evidence.epochs is None else counted(evidence.epochs, "epoch")
    yield Finding(
        NAME,
        "possible" if learned or (updates >= WARMING and too_early(evidence, far)) else "likely",
        f"{counted(updates, 'update is', 'updates are')} made in all: {epochs} of {counted(per_epoch, 'batch', 'batches')}{told}.",
        "Each update is one small step. So few of them leave the network nearly where it began.",
        f"model.fit(x, y, epochs={evidence.epochs}, batch_size={USUAL_BATCH})"
        if whole
        else f"model.fit(x, y, epochs={_epochs(evidence, updates)}, batch_size={min(evidence.batch_size or 32, 32)})",
        details={"updates": updates} | ({} if far is None else {"reach": far}),
    )


def too_early(evidence: Evidence, far: float | None) -> bool:
    """Return whether it must be seen first: networks with many inputs may learn though no weight moves by more than a few per cent.

    Source: Chizat, Oyallon and Bach, "On lazy training in differentiable programming", 2019.
    """
    return evidence.stage == "before" and far is not None and far > HARDLY


def _learned_nothing(evidence: Evidence) -> bool:
    return evidence.skill is not None and evidence.skill < 0.05


def _is_short(evidence: Evidence) -> bool:
    """Return whether weights could hardly move, and, where that is known, did not."""
    far, went = reach(evidence), moved(evidence)
    if went is not None and evidence.skill is not None and evidence.skill > 0.1:
        return False
    return far is not None and far < SHORT and (went is None or went < 2 * SHORT)


def _epochs(evidence: Evidence, updates: int) -> int:
    """Return how many epochs make about a thousand updates, in round numbers."""
    wanted = max(10, (evidence.epochs or 1) * 1000 // max(updates, 1))
    digits = 10 ** (len(str(wanted)) - 1)
    return -(-wanted // digits) * digits
