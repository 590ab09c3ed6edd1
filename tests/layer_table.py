"""The table of layers under test, and how one of its lines is run. Names and arguments are Keras's, so one line makes both layers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from chainrule import layers
from chainrule.activations import Activation
from chainrule.configuration import describe, is_own, snake_case, subclasses
from chainrule.graph import Constant, Tensor, Variable, as_tensor, topological
from chainrule.layers import Layer, Trace, tracing
from chainrule.ops import random_key
from chainrule.xla import Program

Array: TypeAlias = Any


@dataclass(frozen=True)
class Case:
    """One line: a class, its arguments, and the shape of its input (a list of shapes for several inputs), the batch first."""

    layer: str
    shape: Any
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    below: int = 0  # inputs are whole numbers below it
    training: bool = False

    def __str__(self) -> str:
        return "-".join([self.layer, *(f"{key}={value}" for key, value in self.arguments.items()), *["training"] * self.training])

    def make(self) -> Layer:
        """Return Chainrule's layer."""
        return getattr(layers, self.layer)(**self.arguments)

    def inputs(self) -> list[Array]:
        """Return an array for each input."""
        random = np.random.default_rng(30)
        shapes = self.shape if isinstance(self.shape, list) else [self.shape]
        if self.below:
            return [random.integers(0, self.below, shape).astype("int32") for shape in shapes]
        return [random.standard_normal(shape).astype("float32") for shape in shapes]

    def built(self) -> Layer:
        """Return Chainrule's layer with weights that are all random, none 0 or 1."""
        layer, random = self.make(), np.random.default_rng(31)
        call(layer, [Constant(x) for x in self.inputs()])
        for name, weight in layer.weights.items():
            spread = random.uniform(0.5, 2.0, weight.shape) if name == "moving_variance" else random.standard_normal(weight.shape) * 0.5
            weight.assign(spread.astype("float32"))
        return layer


def call(layer: Layer, inputs: Sequence[Tensor], trace: Trace | None = None) -> Tensor:
    """Return the layer's output for one input or several, within `trace`."""
    with tracing(trace or Trace()):
        return layer(list(inputs) if len(inputs) > 1 else inputs[0])


def in_training(seed: int = 0, valid: Sequence[int] | None = None) -> Trace:
    """Return a passage in training."""
    return Trace(training=True, key=as_tensor(random_key(seed)), valid=None if valid is None else as_tensor(np.array(valid, "float32")))


def compute(outputs: Sequence[Tensor], inputs: Sequence[Tensor] = (), arrays: Sequence[Array] = ()) -> list[Array]:
    """Return the values of `outputs` for `arrays` in place of `inputs`, computed in one program."""
    weights = [leaf for leaf in topological(outputs) if isinstance(leaf, Variable)]
    program = Program(outputs, [*inputs, *weights])
    return [np.asarray(found) for found in program(*arrays, *(weight.value for weight in weights))]


def value(layer: Layer, *arrays: Array, trace: Trace | None = None) -> Array:
    """Return the layer's output for arrays."""
    return compute([call(layer, [Constant(x) for x in arrays], trace)])[0]


_SERIES, _IMAGE, _PHOTOGRAPH = (3, 9, 4), (2, 7, 6, 4), (2, 7, 6, 3)

