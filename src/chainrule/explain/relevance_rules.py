"""How relevance passes back through a graph: a walk like that of the gradient, with other rules."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.errors import ArgumentError
from chainrule.explain.forward_pass import ForwardPass
from chainrule.graph import Constant, NoGradient, Tensor, dependents, substitute, topological

RelevanceRule: TypeAlias = Literal["epsilon", "gamma", "z_plus"]
RELEVANCE_RULES = ("epsilon", "gamma", "z_plus")


def relevance_of_entry(forward_pass: ForwardPass, rule: RelevanceRule, epsilon: float, gamma: float) -> Tensor:
    """Return the relevance of a forward pass's first continuous numbers for its score, as graph.

    Raises:
        ArgumentError: an operation that relevance cannot be passed through; its layer is named.
    """
    walk = _Walk(topological([forward_pass.output]), forward_pass.entry, rule, epsilon, gamma)
    start = ops.one_hot(forward_pass.target, forward_pass.output.size // forward_pass.size, forward_pass.output.dtype).reshape(
        forward_pass.output.shape
    )
    found: dict[Tensor, Tensor] = {forward_pass.output: forward_pass.output * start}
    for node in reversed(walk.order):
        if node in found and node is not forward_pass.entry:
            for source, part in walk.shares(node, found.pop(node)).items():
                found[source] = found[source] + part if source in found else part
    return found.get(forward_pass.entry, Constant(np.zeros(forward_pass.entry.shape, forward_pass.entry.dtype)))


@dataclass(frozen=True)
class _Sum:
    """A weighted sum of the numbers of `source`, with what is added to it and scales it: its last node, and the sum itself."""

    last: Tensor
    source: Tensor
    kernel: Tensor | None


class _Walk:
    """The rules, on the nodes of one graph that depend on the entry."""

    def __init__(self, order: list[Tensor], entry: Tensor, rule: RelevanceRule, epsilon: float, gamma: float) -> None:
        self.order = order
        self._place = {node: place for place, node in enumerate(order)}
        self._dependent = dependents(order, [entry])
        self._entry, self._rule, self._epsilon, self._gamma = entry, rule, epsilon, gamma

    def shares(self, node: Tensor, relevance: Tensor) -> dict[Tensor, Tensor]:
        """Return what a node's relevance gives to the nodes that it is made of."""
        found = self._sum(node)
        if found.source is not node:
            return {found.source: self._weighted(found, relevance)}
        sources = self._sources(node)
        assert node.op is not None
        if node.op.elementwise and self._is_affine(node):
            return self._proportional(node, node, sources, relevance)
        if node.op.moves and not node.op.elementwise:
            return dict(zip(sources, _pulled(node, sources, relevance), strict=True))
        source = self._elementwise(node)
        if source is None:
            raise ArgumentError(
                f"relevance cannot be passed through layer {node.origin.path or 'outside of any layer'}: {node.op.name} has no rule there. "
                "Take integrated_gradients, which explains any network."
            )
        return {source: relevance.reshape(source.shape)}

    def _sources(self, node: Tensor) -> list[Tensor]:
        return list(dict.fromkeys(source for source in node.inputs if source in self._dependent))

    def _sum(self, last: Tensor) -> _Sum:
        """Return the weighted sum that ends in a node; its source is the node itself where it is none."""
        node, kernel = last, None
        while node is not self._entry and node.op is not None:
            sources = self._sources(node)
            if len(sources) > 1 or not self._is_affine(node) or not (kernel is None or node.op.moves):
                break
            if node.op.is_sum:
                if node.size != last.size:
                    break
                kernel = node
            node = sources[0]
        return _Sum(last, node, kernel)

    def _is_affine(self, node: Tensor) -> bool:
        """Whether a node is affine in its sources: these are not multiplied with one another, nor divided by."""
        assert node.op is not None
        return node.op.is_affine_in([place for place, source in enumerate(node.inputs) if source in self._dependent])

    def _weighted(self, found: _Sum, relevance: Tensor) -> Tensor:
        """Return what a weighted sum gives to its source."""
        cut = ops.stop_gradient(found.source)
        last, *rest = substitute([found.last, *([] if found.kernel is None else [found.kernel])], {found.source: cut})
        if self._rule == "z_plus" and not rest:
            return _unscaled(last, cut, relevance)
        if self._rule != "epsilon" and rest and rest[0].op is not None and rest[0].op.is_product:
            (kernel,) = rest
            positive = _positive_part(last, kernel, cut, both_signs=self._rule == "z_plus")
            relevance = relevance.reshape(kernel.shape)
            last = positive if self._rule == "z_plus" else last.reshape(kernel.shape) + positive * self._gamma
        return self._proportional(last, last, [cut], relevance)[cut]

    def _proportional(self, node: Tensor, denominator: Tensor, sources: list[Tensor], relevance: Tensor) -> dict[Tensor, Tensor]:
        """Return source · ∂node/∂source · relevance / denominator for each source."""
        cuts = {source: ops.stop_gradient(source) for source in sources}
        (node,) = substitute([node], cuts)
        stable = denominator + ops.where(denominator >= 0, self._epsilon + 1e-30, -self._epsilon)
        pulled = _pulled(node, list(cuts.values()), relevance / stable)
        return {source: source * part for source, part in zip(sources, pulled, strict=True)}

    def _elementwise(self, node: Tensor) -> Tensor | None:
        """Return the node of which this one is a function, number by number; None where it is made of several, or mixes them."""
        waiting = {node}
        while len(waiting) > 1 or node in waiting:
            latest = max(waiting, key=self._place.__getitem__)
            if latest.op is None or not latest.op.elementwise or not self._sources(latest):
                return None
            waiting = (waiting - {latest}) | set(self._sources(latest))
        (source,) = waiting
        return source if source.size == node.size else None


