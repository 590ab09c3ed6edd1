"""A network with room for far more than the examples hold."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "capacity too large"
LOOK = "many times more parameters than there are numbers in the data"
TIMES = 100


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the number of parameters with the number of numbers in x and y.

    Networks with more parameters than examples often learn well; they are slow, and can learn noise by heart.

    Source: Zhang, Bengio, Hardt, Recht and Vinyals, "Understanding deep learning requires rethinking generalization", 2017.
    """
    if not evidence.rows:
        return
    numbers = sum(part.size for part in evidence.x) + sum(output.y.size for output in evidence.outputs if output.y is not None)
    if evidence.parameters <= TIMES * numbers:
        return
    yield Finding(
        NAME,
        "possible",
        f"The network has {evidence.parameters:,} parameters for {numbers:,} numbers in x and y.",
        "It can learn every example by heart, noise included, and each step costs more than it need.",
        "Dense(64, activation='relu')  # begin with few units, and add some while the validation loss falls",
        details={"parameters": evidence.parameters, "numbers": numbers},
    )
