"""The embedding of a layer in two or three dimensions: how the network sees examples, laid out on a plane or in space."""

from importlib import import_module
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ArgumentError, unknown_name
from chainrule.explain.forward_pass import Floats
from chainrule.explain.neighbours import layer_outputs
from chainrule.models import Model


class Reducer(Protocol):
    """What lays points of many dimensions out in few: scikit-learn's and UMAP's classes have it."""

    def fit_transform(self, x: Any, /) -> NDArray[Any]:
        """Return a place for each row."""
        ...


class Projection(NamedTuple):
    """Examples laid out on a plane or in space.

    Args:
        places: of shape (rows, dimensions).
        shares: of the variance of the layer's output, what each axis shows; None where the axes have no such meaning.
    """

    places: Floats
    shares: Floats | None


def embedding(
    model: Model, x: ArrayLike, layer: str | None = None, method: str | Reducer = "pca", seed: int = 0, dimensions: int = 2
) -> Projection:
    """Return a layer's outputs laid out in two dimensions, or three.

    "pca" projects them on their principal directions, u₁, u₂ and u₃ of the singular value decomposition of the centred outputs;
    distances are then those of the layer, as far as so few dimensions can show them. "tsne" keeps neighbours together, but neither
    the distances between clusters nor their sizes mean anything in it.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        layer: its path; None for the last but one.
        method: "pca"; "tsne", which needs scikit-learn (the extra "embeddings"); or an object with `fit_transform`, such as
            `umap.UMAP()`.
        seed: what "tsne" depends on.
        dimensions: 2 or 3; an object of one's own has its own.

    Returns:
        A place for each row, and for "pca" the share of the variance along each axis. Each axis points to where its largest
        weight is positive, so that the picture is the same each time.

    Raises:
        ArgumentError: an unknown method or layer, or a method that is not installed; fewer rows or units than dimensions.

    Source: Pearson, 1901; van der Maaten and Hinton, "Visualizing data using t-SNE", 2008.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((3,)), cr.layers.Dense(5), cr.layers.Dense(1)])
        >>> found = cr.explain.embedding(model, np.random.default_rng(0).random((10, 3)))
        >>> found.places.shape, bool(found.shares[0] >= found.shares[1])
        ((10, 2), True)
    """
    points = layer_outputs(model, x, layer)
    points = points.reshape(len(points), -1).astype(np.float64)
    if dimensions not in (2, 3):
        raise ArgumentError(f"embedding: dimensions must be 2 or 3. Got {dimensions} instead.")
    if min(points.shape) < dimensions:
        rows, units = points.shape
        raise ArgumentError(f"embedding: at least {dimensions} rows and {dimensions} units are needed. Got {rows} rows and {units} units.")
    if method == "pca":
        return _principal(points, dimensions)
    reducer = _bought(method, seed, len(points), dimensions) if isinstance(method, str) else method
    return Projection(np.asarray(reducer.fit_transform(points), np.float64), None)


def _principal(points: Floats, dimensions: int) -> Projection:
    centred = points - points.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    first = directions[:dimensions]
    first = first * np.sign(first[np.arange(dimensions), np.abs(first).argmax(axis=1)])[:, None]
    variances = sizes**2
    return Projection(centred @ first.T, variances[:dimensions] / (variances.sum() or 1.0))


def _bought(method: str, seed: int, rows: int, dimensions: int) -> Reducer:
    if method != "tsne":
        raise unknown_name("embedding: method", method, ["pca", "tsne"])
    try:
        manifold = import_module("sklearn.manifold")
    except ImportError as error:
        raise ArgumentError("embedding: method 'tsne' needs scikit-learn: pip install 'chainrule[embeddings]'.") from error
    return manifold.TSNE(n_components=dimensions, random_state=seed, init="pca", perplexity=min(30.0, (rows - 1) / 3))
