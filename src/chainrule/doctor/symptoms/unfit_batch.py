"""Batches that are larger than the data, or of a single example."""

from collections.abc import Iterator

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding

NAME = "unfit batch size"
LOOK = "a batch larger than the data, or of one example where there are many"
FEW, MANY = 64, 1000


def examine(evidence: Evidence) -> Iterator[Finding]:
    """Compare the batch with the number of examples.

    Source: Bengio, "Practical recommendations for gradient-based training of deep architectures", 2012; Masters and Luschi, "Revisiting
    small batch training for deep neural networks", 2018.
    """
    size, rows = evidence.batch_size, evidence.rows
    if size is None or not rows:
        return
    if size >= rows > FEW:
        yield Finding(
            NAME,
            "possible",
            f"A batch has {size:,} examples, and there are {rows:,}: an epoch is a single update.",
            "Many small steps get further than few exact ones.",
            "model.fit(x, y, batch_size=32)",
            details={"batch_size": size, "rows": rows},
        )
    elif size == 1 and rows >= MANY:
        yield Finding(
            NAME,
            "possible",
            f"A batch has one example, and there are {rows:,}.",
            "Each update follows a single example: steps are noisy, and a step costs almost as much as one of 32 examples.",
            "model.fit(x, y, batch_size=32)",
            details={"batch_size": size, "rows": rows},
        )
