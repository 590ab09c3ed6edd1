"""Networks: layers joined from inputs to outputs."""

from chainrule.models.network import Network, chain
from chainrule.models.serialization import network_from_data, network_to_data
from chainrule.models.summary import parameter_count, summary_text

__all__ = ["Network", "chain", "network_from_data", "network_to_data", "parameter_count", "summary_text"]