def _positive_part(last: Tensor, kernel: Tensor, source: Tensor, both_signs: bool) -> Tensor:
    """Return the part of a weighted sum that its positive weights make, scaled as the sum is by what comes after it.

    With `both_signs` it is what positive products make: negative numbers times negative weights count as well.
    """
    assert kernel.op is not None
    inputs, weights = kernel.inputs
    swapped = inputs not in dependents(topological([kernel]), [source])
    inputs, weights = (weights, inputs) if swapped else (inputs, weights)
    (scale,) = _pulled(last, [kernel], Constant(np.ones(last.shape, last.dtype)))
    above, below = ops.relu(weights), ops.minimum(weights, 0)

    def total(numbers: Tensor, some: Tensor) -> Tensor:
        assert kernel.op is not None
        return kernel.op(*((some, numbers) if swapped else (numbers, some)), **kernel.attributes)

    if not both_signs:
        return ops.relu(scale) * total(inputs, above) + ops.minimum(scale, 0) * total(inputs, below)
    positive, negative = ops.relu(inputs), ops.minimum(inputs, 0)
    for_gain = total(positive, above) + total(negative, below)
    for_loss = total(positive, below) + total(negative, above)
    return ops.relu(scale) * for_gain + ops.minimum(scale, 0) * for_loss


def _unscaled(last: Tensor, source: Tensor, relevance: Tensor) -> Tensor:
    """Return the relevance of numbers that are only scaled, shifted and arranged anew: it goes where they came from."""
    (scaled,), (scale,) = (_pulled(last, [source], seed) for seed in (relevance, Constant(np.ones(last.shape, last.dtype))))
    return ops.where(ops.equal(scale, 0), 0, scaled / ops.where(ops.equal(scale, 0), 1, scale))


def _pulled(node: Tensor, sources: list[Tensor], seed: Tensor) -> list[Tensor]:
    found = gradient(node, sources, seed)
    return [Constant(np.zeros(s.shape, s.dtype)) if isinstance(part, NoGradient) else part for s, part in zip(sources, found, strict=True)]