OWN_ACTIVATIONS = [  # without those that other tests define, which Keras does not have
    snake_case(cls.__name__) for cls in subclasses(Activation) if is_own(cls) and not any(a.required for a in describe(cls).values())
]
CASES: list[Case] = [
    *(Case("Activation", (3, 7), {"activation": name}) for name in OWN_ACTIVATIONS),
    Case("Dense", (3, 4), {"units": 5}),
    Case("Dense", (3, 2, 4), {"units": 5, "activation": "tanh", "use_bias": False}),
    Case("Flatten", (3, 2, 4)),
    Case("Reshape", (3, 2, 6), {"target_shape": (4, -1)}),
    Case("Rescaling", (3, 4), {"scale": 0.5, "offset": -2.0}),
    Case("SmoothClip", (3, 4), {"limit": 2.0}),
    Case("Dropout", (3, 4), {"rate": 0.5}),
    Case("BatchNormalization", (5, 4)),
    Case("BatchNormalization", (5, 4), training=True),
    Case("BatchNormalization", (3, 4, 5, 2), {"momentum": 0.5, "epsilon": 0.1}, training=True),
    Case("BatchNormalization", (5, 3, 4), {"axis": 1, "center": False}, training=True),
    Case("BatchNormalization", (5, 4), {"scale": False}),
    Case("LayerNormalization", (3, 5)),
    Case("LayerNormalization", (3, 5, 4), {"axis": [1, 2], "epsilon": 0.1, "center": False}),
    Case("LayerNormalization", (3, 5, 4), {"axis": 1, "scale": False}),
    Case("Conv1D", _SERIES, {"filters": 6, "kernel_size": 3}),
    Case("Conv1D", _SERIES, {"filters": 6, "kernel_size": 3, "padding": "same", "strides": 2, "activation": "relu"}),
    Case("Conv1D", _SERIES, {"filters": 6, "kernel_size": 3, "padding": "causal", "dilation_rate": 2, "groups": 2}),
    Case("Conv1D", _SERIES, {"filters": 6, "kernel_size": 2, "padding": "causal", "strides": 3, "use_bias": False}),
    Case("Conv2D", _IMAGE, {"filters": 6, "kernel_size": 3}),
    Case("Conv2D", _IMAGE, {"filters": 6, "kernel_size": (3, 2), "padding": "SAME", "strides": (2, 3), "activation": "tanh"}),
    Case("Conv2D", _IMAGE, {"filters": 6, "kernel_size": 2, "padding": "same", "dilation_rate": (2, 3), "use_bias": False}),
    Case("Conv2D", _IMAGE, {"filters": 6, "kernel_size": 3, "groups": 2, "strides": 2}),
    Case("MaxPooling1D", _SERIES),
    Case("MaxPooling1D", _SERIES, {"pool_size": 3, "strides": 2, "padding": "same"}),
    Case("MaxPooling2D", _IMAGE),
    Case("MaxPooling2D", _IMAGE, {"pool_size": (3, 2), "strides": 1, "padding": "same"}),
    Case("AveragePooling1D", _SERIES, {"pool_size": 2}),
    Case("AveragePooling1D", _SERIES, {"pool_size": 4, "strides": 3, "padding": "same"}),
    Case("AveragePooling2D", _IMAGE, {"pool_size": 2}),
    Case("AveragePooling2D", _IMAGE, {"pool_size": (3, 2), "strides": (2, 1), "padding": "same"}),
    Case("UpSampling2D", _IMAGE, {"size": (3, 2)}),
    Case("Cropping1D", _SERIES),
    Case("Cropping1D", _SERIES, {"cropping": (0, 5)}),
    Case("Masking", _SERIES, {"mask_value": -1.0}),
    Case("RepeatVector", (3, 4), {"n": 5}),
    Case("ReverseSteps", _SERIES),
    Case("Permute", (2, 3, 4, 5), {"dims": (3, 1, 2)}),
    Case("LinearForecast", _SERIES, {"horizon": 3}),
    Case("LinearForecast", _SERIES, {"horizon": 2, "series": (2, 0)}),
    Case("GlobalAveragePooling1D", _SERIES),
    Case("GlobalAveragePooling2D", _IMAGE, {"keepdims": True}),
    Case("GlobalMaxPooling1D", _SERIES, {"keepdims": True}),
    Case("GlobalMaxPooling2D", _IMAGE),
    Case("Embedding", (3, 5), {"input_dim": 7, "output_dim": 4}, below=7),
    Case("PositionEmbedding", _SERIES, {"sequence_length": 12}),
    Case("MultiHeadAttention", _SERIES, {"num_heads": 2, "key_dim": 3}),
    Case("MultiHeadAttention", _SERIES, {"num_heads": 2, "key_dim": 3, "use_causal_mask": True}),
    Case("MultiHeadAttention", [(3, 5, 4), (3, 9, 2)], {"num_heads": 3, "key_dim": 2, "value_dim": 5, "use_bias": False}),
    Case("MultiHeadAttention", [(3, 5, 4), (3, 9, 2), (3, 9, 6)], {"num_heads": 1, "key_dim": 2, "output_shape": 7}),
    Case("LSTM", _SERIES, {"units": 5}),
    Case("LSTM", _SERIES, {"units": 5, "return_sequences": True, "go_backwards": True}),
    Case("LSTM", _SERIES, {"units": 5, "go_backwards": True, "use_bias": False, "activation": "softplus"}),
    Case("LSTM", (2, 40, 3), {"units": 4, "return_sequences": True, "recurrent_activation": "tanh"}),
    Case("LSTM", (2, 1, 3), {"units": 4}),
    Case("GRU", _SERIES, {"units": 5}),
    Case("GRU", _SERIES, {"units": 5, "return_sequences": True, "go_backwards": True}),
    Case("GRU", _SERIES, {"units": 5, "reset_after": False, "return_sequences": True}),
    Case("GRU", (2, 30, 3), {"units": 4, "use_bias": False, "activation": "softplus"}),
    Case("GRU", _SERIES, {"units": 5, "reset_after": False, "use_bias": False, "go_backwards": True}),
    Case("SimpleRNN", _SERIES, {"units": 5}),
    Case("SimpleRNN", _SERIES, {"units": 5, "return_sequences": True, "go_backwards": True, "activation": "relu"}),
    Case("SimpleRNN", (2, 1, 3), {"units": 4, "use_bias": False, "activation": None}),
    Case("GaussianNoise", (3, 4), {"stddev": 0.5}),
    Case("MixUp", _IMAGE),
    Case("CutMix", _IMAGE),
    Case("RandomFlip", _IMAGE),
    Case("RandomRotation", _IMAGE, {"factor": 0.1}),
    Case("RandomZoom", _IMAGE, {"height_factor": 0.1}),
    Case("RandomTranslation", _IMAGE, {"height_factor": 0.1, "width_factor": 0.1}),
    Case("RandomAffine", _IMAGE, {"rotation_factor": 0.1}),
    Case("RandomCrop", _IMAGE, {"height": 7, "width": 6}),
    Case("RandomBrightness", _IMAGE, {"factor": 0.1}),
    Case("RandomContrast", _IMAGE, {"factor": 0.1}),
    Case("RandomSaturation", _PHOTOGRAPH, {"factor": 0.1}),
    Case("RandomHue", _PHOTOGRAPH, {"factor": 0.1}),
    Case("RandomColorJitter", _PHOTOGRAPH, {"hue_factor": 0.1}),
    Case("RandomErasing", _IMAGE),
    Case("RandomNoise", _SERIES),
    Case("RandomShift", _SERIES, {"factor": 0.1}),
    Case("RandomScale", _SERIES, {"factor": 0.1}),
    Case("SpecAugment", _SERIES),
    Case("WordDropout", (3, 5), {"rate": 0.1}, below=7),
    Case("Add", [(3, 4), (3, 4), (3, 1)]),
    Case("Subtract", [(3, 4), (3, 4)]),
    Case("Multiply", [(3, 4), (3, 4), (3, 1)]),
    Case("Average", [(3, 4), (3, 4), (3, 4)]),
    Case("Concatenate", [(3, 4), (3, 2), (3, 1)]),
    Case("Concatenate", [(3, 4, 2), (3, 1, 2)], {"axis": 1}),
]
