"""What a model, a plan and a saved run are, as the plain facts that symptoms look at."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from chainrule import optimizers
from chainrule.configuration import is_own
from chainrule.doctor.activation_names import BENT, UNKNOWN, activation_name
from chainrule.doctor.evidence import Evidence, LayerFacts, Output
from chainrule.doctor.targets import Array
from chainrule.layers import Layer
from chainrule.models import Model
from chainrule.networks import Network, Role, parameter_count
from chainrule.optimizers import Optimizer

TRANSPARENT: tuple[Role, ...] = ("dropout", "normalization", "scaling", "shape", "pooling", "masking", "augmentation")


def describe(network: Network) -> tuple[LayerFacts, ...]:
    """Return the facts of a network's layers, those of inner networks among them."""
    return fold(list(_layers(network, "")), is_chain(network))


def is_chain(network: Network) -> bool:
    """Whether each layer has one input, which no other layer has."""
    sources = [source for symbol in network.order for source in symbol.inputs]
    return all(len(symbol.inputs) <= 1 for symbol in network.order) and len(set(sources)) == len(sources)


def _layers(network: Network, path: str) -> Iterator[LayerFacts]:
    for symbol in network.order:
        layer = symbol.layer
        if layer is None:
            continue
        name = f"{path}{layer.default_name}"
        if isinstance(layer, Network):
            yield from _layers(layer, f"{name}/")
        else:
            kind, arguments = type(layer).__name__, _arguments(layer)
            yield LayerFacts(
                name,
                kind,
                arguments,
                activation_name(arguments.get("activation")),
                symbol.inputs[0].example_shape if len(symbol.inputs) == 1 else None,
                symbol.example_shape,
                parameter_count(layer, True),
                layer.trainable,
                layer.role,
                layer.bends,
                layer.uses_batch,
            )


def _arguments(layer: Layer) -> dict[str, Any]:
    return {f.name: getattr(layer, f.name) for f in fields(layer) if f.init and f.name not in ("name", "trainable")}


def fold(layers: Sequence[LayerFacts], chained: bool = True) -> tuple[LayerFacts, ...]:
    """Return layers whose activation is also that of an `Activation` layer after them; "?" where that is not known."""
    found: list[LayerFacts] = []
    for number, layer in enumerate(layers):
        activation = layer.activation
        if layer.is_weighted and activation == "linear":
            activation = _next_activation(layers[number + 1 :]) if chained else UNKNOWN
        found.append(replace(layer, activation=activation))
    return tuple(found)


def _next_activation(following: Sequence[LayerFacts]) -> str:
    for layer in following:
        if layer.role == "activation":
            return layer.activation
        if layer.bends:
            return BENT
        if layer.role not in TRANSPARENT:
            return "linear" if layer.is_weighted or layer.is_recurrent else UNKNOWN
    return "linear"


def output_of(layers: Sequence[LayerFacts]) -> tuple[LayerFacts | None, str]:
    """Return the last layer with weights of a chain, and the last activation."""
    activation = "linear"
    for layer in reversed(layers):
        if layer.role == "activation":
            activation = layer.activation if activation == "linear" else activation
        elif layer.is_weighted or layer.is_recurrent:
            own = activation_name(layer.arguments.get("activation"))
            return layer, own if activation == "linear" else activation
        elif layer.role not in TRANSPARENT:
            return None, UNKNOWN if activation == "linear" else activation
    return None, activation


def outputs_of(model: Model, layers: Sequence[LayerFacts], y: Sequence[Array], y_val: Sequence[Array]) -> tuple[Output, ...]:
    """Return each output of a compiled model with its loss, metrics and targets."""
    network = model.network
    found: list[Output] = []
    for number, (symbol, aim) in enumerate(zip(network.outputs, model.objective.aims, strict=True)):
        layer, activation = _way_back(network, layers, number) if not is_chain(network) else output_of(layers)
        found.append(
            Output(
                layer,
                activation,
                symbol.example_shape,
                aim.loss,
                tuple(aim.metrics.values()),
                y[number] if number < len(y) else None,
                y_val[number] if number < len(y_val) else None,
            )
        )
    return tuple(found)


def _way_back(network: Network, layers: Sequence[LayerFacts], number: int) -> tuple[LayerFacts | None, str]:
    """Return the last layer with weights before an output of a network that branches, and the last activation."""
    by_name = {layer.name: layer for layer in layers}
    way: list[LayerFacts] = []
    symbol = network.outputs[number]
    while symbol.layer is not None and symbol.layer.default_name in by_name:
        way.insert(0, by_name[symbol.layer.default_name])
        if len(symbol.inputs) != 1 or way[0].is_weighted:
            break
        symbol = symbol.inputs[0]
    return output_of(way)


def optimizer_facts(optimizer: str | Optimizer) -> dict[str, Any]:
    """Return what `Evidence` wants to know of an optimiser."""
    made = optimizers.get(optimizer)
    name = type(made).__name__
    return {
        "optimizer": f"cr.optimizers.{name}" if is_own(type(made)) else name,
        "learning_rate": None if made.schedule else made.learning_rate,
        "scales_gradients": made.scales_gradients,
        "amplification": made.amplification,
        "weight_decay": float(made.weight_decay or 0.0),
    }


def model_facts(model: Model, y: Sequence[Array] = (), y_val: Sequence[Array] = ()) -> dict[str, Any]:
    """Return what `Evidence` wants to know of a compiled model."""
    layers = describe(model.network)
    facts = {"layers": layers, "outputs": outputs_of(model, layers, y, y_val), "is_chain": is_chain(model.network)}
    return facts | optimizer_facts((model.compile_arguments or {})["optimizer"])


__all__ = ["Evidence", "describe", "fold", "model_facts", "optimizer_facts", "output_of"]
