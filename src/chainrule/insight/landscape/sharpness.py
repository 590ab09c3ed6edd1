"""Sharpness: the largest eigenvalues of the loss's Hessian, its trace, and their course over training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from chainrule.errors import ArgumentError
from chainrule.insight.landscape.surface import EXAMPLES, Surface, Weights
from chainrule.insight.run import Run
from chainrule.models import Model
from chainrule.optimizers import Optimizer
from chainrule.training.plan import as_examples

Array = np.ndarray[Any, Any]
TOLERANCE = 1e-4  # of an eigenvalue, relative
SMALL = 64  # weights that learn, up to which the whole matrix is made


@dataclass(frozen=True)
class Sharpness:
    """The curvature of the loss at a point.

    Args:
        eigenvalues: of the Hessian, the largest first.
        eigenvectors: for each eigenvalue the direction of that curvature, of length 1, by the weights' addresses.
        trace: the sum of all eigenvalues, estimated; None where it was not asked for.
        trace_error: the standard error of that estimate.
    """

    eigenvalues: Array
    eigenvectors: tuple[dict[str, Array], ...]
    trace: float | None = None
    trace_error: float | None = None


@dataclass(frozen=True)
class SharpnessCourse:
    """Sharpness over training.

    Args:
        steps: of the run; the curvature is that before the step.
        eigenvalues: the largest ones at each, of shape (steps, count), the largest first.
        losses: the loss of the same examples there.
        thresholds: the sharpness above which gradient descent on a quadratic diverges: 2 (1 + momentum) / learning rate. None for
            optimisers that scale each weight's step by itself, whose threshold is another.
    """

    steps: Array
    eigenvalues: Array
    losses: Array
    thresholds: Array | None


def sharpness(
    model: Model, x: Any, y: Any, count: int = 1, trace_samples: int = 0, examples: int = EXAMPLES, seed: int = 0, sample_weight: Any = None
) -> Sharpness:
    """Return the largest eigenvalues of the matrix of second derivatives of the loss, in inference mode, penalties included.

    They are found by the Lanczos method from products of the matrix with vectors, which are two passes of backpropagation
    each: the matrix itself is never made. The trace is Hutchinson's estimate, the mean of vᵀ H v over vectors v of random signs.

    Args:
        model: compiled.
        x: inputs, as for `fit`.
        y: targets, as for `fit`.
        count: how many eigenvalues.
        trace_samples: how many vectors the trace is estimated from; 0 for no estimate.
        examples: how many of the examples are used at most, drawn at random.
        seed: what the drawing and the vectors depend on.
        sample_weight: how much each example counts, as for `fit`.

    Raises:
        ArgumentError: more eigenvalues than weights, or a loss that is not finite there.

    Source: Pearlmutter, "Fast exact multiplication by the Hessian", 1994; Hutchinson, "A stochastic estimator of the trace", 1989.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1, use_bias=False)])
        >>> model.compile("sgd", "mse")
        >>> x = np.array([[1.0, 0.0], [0.0, 3.0]], "float32")  # the Hessian of the mean of (x · w - y)² is xᵀ x · 2 / 2
        >>> sharpness(model, x, np.zeros(2), count=2).eigenvalues.round(4).tolist()
        [9.0, 1.0]
    """
    surface = Surface(model, as_examples(x, y, sample_weight), examples, seed)
    return at(surface, surface.weights(), count, trace_samples, seed)


def at(surface: Surface, weights: Weights, count: int = 1, trace_samples: int = 0, seed: int = 0) -> Sharpness:
    """Return the sharpness of a surface at a point; `sharpness` for many points of one surface, whose programs are made once."""
    size, random = surface.size, np.random.default_rng(seed)
    if not 1 <= count <= size:
        raise ArgumentError(f"There are as many eigenvalues as weights that learn, {size}. Got count={count} instead.")
    first = random.standard_normal(size)
    if not np.isfinite(surface.curvature(weights, first)).all():
        raise ArgumentError("The curvature is not finite at these weights: take those of an earlier step.")
    if size <= SMALL or count > size // 3:
        matrix = np.stack([surface.curvature(weights, row) for row in np.eye(size)])
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    else:
        linalg: Any = scipy.sparse.linalg  # SciPy's types are not known to the checker
        operator = linalg.LinearOperator((size, size), matvec=lambda v: surface.curvature(weights, v.ravel()), dtype=np.float64)
        values, vectors = linalg.eigsh(operator, count, which="LA", tol=TOLERANCE, v0=first)
    order = np.argsort(-values)[:count]
    directions = tuple(surface.unflatten(vectors[:, i]) for i in order)
    if not trace_samples:
        return Sharpness(values[order], directions)
    signs = random.choice([-1.0, 1.0], (trace_samples, size))
    samples = np.array([float(v @ surface.curvature(weights, v)) for v in signs])
    error = float(samples.std(ddof=1) / np.sqrt(trace_samples)) if trace_samples > 1 else float("nan")
    return Sharpness(values[order], directions, float(samples.mean()), error)


def course(run: Run, steps: Sequence[int] | None = None, count: int = 1, examples: int = EXAMPLES, seed: int = 0) -> SharpnessCourse:
    """Return the sharpness of a run's training loss at some of its steps.

    Args:
        run: a saved run.
        steps: which; None for twelve, evenly from the first to the last.
        count: how many eigenvalues.
        examples: how many of the training examples are used at most, drawn at random.
        seed: what the drawing depends on.

    Source: Cohen, Kaur, Li, Kolter and Talwalkar, "Gradient descent on neural networks typically occurs at the edge of stability", 2021.

    Example:
        >>> import os, tempfile, numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(1, use_bias=False)])
        >>> model.compile(cr.optimizers.SGD(0.1), "mse")
        >>> path = os.path.join(tempfile.mkdtemp(), "run")
        >>> history = model.fit(np.full((8, 1), 2.0), np.ones(8), 2, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
        >>> found = course(cr.open_run(path), steps=[0, 3])  # the loss is the mean of (2 w - 1)²
        >>> found.eigenvalues.tolist(), found.thresholds.round(3).tolist()
        ([[8.0], [8.0]], [20.0, 20.0])
    """
    first, last = run.require_steps()
    chosen = np.unique(np.linspace(first, last, 12).round().astype(int)) if steps is None else np.asarray(list(steps), int)
    model = run.new_model()
    surface = Surface(model, run.plan().train, examples, seed)
    moments = [run.at(int(step)) for step in chosen]
    points = [surface.weights(moment.state) for moment in moments]
    eigenvalues = np.stack([at(surface, point, count, seed=seed).eigenvalues for point in points])
    losses = np.array([surface.loss(point) for point in points])
    rates = np.array([float(moment.state["optimizer/learning_rate"]) for moment in moments])
    return SharpnessCourse(chosen, eigenvalues, losses, thresholds(model, rates))


def thresholds(model: Model, rates: Array) -> Array | None:
    """Return the curvature above which gradient descent at these learning rates diverges on a quadratic; None where that is not known."""
    optimizer = (model.compile_arguments or {}).get("optimizer")
    if not isinstance(optimizer, Optimizer) or optimizer.stability_limit is None or optimizer.schedule is not None:
        return None
    return optimizer.stability_limit / rates
