"""The loop: a subgraph run once for each element of its sequences, carrying values from each step to the next."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax import lax

from chainrule.errors import ArgumentError, DtypeError, ShapeError
from chainrule.graph import (
    Constant,
    NoGradient,
    Op,
    Placeholder,
    Subgraph,
    Tensor,
    TensorType,
    close,
    dependents,
    frontier,
    placeholder_like,
    substitute,
    topological,
)
from chainrule.ops.products import matmul_op, swap_last, transposed_product
from chainrule.ops.rules import Differentiate
from chainrule.ops.shaping import reshape

item = Op(
    "item",
    infer=lambda node, index: node.types[index],
    lower=lambda outputs, index: outputs[index],
    pullback=lambda dy, y, node, index: (dy,),
    formula="one output of a node that has several",
)


def scan(
    step: Callable[..., tuple[Sequence[Tensor], Sequence[Tensor]]],
    carries: Sequence[Tensor],
    sequences: Sequence[Tensor] = (),
    length: int | None = None,
    reverse: bool = False,
) -> tuple[list[Tensor], list[Tensor]]:
    """Run `step` once for each element of `sequences`, in order, or `length` times.

    Args:
        step: takes the carries, then one element of each sequence (its leading axis gone); returns the next carries
            and the outputs of this step. What it takes from outside is held constant over the loop.
        carries: the first carries; a step returns the same shapes and dtypes.
        sequences: tensors of shape (length, ...).
        length: the number of steps, where there are no sequences.
        reverse: run from the last element to the first; outputs keep the sequences' order.

    Returns:
        The last carries, and each output of all steps, of shape (length, ...).

    Raises:
        ShapeError, DtypeError: sequences of different lengths, or carries that change type.
        ArgumentError: a step that returns another number of carries than it takes.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> x = cr.Variable(np.array([1.0, 2.0, 3.0], "float32"))
        >>> (total,), (running,) = cr.ops.scan(lambda c, x: ([c + x], [c + x]), [cr.ops.as_tensor(0.0)], [x])
        >>> float(total.value), np.asarray(running.value).tolist()
        (6.0, [1.0, 3.0, 6.0])
    """
    inputs = [placeholder_like(carry) for carry in carries] + [Placeholder(x.shape[1:], x.dtype) for x in sequences]
    after, outputs = step(*inputs)
    if len(after) != len(carries):
        raise ArgumentError(f"scan: a step must return as many carries as it takes, {len(carries)}. Got {len(after)} instead.")
    body, outside = close(inputs, [*after, *outputs])
    length = len(sequences[0]) if length is None and sequences else length
    window = {"carries": len(carries), "sequences": len(sequences), "length": length, "reverse": reverse}
    node = loop(*carries, *sequences, *outside, body=body, **window)
    outputs = [item(node, index=index) for index in range(len(body.outputs))]
    return outputs[: len(carries)], outputs[len(carries) :]


def _looped(*inputs: Tensor, body: Subgraph, carries: int, sequences: int, length: int | None, reverse: bool) -> tuple[TensorType, ...]:
    lengths = [sequence.shape[0] for sequence in inputs[carries : carries + sequences]]
    if length is None or any(n != length for n in lengths):
        raise ShapeError(f"a loop must have one length. Got {length} and sequences of lengths {lengths}.")
    for before, after in zip(inputs, body.outputs[:carries], strict=False):
        if before.type != after.type:
            error = ShapeError if before.shape != after.shape else DtypeError
            raise error(f"a carry must keep its type from step to step. It began as {before.type} and became {after.type}.")
    stacked = [TensorType((length, *output.shape), output.dtype) for output in body.outputs[carries:]]
    return (*(carry.type for carry in inputs[:carries]), *stacked)


def _run(
    *inputs: jax.Array, body: Callable[..., Sequence[jax.Array]], carries: int, sequences: int, length: int, reverse: bool
) -> tuple[jax.Array, ...]:
    constants = inputs[carries + sequences :]

    def step(carry: Any, elements: Any) -> Any:
        outputs = body(*carry, *elements, *constants)
        return tuple(outputs[:carries]), tuple(outputs[carries:])

    last, stacked = lax.scan(step, inputs[:carries], inputs[carries : carries + sequences], length, reverse)
    return (*last, *stacked)


def _loop_pullback(
    dys: Sequence[Tensor | None],
    y: Tensor,
    *inputs: Tensor,
    differentiate: Differentiate,
    body: Subgraph,
    carries: int,
    sequences: int,
    length: int,
    reverse: bool,
) -> list[Tensor | NoGradient]:
    """Run the gradient of the body over the sequences backwards.

    What the gradient needs of the forward steps is kept by a loop that extends the forward one; lowering runs only the
    extended loop. A weight's gradient that is a product at each step becomes one product after the loop.
    """
    window = {"carries": carries, "sequences": sequences, "length": length, "reverse": reverse}
    outer = dict(zip(body.inputs, inputs, strict=True))
    elements, constants = body.inputs[carries : carries + sequences], body.inputs[carries + sequences :]

    # One step back, as a graph: from the gradients of a step's outputs to those of its inputs.
    seeds = {output: placeholder_like(output) for output in body.outputs if output.dtype.kind not in "iub"}
    gradients = differentiate(dict(seeds), body.inputs)
    found = {source: dx for source, dx in zip(body.inputs, gradients, strict=True) if isinstance(dx, Tensor)}
    products = {k: pair for k in constants if k in found and (pair := transposed_product(found[k]))}
    sums = [k for k in constants if k in found and k not in products]
    factors = [factor for pair in products.values() for factor in pair]
    results = list(dict.fromkeys([*(found[source] for source in found if source not in products), *factors]))

    # What the step back needs of the step forward and differs from step to step, kept for every step.
    changing = dependents(topological(results), body.inputs[: carries + sequences])
    kept = [node for node in frontier(results, seeds.values()) if node in changing and node not in elements]
    forward = loop(*inputs, body=Subgraph(body.inputs, (*body.outputs, *kept), extends=body), **window)
    stacks = {element: outer[element] for element in elements}
    stacks |= {node: item(forward, index=len(body.outputs) + i) for i, node in enumerate(kept)}

    floats = [i for i in range(carries) if body.outputs[i] in seeds]
    zeros = {node: Constant(np.zeros(node.shape, node.dtype)) for node in [*body.inputs[:carries], *sums]}
    incoming = {i: dys[i] for i in range(carries, len(body.outputs)) if dys[i] is not None}
    emitted = [result for result in results if result not in stacks]

    def step_back(*arrived: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        queue = iter(arrived)
        parts = [(body.outputs[i], next(queue)) for i in floats]
        totals = {k: next(queue) for k in sums}
        parts += [(body.outputs[i], next(queue)) for i in incoming]
        values: dict[Tensor, Tensor] = {node: next(queue) for node in stacks} | {k: outer[k] for k in constants}
        for output, part in parts:  # an output that stands in two places receives both gradients
            seed = seeds[output]
            values[seed] = values[seed] + part if seed in values else part
        values = {seed: Constant(np.zeros(seed.shape, seed.dtype)) for seed in seeds.values()} | values
        now = dict(zip(results, substitute(results, values), strict=True))
        before = [now[found[source]] if source in found else zeros[source] for source in (body.inputs[i] for i in floats)]
        return [*before, *(totals[k] + now[found[k]] for k in sums)], [now[result] for result in emitted]

    start = [zeros[body.inputs[i]] if (dy := dys[i]) is None else dy for i in floats] + [zeros[k] for k in sums]
    backwards = [*(dy for dy in incoming.values() if dy is not None), *stacks.values()]
    last, stacked = scan(step_back, start, backwards, length, not reverse)

    stacks |= dict(zip(emitted, stacked, strict=True))
    answers: dict[Tensor, Tensor] = dict(zip([*(body.inputs[i] for i in floats), *sums], last, strict=True))
    answers |= {element: stacks[found[element]] for element in elements if element in found}
    answers |= {k: matmul_op(swap_last(_rows(stacks[a])), _rows(stacks[b])) for k, (a, b) in products.items()}
    return [answers.get(source, NoGradient("the loop does not depend on it smoothly")) for source in body.inputs]


def _rows(stack: Tensor) -> Tensor:
    return reshape(stack, shape=(-1, stack.shape[-1]))


loop = Op(
    "loop",
    infer=_looped,
    lower=_run,
    pullback=_loop_pullback,
    formula="(carries, outputs) = body(carries, elements, constants), once for each element",
    higher_order=True,
)
