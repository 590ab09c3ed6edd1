"""Prediction: the outputs of a network for any number of examples, in batches."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.graph import Array, Placeholder
from chainrule.layers import Trace, tracing
from chainrule.networks import Network
from chainrule.training.step import signature
from chainrule.training.trainer import require_inputs
from chainrule.xla import Program


class Predictor:
    """The forward pass of a network in inference mode, and the programs that are made of it, one for each shape of a batch.

    Args:
        network: its weights are read anew for each prediction.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._programs: dict[Any, Program] = {}

    def __call__(self, inputs: Sequence[Array], batch_size: int) -> list[Array]:
        """Return an array for each output, one row for each example.

        Args:
            inputs: an array for each input.
            batch_size: examples in a batch, at most; the last batch is padded.

        Raises:
            ShapeError: inputs of another shape than the network takes.
        """
        require_inputs(self._network, inputs)
        rows = len(inputs[0])
        size = min(batch_size, 1 << max(rows - 1, 0).bit_length())
        weights = list(dict(self._network.named_weights("")).values())
        program, parts = self._program(inputs, size, weights), []
        values = [variable.value for variable in weights]
        for start in range(0, rows, size):
            batch = [array[start : start + size] for array in inputs]
            padded = [np.concatenate([b, np.repeat(b[-1:], size - len(b), axis=0)]) if len(b) < size else b for b in batch]
            parts.append([np.asarray(out)[: len(batch[0])] for out in program(*values, *padded)])
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    def _program(self, inputs: Sequence[Array], size: int, weights: Sequence[Any]) -> Program:
        key = (size, signature([array[:0] for array in inputs]))
        if key not in self._programs:
            places = [Placeholder((size, *array.shape[1:]), array.dtype) for array in inputs]
            with tracing(Trace()):
                outputs = self._network.call(places)
            self._programs[key] = Program(outputs if isinstance(outputs, list) else [outputs], [*weights, *places])
        return self._programs[key]
