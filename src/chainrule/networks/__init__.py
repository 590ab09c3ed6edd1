"""Networks: layers joined from inputs to outputs."""

from chainrule.networks.network import Network, chain
from chainrule.networks.serialization import network_from_data, network_to_data
from chainrule.networks.summary import parameter_count, summary_text

__all__ = ["Network", "chain", "network_from_data", "network_to_data", "parameter_count", "summary_text"]
