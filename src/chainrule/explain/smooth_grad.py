"""SmoothGrad: the mean gradient around the input, in which what flickers cancels out."""

import numpy as np
from numpy.typing import ArrayLike

from chainrule.errors import ArgumentError
from chainrule.explain.passage import BATCH, Floats, Quantity, Target, ask, power_of_two
from chainrule.models import Model


def smooth_grad(
    model: Model,
    x: ArrayLike,
    target: Target = None,
    noise: float = 0.15,
    samples: int = 50,
    seed: int = 0,
    quantity: Quantity = "output",
) -> Floats:
    """Return the mean over noisy copies of a row of the gradient of its answer: mean of ∂f/∂x at x + N(0, σ²).

    Of tokens, the noise is added to their embeddings, and the result is the norm over the embedding, as for `saliency`.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        noise: σ, as a share of the distance from the smallest to the largest number of the row.
        samples: noisy copies of each row.
        seed: what the noise hangs on, with the row's place in x.
        quantity: "output", "logit" or "probability".

    Returns:
        An array of the shape of x.

    Raises:
        ArgumentError, ShapeError, DataError: rows, target or other arguments that do not fit.

    Source: Smilkov, Thorat, Kim, Viégas and Wattenberg, "SmoothGrad", 2017.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.smooth_grad(model, np.array([[1.0, 2.0]])).round(4).tolist()
        [[3.0, -1.0]]
    """
    if samples < 1 or not noise >= 0:
        raise ArgumentError(f"smooth_grad: samples must be from 1, noise from 0. Got {samples} and {noise} instead.")
    question = ask(model, x, target, quantity, min(BATCH, power_of_two(samples)))
    means: list[Floats] = []
    for row, entry in enumerate(question.entries):
        random = np.random.default_rng([seed, row])
        numbers = question.passage.numbers(entry)
        copies = numbers + noise * np.ptp(numbers) * random.standard_normal((samples, *numbers.shape), numbers.dtype)
        copies = question.passage.in_place_of(entry, copies.astype(numbers.dtype))
        found = question.passage.gradients(copies, np.repeat(question.target[row], samples))
        means.append(found.mean(axis=0, dtype=np.float64))
    values = np.stack(means)
    return np.linalg.norm(values, axis=-1) if question.passage.embedded else values
