"""What is compared: two trainings, the same for every peer."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    """A training: its data, and how many multiplications and additions a step needs.

    Args:
        name: what it is asked for by.
        title: what it is, in a line.
        examples: rows of data, in one epoch.
        shape: of one example.
        batch_size: examples in a step.
        gflop: of one step: two for each weight and example forward, as many for the weight's gradient, and as many for the
            input's gradient, which the first layer does not need.
    """

    name: str
    title: str
    examples: int
    shape: tuple[int, ...]
    batch_size: int
    gflop: float

    @property
    def steps(self) -> int:
        """Steps in an epoch; a short last batch is left out."""
        return self.examples // self.batch_size

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Return inputs and class indices: random, for speed does not depend on them."""
        generator = np.random.default_rng(0)
        return generator.random((self.examples, *self.shape), np.float32), generator.integers(0, 10, self.examples)


_MLP = 2 * 32 * (2 * 784 * 128 + 3 * 128 * 10) / 1e9
_CNN = 2 * 128 * (2 * 26 * 26 * 9 * 32 + 3 * 11 * 11 * 9 * 32 * 64 + 3 * 1600 * 10) / 1e9

CASES = {
    "mlp": Case("mlp", "MLP 784-128-10, batch 32, Adam", 60_000, (784,), 32, _MLP),
    "cnn": Case("cnn", "CNN of Keras's MNIST example, batch 128, Adam", 12_800, (28, 28, 1), 128, _CNN),
}
