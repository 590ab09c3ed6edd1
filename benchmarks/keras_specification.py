"""Networks written down as specifications in the words of any Keras version: as models of Chainrule, or as bare facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.configuration import describe

OLD_ARGUMENTS = {
    "output_dim": "units",
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "pool_length": "pool_size",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "stride": "strides",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "bias": "use_bias",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "p": "rate",
    "mode": None,
    "dropout_W": None,
    "dropout_U": None,
    "input_length": None,
    "mask_zero": None,
    "data_format": None,
    "dim_ordering": None,
    "batch_input_shape": None,
    "batch_size": None,
    "weights": None,
    "dtype": None,
    "extra_args": None,
    "kernel_constraint": None,
    "bias_constraint": None,
    "implementation": None,
    "stateful": None,
    "unroll": None,
    "dropout": None,
    "recurrent_dropout": None,
    "activity_regularizer": None,
}
OLD_LAYERS = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "TimeDistributedDense": "Dense",
}
AS_ACTIVATION = {
    "LeakyReLU": "leaky_relu",
    "PReLU": "leaky_relu",
    "ReLU": "relu",
    "ELU": "elu",
    "Softmax": "softmax",
    "ThresholdedReLU": "relu",
}
PASSED_OVER = ("Masking", "GaussianNoise", "ActivityRegularization", "SpatialDropout1D", "SpatialDropout2D", "Permute")
MERGING = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract", "Dot")  # a list of layers does not say of what
OLD_LOSSES = {
    "mse": "mse",
    "meansquarederror": "mse",
    "mae": "mae",
    "meanabsoluteerror": "mae",
    "huber": "huber",
    "huberloss": "huber",
    "binarycrossentropy": "binary_crossentropy",
    "categoricalcrossentropy": "categorical_crossentropy",
    "sparsecategoricalcrossentropy": "sparse_categorical_crossentropy",
}
OLD_INITIALIZERS = {
    "he": "he_normal",
    "glorot": "glorot_uniform",
    "zero": "zeros",
    "one": "ones",
    "randomnormal": "normal",
    "randomuniform": "uniform",
}


class CannotBuildError(Exception):
    """A specification that has no counterpart in Chainrule; the message says which part."""


@dataclass(frozen=True)
class Translated:
    """A specification in today's words.

    Args:
        layers: each layer's kind and arguments, in order.
        input_shape: of one example, where the specification tells.
        optimizer: its name and arguments.
        loss: its name and arguments.
        metrics: their names.
        fit: the arguments of `fit`.
    """

    layers: list[tuple[str, dict[str, Any]]]
    input_shape: tuple[Any, ...] | None
    optimizer: tuple[str, dict[str, Any]]
    loss: tuple[str, dict[str, Any]]
    metrics: list[str]
    fit: dict[str, Any]


def translate(spec: Mapping[str, Any]) -> Translated:
    """Return a specification in today's words; what is missing in it is as Keras would have it."""
    model = spec.get("model") or {}
    entries = [entry for entry in (model.get("layers") or []) if isinstance(entry, Mapping)]
    layers, shape = [], None
    for number, entry in enumerate(entries):
        if number == 0:
            shape = _input_shape(entry)
        kind, arguments = _layer(entry)
        if kind in ("Input", "InputLayer"):
            continue
        layers.append((kind, arguments))
    return Translated(layers, shape, _optimizer(spec.get("optimizer")), _loss(spec.get("loss")), _metrics(spec.get("metrics")), _fit(spec))


