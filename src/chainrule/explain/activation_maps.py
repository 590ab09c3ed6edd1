"""Grad-CAM: where in the image the last convolution finds what speaks for the answer."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.errors import ArgumentError
from chainrule.explain.forward_pass import AnswerQuantity, Floats, ForwardPass, OutputChoice, ask
from chainrule.explain.method import Method
from chainrule.graph import Tensor
from chainrule.models import Model
from chainrule.networks import Network


def grad_cam(
    model: Model,
    x: ArrayLike,
    target: OutputChoice = None,
    layer: str | None = None,
    resize: bool = True,
    positive: bool = True,
    quantity: AnswerQuantity = "output",
) -> Floats:
    """Return max(0, Σₖ αₖ Aₖ), with Aₖ channel k of a layer's output and αₖ the mean over its places of ∂f/∂Aₖ.

    Args:
        model: any model with one input and one output, and a convolution in it.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        layer: the layer's path; None for the last convolution.
        resize: whether the map is brought to the input's height and width, by linear interpolation.
        positive: whether what speaks against the answer is left out.
        quantity: "output", "logit" or "probability".

    Returns:
        An array of shape (rows, height, width), of a series (rows, steps).

    Raises:
        ArgumentError, ShapeError, DataError: rows, target or layer that do not fit the model.

    Source: Selvaraju, Cogswell, Das, Vedantam, Parikh and Batra, "Grad-CAM", 2017.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> head = [cr.layers.GlobalAveragePooling2D(), cr.layers.Dense(2)]
        >>> model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Conv2D(4, 3, activation="relu"), *head])
        >>> cr.explain.grad_cam(model, np.ones((5, 8, 8, 1))).shape
        (5, 8, 8)
    """
    question = ask(model, x, target, quantity)
    forward_pass = question.forward_pass
    layer = layer or _last_convolution(model.network, forward_pass)
    output = forward_pass.output_of(layer)
    if output.ndim not in (3, 4):
        raise ArgumentError(f"grad_cam: the output of {layer} has shape {output.shape}: give a layer with places and channels.")
    name = f"grad_cam {layer}"
    (found,) = forward_pass.compute(name, lambda: [_map(forward_pass, output)], question.entries, question.target)
    found = np.maximum(found, 0) if positive else found
    sizes = question.x.shape[1 : found.ndim]
    return _resized(found, sizes) if resize else found


def _map(forward_pass: ForwardPass, output: Tensor) -> Tensor:
    places = tuple(range(1, output.ndim - 1))
    shares = forward_pass.gradient_of_score(output).mean(places, keepdims=True)
    return (shares * output).sum(-1)


def _last_convolution(network: Network, forward_pass: ForwardPass) -> str:
    layers = dict(network.sublayers(""))
    paths = [address.removesuffix("/output") for address in forward_pass.outputs]
    found = [path for path in paths if path in layers and layers[path].slides]
    if not found:
        raise ArgumentError(f"grad_cam: the network has no convolution. Its layers are {', '.join(paths)}: give one by layer=...")
    return found[-1]


def _resized(maps: NDArray[Any], sizes: tuple[int, ...]) -> Floats:
    """Return maps stretched to other sizes along all axes but the first, linearly between the middles of places."""
    for axis, size in enumerate(sizes, start=1):
        old = maps.shape[axis]
        middle = np.clip((np.arange(size) + 0.5) * old / size - 0.5, 0, old - 1)
        below = np.floor(middle).astype(int)
        share = (middle - below).reshape(-1, *[1] * (maps.ndim - axis - 1))
        above = np.minimum(below + 1, old - 1)
        maps = maps.take(below, axis) * (1 - share) + maps.take(above, axis) * share
    return maps


class GradCam(Method):
    """The parts of the last convolution's output that speak for the answer; see `grad_cam`."""

    name = "grad-cam"

    def fits(self, model: Model) -> bool:
        return any(layer.slides for _, layer in model.network.sublayers(""))

    def contributions(self, model: Model, x: ArrayLike, target: OutputChoice = None) -> Floats:
        return grad_cam(model, x, target, quantity="logit")
