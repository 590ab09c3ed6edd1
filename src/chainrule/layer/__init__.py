"""What every layer is: its weights and settings, the symbols that join layers into networks, and the trace of a forward pass."""

from chainrule.layer.layer import Input, Inputs, Layer, Shape, Symbol
from chainrule.layer.trace import Trace, current_trace, tracing

__all__ = ["Input", "Inputs", "Layer", "Shape", "Symbol", "Trace", "current_trace", "tracing"]
