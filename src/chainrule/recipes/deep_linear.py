"""A deep linear network learns one singular value after the other, each along a known curve.

Four things (canary, salmon, oak, rose) and seven properties of them, learned by two layers of weights without any activation. The
inputs are one-hot, so that their correlation Σ x xᵀ is the identity. With Σ y xᵀ = U S Vᵀ, and weights that begin as
√a₀ R Vᵀ and √a₀ U Rᵀ for any orthogonal R, gradient descent on ½ Σ |y - ŷ|² in small steps λ moves the strength of each mode from a₀ to
its singular value s along

    a(t) = s e^(2 s λ t) / (e^(2 s λ t) - 1 + s / a₀),

at rest for a time of about ln(s / a₀) / (2 s λ) and then in a quick rise: the broad division into animals and plants before the finer ones.
Small random weights, which the closed form is not for, learn the modes in the same order.

Chainrule's mean squared error is 2 / (4 · 7) of that loss, so its learning rate is λ · 4 · 7 / 2.

Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014; the
properties are from the same authors' "Learning hierarchical category structure in deep neural networks", 2013.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.initializers import RandomNormal
from chainrule.layers import Dense, Input
from chainrule.models import Model, Sequential
from chainrule.optimizers import SGD
from chainrule.recipes.recipe import Options, Recipe, Report, Row

Array = NDArray[Any]
THINGS = ("canary", "salmon", "oak", "rose")
PROPERTIES = ("grows", "moves", "has roots", "flies", "swims", "has leaves", "has petals")
X = np.eye(4, dtype=np.float32)
Y = np.array([[1, 1, 0, 1, 0, 0, 0], [1, 1, 0, 0, 1, 0, 0], [1, 0, 1, 0, 0, 1, 0], [1, 0, 1, 0, 0, 0, 1]], np.float32)
UNITS, RATE, FIRST, EVERY, STEPS = 8, 0.002, 0.001, 40, 2800
CLOSE = 0.02  # of a singular value: steps are small, but not infinitely so


def modes() -> tuple[Array, Array, Array]:
    """Return V of shape (things, modes), the singular values s, and U of shape (properties, modes) of Σ y xᵀ = Yᵀ X."""
    u, s, v = np.linalg.svd(Y.T.astype(np.float64) @ X, full_matrices=False)
    return v.T, s, u


def curve(steps: Array, s: Array, first: float = FIRST, rate: float = RATE) -> Array:
    """Return the strengths of the modes in closed form, of shape (steps, modes)."""
    growth = np.exp(2 * s * rate * np.asarray(steps, np.float64)[:, None])
    return s * growth / (growth - 1 + s / first)


def network(seed: int, aligned: bool) -> Model:
    """Return the compiled network: with the weights that the closed form is for, or with small random ones."""
    small = RandomNormal(stddev=0.02)
    layers = [Dense(n, use_bias=False, kernel_initializer=small) for n in (UNITS, Y.shape[1])]
    model = Sequential([Input((len(THINGS),)), *layers], seed=seed)
    model.compile(SGD(RATE * Y.size / 2), "mse")
    if aligned:
        v, s, u = modes()
        basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((UNITS, len(s))))[0]  # (units, modes)
        model.set_weights([np.sqrt(FIRST) * v @ basis.T, np.sqrt(FIRST) * basis @ u.T])
    return model


def strengths(model: Model, steps: int = STEPS) -> Iterator[Array]:
    """Train, and yield the strength uᵀ W v of each mode before every fortieth step and at the end."""
    v, _, u = modes()
    for done in range(0, steps + 1, EVERY):
        if done:
            model.fit(X, Y, len(X), initial_epoch=done - EVERY, epochs=done, shuffle=False, verbose=0)
        first, second = (weights.astype(np.float64) for weights in model.get_weights())
        yield np.einsum("tm,tp,pm->m", v, first @ second, u)


def run(options: Options) -> Report:
    """Train from both kinds of first weights, and report how far the strengths are from the closed form."""
    last = 8 * EVERY if options.quick else STEPS
    _, s, _ = modes()
    found: dict[bool, Array] = {}
    for number, aligned in enumerate((True, False)):
        options.on_progress(number / 2, "aligned first weights" if aligned else "small random first weights")
        found[aligned] = np.stack(list(strengths(network(options.seed, aligned), last)))
    steps = np.arange(0, last + 1, EVERY)
    off = float((np.abs(found[True] - curve(steps, s)) / s).max())
    halves = [int(steps[np.argmax(path > half)]) if path.max() > half else last for path, half in zip(found[False].T, s / 2, strict=True)]
    ordered = all(first <= second for (first, a), (second, b) in combinations(zip(halves, s, strict=True), 2) if a > b + 1e-6)
    compared = not options.quick
    rows = (
        Row(("furthest from the closed form", f"{off:.2%} of s", f"at most {CLOSE:.0%}"), off <= CLOSE if compared else None),
        Row(("random weights: steps to half of s", ", ".join(map(str, halves)), "strongest first"), ordered if compared else None),
    )
    title = f"Deep linear network: modes of strength {', '.join(f'{value:.2f}' for value in s)}"
    return Report(title, ("", "ours", "to meet"), rows, (), {"off": off} | {f"half of mode {i}": float(n) for i, n in enumerate(halves)})


RECIPE = Recipe("deep-linear", "A deep linear network along its closed-form curves", "Saxe, McClelland and Ganguli, 2014", run)
