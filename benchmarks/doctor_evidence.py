"""Evidence from a specification alone, for networks that Chainrule cannot build."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from keras_specification import AS_ACTIVATION, Translated

import chainrule as cr
from chainrule.doctor.activation_names import activation_name
from chainrule.doctor.architecture import fold, output_of
from chainrule.doctor.evidence import Evidence, LayerFacts, Output
from chainrule.metrics import BinaryAccuracy

WORDS: dict[tuple[str, ...], str] = {
    ("LSTM", "GRU", "SimpleRNN", "Bidirectional"): "recurrent",
    ("Dropout",): "dropout",
    ("Normalization",): "normalization",
    ("Pooling", "GlobalMax"): "pooling",
    ("Flatten", "Reshape", "Cropping", "UpSampling", "ZeroPadding", "Permute", "InputLayer"): "shape",
    ("Masking",): "masking",
    ("Rescaling",): "scaling",
    ("Conv", "Dense"): "weighted",
}
FULL = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}
NAMES = {"sgd": "SGD", "rmsprop": "RMSprop", "adamw": "AdamW"}
SCALED = ("adam", "adamw", "rmsprop", "nadam", "adamax", "adagrad", "lion", "adadelta")  # whose steps have about the size of the rate
RATES = {"sgd": 0.01, "adadelta": 0.001}


def evidence_of_specification(spec: Mapping[str, Any], translated: Translated, arrays: Mapping[str, np.ndarray]) -> Evidence:
    """Return what a specification and its arrays tell without being built."""
    shape: Any = _shape(translated, arrays)
    layers: list[LayerFacts] = []
    for number, (kind, arguments) in enumerate(translated.layers):
        kind = "Bidirectional" if kind.startswith("Bidirectional") else kind
        after = _after(kind, arguments, shape)
        role, bends, uses_batch = _role(kind)
        parameters = 1 if role in ("weighted", "recurrent", "embedding") or uses_batch else 0
        made = LayerFacts(
            f"{kind.lower()}_{number}",
            kind,
            arguments,
            activation_name(AS_ACTIVATION.get(kind, arguments.get("activation"))),
            shape,
            after,
            parameters,
            role=role,
            bends=bends,
            uses_batch=uses_batch,
        )
        layers.append(made)
        shape = after
    folded = fold(layers)
    layer, activation = output_of(folded)
    loss = FULL.get(translated.loss[0], translated.loss[0])
    output = Output(
        layer,
        activation,
        shape,
        _loss(loss, bool(translated.loss[1].get("from_logits"))),
        tuple(BinaryAccuracy() for name in translated.metrics if "acc" in name),
        arrays.get("y"),
        arrays.get("y_val"),
    )
    rate = translated.optimizer[1].get("learning_rate", RATES.get(translated.optimizer[0], 1e-3))
    return Evidence(
        "before",
        folded,
        (output,),
        optimizer=f"cr.optimizers.{NAMES.get(translated.optimizer[0], 'Adam')}",
        learning_rate=float(rate) if isinstance(rate, int | float) else None,
        scales_gradients=translated.optimizer[0] in SCALED,
        amplification=1 / max(1 - float(translated.optimizer[1].get("momentum") or 0.0), 1e-3),
        weight_decay=float(translated.optimizer[1].get("weight_decay") or 0.0),
        x=(arrays["x"],) if "x" in arrays and arrays["x"].size else (),
        x_val=(arrays["x_val"],) if "x_val" in arrays else (),
        batch_size=int(translated.fit.get("batch_size") or 32),
        epochs=int(translated.fit.get("epochs") or 1),
        shuffle=bool(translated.fit.get("shuffle", True)),
    )


def _role(kind: str) -> tuple[Any, bool, bool]:
    """Return a layer's role, whether it bends, and whether it uses the batch; of a layer that Chainrule lacks, by the words in its name."""
    made = getattr(cr.layers, kind, None)
    if made is not None:
        return made.role, made.bends, made.uses_batch
    if kind in AS_ACTIVATION:
        return "activation", True, False
    found = next((role for words, role in WORDS.items() if any(word in kind for word in words)), "other")
    return found, "Max" in kind, kind == "BatchNormalization"


def _loss(name: str, from_logits: bool) -> cr.losses.Loss | None:
    """Return a loss by its name; None for one that is not known."""
    try:
        made = cr.losses.get(name)
    except cr.errors.ArgumentError:
        return None
    return replace(made, from_logits=True) if from_logits and made.target is not cr.losses.Target.QUANTITY else made


def _shape(translated: Translated, arrays: Mapping[str, np.ndarray]) -> tuple[int, ...] | None:
    if "x" in arrays and arrays["x"].size:
        return tuple(arrays["x"].shape[1:])
    known = translated.input_shape
    return tuple(known) if known is not None and all(isinstance(n, int) for n in known) else None  # type: ignore[arg-type]


def _after(kind: str, arguments: Mapping[str, Any], shape: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Return the shape after a layer, as far as that can be told without building it."""
    if shape is None:
        return None
    if kind == "Dense":
        return (*shape[:-1], int(arguments.get("units", 1)))
    if _role(kind)[0] == "recurrent":
        units = int(arguments.get("units", 1)) * (2 if kind == "Bidirectional" else 1)
        return (shape[0], units) if arguments.get("return_sequences") and shape else (units,)
    if kind in ("Flatten",):
        return (int(np.prod(shape)),)
    if kind == "Embedding":
        return (*shape, int(arguments.get("output_dim", 1)))
    if kind.startswith("Global"):
        return (shape[-1],)
    if kind.startswith(
        ("Conv", "MaxPooling", "AveragePooling", "Reshape", "UpSampling", "ZeroPadding", "Cropping", "Permute", "RepeatVector")
    ):
        return None
    return shape
