"""A network as data, and back: layers by class and arguments, and how they are joined. Nothing is run."""

from typing import Any

from chainrule.configuration import from_config, to_config
from chainrule.errors import DataError
from chainrule.networks.layer import Layer, Symbol
from chainrule.networks.network import Network


def network_to_data(network: Network) -> dict[str, Any]:
    """Return the network as JSON-ready data."""
    numbers = {symbol: position for position, symbol in enumerate(network.order)}
    return {
        "name": network.name,
        "layers": [_layer_to_data(layer) for layer in network.layers],
        "symbols": [
            {"shape": list(symbol.example_shape), "dtype": symbol.dtype.name, "name": symbol.name}
            if symbol.layer is None
            else {"layer": network.layers.index(symbol.layer), "inputs": [numbers[source] for source in symbol.inputs]}
            for symbol in network.order
        ],
        "inputs": [numbers[symbol] for symbol in network.inputs],
        "outputs": [numbers[symbol] for symbol in network.outputs],
    }


def network_from_data(data: dict[str, Any]) -> Network:
    """Return a network of the same layers, with weights not yet given values.

    Raises:
        DataError: data that do not describe a network.
    """
    try:
        layers = [_layer_from_data(entry) for entry in data["layers"]]
        symbols: list[Symbol] = []
        for entry in data["symbols"]:
            if "layer" in entry:
                inputs = [symbols[number] for number in entry["inputs"]]
                symbols.append(layers[entry["layer"]](inputs if len(inputs) > 1 else inputs[0]))
            else:
                symbols.append(Symbol(tuple(entry["shape"]), entry["dtype"], name=entry["name"]))
        inputs, outputs = ([symbols[number] for number in data[end]] for end in ("inputs", "outputs"))
    except (KeyError, IndexError, TypeError) as error:
        raise DataError(f"This does not describe a network of Chainrule: {error!r}.") from error
    return Network(inputs, outputs, name=data.get("name"))


def _layer_to_data(layer: Layer) -> dict[str, Any]:
    return {"network": network_to_data(layer)} if isinstance(layer, Network) else to_config(layer)


def _layer_from_data(data: dict[str, Any]) -> Layer:
    return network_from_data(data["network"]) if "network" in data else from_config(data)