def _layer(entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = str(entry.get("op") or entry.get("class") or entry.get("class_name") or entry.get("type") or "?").rpartition(".")[2]
    kind = OLD_LAYERS.get(kind, kind)
    arguments: dict[str, Any] = dict(entry["config"]) if isinstance(entry.get("config"), Mapping) else {}
    arguments |= {key: value for key, value in entry.items() if key not in ("op", "class", "class_name", "type", "config")}
    inner = arguments.pop("layer", None)
    if kind in ("TimeDistributed", "Bidirectional") and isinstance(inner, Mapping):
        inner_kind, inner_arguments = _layer(inner)
        return (inner_kind if kind == "TimeDistributed" else f"Bidirectional {inner_kind}"), inner_arguments
    if {"nb_row", "nb_col"} <= arguments.keys():
        arguments["kernel_size"] = [arguments.pop("nb_row"), arguments.pop("nb_col")]
    for name in ("input_shape", "shape", "name", "batch_shape") if kind != "Reshape" else ("input_shape", "name"):
        arguments.pop(name, None)
    if kind != "Embedding":
        arguments.pop("input_dim", None)
    renamed: dict[str, Any] = {}
    for key, value in arguments.items():
        new = key if kind == "Embedding" and key == "output_dim" else OLD_ARGUMENTS.get(key, key)
        if new is not None and value is not None:
            renamed[new] = value
    return kind, renamed


def _input_shape(entry: Mapping[str, Any]) -> tuple[Any, ...] | None:
    for key in ("input_shape", "shape", "batch_input_shape", "batch_shape"):
        value = entry.get(key)
        if value is not None:
            found = tuple(value) if isinstance(value, list | tuple) else (value,)
            return found[1:] if key.startswith("batch") else found
    return (entry["input_dim"],) if isinstance(entry.get("input_dim"), int) and entry.get("op") != "Embedding" else None


def _optimizer(entry: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(entry, str):
        return entry.lower(), {}
    if not isinstance(entry, Mapping):
        return "rmsprop", {}
    arguments = {key: value for key, value in entry.items() if key != "name" and value is not None}
    arguments |= arguments.pop("config", None) or {}
    rate = arguments.pop("lr", arguments.pop("learning_rate", None))
    if isinstance(rate, int | float):
        arguments["learning_rate"] = float(rate)
    for name in ("clipnorm", "clipvalue"):
        if not arguments.get(name):
            arguments.pop(name, None)
    return str(entry.get("name") or "rmsprop").lower(), arguments


def _loss(entry: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(entry, list | tuple) and len(entry) == 1:
        entry = entry[0]
    name = entry.get("name") or entry.get("class_name") if isinstance(entry, Mapping) else entry
    arguments = (
        {"from_logits": True}
        if isinstance(entry, Mapping) and (entry.get("from_logits") or (entry.get("config") or {}).get("from_logits"))
        else {}
    )
    plain = str(name).rpartition(".")[2].replace("_", "").lower()
    return OLD_LOSSES.get(plain, str(name)), arguments


def _metrics(entry: Any) -> list[str]:
    named = [
        m.get("name", "?") if isinstance(m, Mapping) else str(m)
        for m in (entry if isinstance(entry, list | tuple) else [entry] if entry else [])
    ]
    return ["accuracy" if name.lower() in ("acc", "accuracy") else name.lower() for name in named]


def _fit(spec: Mapping[str, Any]) -> dict[str, Any]:
    fit = {key: value for key, value in (spec.get("fit") or {}).items() if value is not None}
    old = fit.pop("nb_epoch", 1)
    fit["epochs"] = _whole(fit.get("epochs", old), 1)
    fit["batch_size"] = _whole(fit.get("batch_size"), 32)
    split = fit.get("validation_split")
    fit["validation_split"] = float(split) if isinstance(split, int | float) else 0.0
    return fit


def _whole(value: Any, otherwise: int) -> int:
    return int(value) if isinstance(value, int | float) and value >= 1 else otherwise


def build(translated: Translated, x: np.ndarray) -> cr.Sequential:
    """Return the specified network, compiled, for inputs `x`.

    Raises:
        CannotBuildError: a layer, activation, optimiser or loss that Chainrule lacks.
        ChainruleError: a network that cannot be.
    """
    kinds = [kind for kind, _ in translated.layers]
    dtype = "int32" if kinds and kinds[0] == "Embedding" else "float32"
    shape = tuple(x.shape[1:])
    model = cr.Sequential(
        [cr.Input(shape, dtype), *(_made(kind, dict(arguments)) for kind, arguments in translated.layers if kind not in PASSED_OVER)]
    )
    model.compile(make_optimizer(*translated.optimizer), make_loss(*translated.loss), _known_metrics(translated.metrics))
    return model


def _made(kind: str, arguments: dict[str, Any]) -> Any:
    if kind in AS_ACTIVATION:
        return cr.layers.Activation(AS_ACTIVATION[kind])
    made = getattr(cr.layers, kind, None)
    if made is None or kind in MERGING:
        raise CannotBuildError(f"the harness builds no layer {kind}")
    known = describe(made)
    arguments = {key: _value(key, value) for key, value in arguments.items() if key in known}
    for key in ("kernel_size", "pool_size", "strides", "target_shape"):
        if isinstance(arguments.get(key), list):
            arguments[key] = tuple(arguments[key])
            if len(arguments[key]) == 1:
                arguments[key] = arguments[key][0]
    return made(**arguments)


def _value(key: str, value: Any) -> Any:
    if key.endswith("initializer"):
        return _initializer(value)
    if key.endswith("regularizer"):
        return _regularizer(value)
    if "activation" in key and isinstance(value, Mapping):
        value = value.get("name") or value.get("class_name")
    if key == "activation" and isinstance(value, str):
        value = {"lrelu": "leaky_relu", "leakyrelu": "leaky_relu"}.get(value.lower(), value.lower())
        if value not in cr.activations.names():
            raise CannotBuildError(f"Chainrule has no activation {value}")
    if key == "recurrent_activation" and (value == "hard_sigmoid" or value not in cr.activations.names()):
        return "sigmoid"  # Keras's old default was hard_sigmoid
    return value


def _initializer(value: Any) -> Any:
    name, given = (
        (value.get("name") or value.get("class_name"), value.get("config") or value) if isinstance(value, Mapping) else (value, {})
    )
    plain = str(name).replace("_", "").lower()
    classes = {
        "randomuniform": cr.initializers.RandomUniform,
        "randomnormal": cr.initializers.RandomNormal,
        "constant": cr.initializers.Constant,
    }
    if plain in classes:
        known = describe(classes[plain])
        return classes[plain](**{key: float(entry) for key, entry in given.items() if key in known and isinstance(entry, int | float)})
    snake = "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(str(name)))
    found = OLD_INITIALIZERS.get(plain, snake)
    return found if found in cr.initializers.INITIALIZERS else "glorot_uniform"


def _regularizer(value: Any) -> Any:
    given = (value.get("config") or value) if isinstance(value, Mapping) else {}
    l1, l2 = (float(given.get(key) or 0) for key in ("l1", "l2"))
    if not (l1 or l2):
        return {"l1": cr.regularizers.L1(), "l2": cr.regularizers.L2()}.get(str(value).lower())
    return cr.regularizers.L1L2(l1, l2)


def make_optimizer(name: str, arguments: Mapping[str, Any]) -> cr.optimizers.Optimizer:
    """Return the optimiser; one that Chainrule lacks raises CannotBuildError."""
    plain = {"nadam": "adam", "adamax": "adam"}.get(name, name)
    made = cr.optimizers.optimizer_names().get(plain)
    if made is None:
        raise CannotBuildError(f"Chainrule has no optimiser {name}")
    known = describe(made)
    return made(**{key: value for key, value in arguments.items() if key in known and isinstance(value, bool | int | float)})


def make_loss(name: str, arguments: Mapping[str, Any]) -> cr.losses.Loss:
    """Return the loss; one that Chainrule lacks raises CannotBuildError."""
    made = cr.losses.loss_names().get(name)
    if made is None:
        raise CannotBuildError(f"Chainrule has no loss {name}")
    return made(**arguments)


def _known_metrics(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name == "accuracy" or name in cr.metrics.metric_names()]
