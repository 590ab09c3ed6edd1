"""Compiled programs: a graph computed once, and a graph computed step after step in one dispatch."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from chainrule.errors import ArgumentError
from chainrule.graph import Array, Placeholder, Tensor, Variable, topological, within
from chainrule.xla.lowering import lower
from chainrule.xla.policy import compile_options, policy_for


class Program:
    """A graph compiled for the default device.

    Args:
        outputs: the nodes it computes.
        inputs: the leaves whose arrays it is called with, in order.

    Attributes:
        compilations: how often it was compiled so far.
    """

    def __init__(self, outputs: Sequence[Tensor], inputs: Sequence[Tensor]) -> None:
        function = lower(outputs, inputs, policy_for(jax.default_backend()))
        self._precision = precision_of([*outputs, *inputs])
        self._compiled: Callable[..., Any] | None = None
        self._jitted = jax.jit(lambda *arrays: function(*arrays))
        self.compilations = 0

    def __call__(self, *arrays: Array) -> list[Array]:
        """Return the outputs for these inputs."""
        with self._precision():
            if self._compiled is None:
                self.compilations += 1
                self._compiled = self._jitted.lower(*arrays).compile(dict(compile_options()))
            return self._compiled(*arrays)


class StepProgram:
    """A graph of one step, compiled to run many steps in one dispatch.

    The number of steps is an argument of the program, not part of it: one compilation serves every cut of a run into
    dispatches, and each cut gives the same bits. The state is donated: its old arrays are gone after a call.

    Args:
        state: the leaves that each step replaces.
        following: the node that replaces each of them.
        emitted: a vector, kept for every step.
        index: the placeholder of the step's number, an int32.
        fixed: the leaves that stay the same over the steps (data, order of the data).
        capacity: the largest number of steps in one dispatch.
    """

    def __init__(
        self,
        state: Sequence[Tensor],
        following: Sequence[Tensor],
        emitted: Tensor,
        index: Placeholder,
        fixed: Sequence[Tensor],
        capacity: int,
    ) -> None:
        step = lower([*following, emitted], [*state, index, *fixed], policy_for(jax.default_backend()))
        self._precision = precision_of([*following, emitted, *state, *fixed])
        self._compiled: Callable[..., Any] | None = None
        self._emitted = emitted.type
        self.capacity = capacity
        self.compilations = 0

        def run(state: tuple[Array, ...], first: Array, count: Array, fixed: tuple[Array, ...]) -> Any:
            def body(i: Array, carry: Any) -> Any:
                state, kept = carry
                *following, emitted = step(*state, first + i, *fixed)
                return tuple(following), lax.dynamic_update_index_in_dim(kept, emitted, i, 0)

            return lax.fori_loop(0, count, body, (state, jnp.zeros((capacity, *self._emitted.shape), self._emitted.dtype)))

        self._jitted = jax.jit(run, donate_argnums=0)

    def __call__(self, state: Sequence[Array], first: int, count: int, fixed: Sequence[Array]) -> tuple[tuple[Array, ...], Array]:
        """Run steps `first` to `first + count`; return the state after them and what each emitted.

        Raises:
            ArgumentError: more steps than the capacity.
        """
        if not 0 <= count <= self.capacity:
            raise ArgumentError(f"A dispatch takes 0 to {self.capacity} steps, its capacity. Got {count} instead.")
        self.compile(state, fixed)
        assert self._compiled is not None
        with self._precision():
            return self._compiled(tuple(state), np.int32(first), np.int32(count), tuple(fixed))

    def compile(self, state: Sequence[Array], fixed: Sequence[Array]) -> None:
        """Compile, unless that is done already."""
        if self._compiled is None:
            with self._precision():
                self.compilations += 1
                self._compiled = self._jitted.lower(tuple(state), np.int32(0), np.int32(0), tuple(fixed)).compile(dict(compile_options()))


def precision_of(nodes: Sequence[Tensor]) -> Callable[[], AbstractContextManager[Any]]:
    """Return the context under which these nodes are computed: 64-bit numbers where any node has them."""
    wide = any(_is_wide(node) for node in topological(nodes))
    return (lambda: jax.enable_x64(True)) if wide else nullcontext


def _is_wide(node: Tensor) -> bool:
    bodies = any(_is_wide(inner) for body in within(node) for inner in topological(body.outputs))
    return bodies or any(kind.dtype.itemsize == 8 for kind in node.types)


def evaluate(node: Tensor) -> Array:
    """Return the value of `node`, computed from the variables it depends on; compiled at the first call."""
    if node.program is None:
        variables = [leaf for leaf in topological([node]) if isinstance(leaf, Variable)]
        node.program = Program([node], variables), variables
    program, variables = node.program
    return program(*(variable.value for variable in variables))[0]


Tensor.evaluate = evaluate
