"""Networks: what every layer is, the symbols that join layers, the trace of a forward pass, and the network they make."""

from chainrule.networks.layer import Input, Inputs, Layer, Role, Shape, Symbol
from chainrule.networks.network import Network, chain
from chainrule.networks.serialization import network_from_data, network_to_data
from chainrule.networks.summary import parameter_count, summary_text
from chainrule.networks.trace import Trace, current_trace, tracing

__all__ = [
    "Input",
    "Inputs",
    "Layer",
    "Network",
    "Role",
    "Shape",
    "Symbol",
    "Trace",
    "chain",
    "current_trace",
    "network_from_data",
    "network_to_data",
    "parameter_count",
    "summary_text",
    "tracing",
]
