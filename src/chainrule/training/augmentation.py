"""Augmentation in the training step: each batch is varied as graph, between being picked and entering the network."""

import copy
import json
import operator
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain, count
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.augment import Augmentation, Mixing
from chainrule.augment.mixing import Mixture
from chainrule.configuration import to_config
from chainrule.errors import ArgumentError, DtypeError, ShapeError
from chainrule.graph import Tensor, layer_scope
from chainrule.layers import Layer, Trace, tracing
from chainrule.training.objective import MixedTargets

SCOPE = "augment"  # what the addresses of augmentations begin with


@dataclass(frozen=True)
class Augmented:
    """A varied batch, as graph.

    Attributes:
        x: the inputs.
        y: the targets; of a mixed example, its own.
        weight: how much each example counts; None for all alike.
        mixture: the targets that mixed examples are made of; none where nothing is mixed.
    """

    x: list[Tensor]
    y: list[Tensor]
    weight: Tensor | None
    mixture: tuple[MixedTargets, ...] = ()


def check_augmentation(layers: Sequence[Layer], inputs: Sequence[np.ndarray[Any, Any]], whole: bool = True) -> None:
    """Raise an error where training inputs cannot be meant for the layers that vary them.

    Args:
        layers: what varies them.
        inputs: an array for each input of the network.
        whole: whether these are all examples, so that their range is known.

    Raises:
        ArgumentError: something that is no layer, or acts on one input where there are several.
        DataError: inputs outside of what a layer expects.
    """
    for layer in layers:
        if not isinstance(layer, Layer):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"fit: augment must be a list of layers, such as [layers.RandomFlip('horizontal')]. Got {layer!r} in it.")
        if len(inputs) > 1 and not isinstance(layer, Mixing):
            raise ArgumentError(
                f"fit: {type(layer).__name__} varies one input, and the network has {len(inputs)}: make it a layer of the network, "
                "behind the input that it is for."
            )
        if isinstance(layer, Augmentation) and whole:
            layer.check(inputs[0])


def program_key(layers: Sequence[Layer]) -> Hashable:
    """Return what tells two augmentations apart: their configurations, or, of layers of the user's own, the layers themselves."""
    try:
        return json.dumps(to_config(layers))
    except ArgumentError:
        return tuple(layers)


def augmented(layers: Sequence[Layer], x: Sequence[Tensor], y: Sequence[Tensor], weight: Tensor | None, trace: Trace) -> Augmented:
    """Return a batch varied by some layers, one after the other.

    Args:
        layers: without weights; those that vary examples act on the first input.
        x: the inputs of the batch.
        y: its targets.
        weight: how much each example counts; None for all alike.
        trace: in training, with the step's key; it takes in the output of each layer.

    Raises:
        ArgumentError: a layer with weights.
        ShapeError, DtypeError: a layer that returns another shape or dtype than it was given.
    """
    x = list(x)
    ones = ops.broadcast_to(1.0, shape=(x[0].shape[0],))
    parts = [MixedTargets(list(y), ones if weight is None else weight)]
    for layer in _named(layers):
        with tracing(trace), layer_scope(SCOPE):
            if isinstance(layer, Mixing):
                with layer_scope(layer.default_name):
                    mixture = layer.mix(x)
                    parts = _mixed(parts, mixture)
                x = mixture.inputs
                trace.outputs[f"{SCOPE}/{layer.default_name}/output"] = x[0]
            else:
                inputs, x[0] = x[0], _varied(layer, x[0])
                if isinstance(layer, Augmentation):
                    with layer_scope(layer.default_name):
                        parts = [MixedTargets([_target(layer, inputs, target) for target in part.y], part.fraction) for part in parts]
    y = parts[0].y
    if weight is None or len(parts) < 2:
        return Augmented(x, y, weight, tuple(parts) if len(parts) > 1 else ())
    total = reduce(operator.add, [part.fraction for part in parts])
    whole = ops.where(total > 0.0, total, 1.0)
    return Augmented(x, y, total, tuple(MixedTargets(part.y, part.fraction / whole) for part in parts))


def _named(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers under names of their own, on which their draws hang: those given, or those of their classes, numbered."""
    taken = {layer.name for layer in layers if layer.name is not None}
    named: list[Layer] = []
    for layer in layers:
        own = copy.copy(layer)
        if layer.name is None:
            base = layer.default_name
            own.name = next(name for name in chain([base], (f"{base}_{number}" for number in count(1))) if name not in taken)
            taken.add(own.name)
        named.append(own)
    return named


def _varied(layer: Layer, inputs: Tensor) -> Tensor:
    outputs = layer(inputs)
    what = type(layer).__name__
    if layer.weights:
        raise ArgumentError(f"fit: augment takes layers without weights. Got {what}, which learns: make it a layer of the network.")
    if outputs.shape != inputs.shape:
        raise ShapeError(
            f"fit: augment must keep the shape of inputs, which is also that of evaluation. {what} makes {outputs.shape[1:]} of "
            f"{inputs.shape[1:]}: make it a layer of the network, or, for RandomCrop, ask for the images' own size with a padding."
        )
    if outputs.dtype != inputs.dtype:
        raise DtypeError(f"fit: augment must keep the dtype of inputs. {what} makes {outputs.dtype} of {inputs.dtype}: give it float32.")
    return outputs


def _target(layer: Augmentation, inputs: Tensor, target: Tensor) -> Tensor:
    varied = layer.vary_target(inputs, target)
    return target if varied is target else layer.apart(varied, target)


def _mixed(parts: Sequence[MixedTargets], mixture: Mixture) -> list[MixedTargets]:
    own = [MixedTargets(part.y, part.fraction * mixture.share) for part in parts]
    return own + [
        MixedTargets([ops.take(y, mixture.partner) for y in part.y], ops.take(part.fraction, mixture.partner) * (1.0 - mixture.share))
        for part in parts
    ]
