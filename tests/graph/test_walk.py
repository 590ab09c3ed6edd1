"""Walking a graph: the order of its nodes, what depends on what, and nodes put in place of others, however deep it is."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.graph import (
    Constant,
    Placeholder,
    Variable,
    as_tensor,
    close,
    dependents,
    frontier,
    substitute,
    to_dot,
    to_text,
    topological,
    verify,
)
from chainrule.xla import lower

DEPTH = 20_000


@pytest.fixture(scope="module")
def chain():
    """A chain of additions twenty times deeper than Python's own stack."""
    assert sys.getrecursionlimit() < DEPTH
    x = Variable(np.float32(1), name="x")
    y = x
    for _ in range(DEPTH):
        y = y + x
    return x, y


def test_a_deep_graph_is_walked_and_verified(chain):
    x, y = chain
    order = topological([y])
    assert (order[0], order[-1], len(order)) == (x, y, DEPTH + 1)
    assert len(dependents(order, [x])) == DEPTH + 1
    verify([y])


def test_a_deep_graph_is_printed_and_drawn(chain):
    _, y = chain
    assert to_text([y]).count("\n") == DEPTH
    assert to_dot([y]).count(" -> ") == 2 * DEPTH


def test_a_deep_graph_is_copied_with_another_leaf(chain):
    x, y = chain
    z = Placeholder((), "float32")
    (copy,) = substitute([y], {x: z})
    order = topological([copy])
    assert (order[0], len(order)) == (z, DEPTH + 1)


def test_a_deep_graph_is_differentiated_and_computed(chain):
    x, y = chain
    (dx,) = gradient(y, [x])
    value, slope = lower([y, dx], [x], policy={})(np.float32(1))
    assert (float(value), float(slope)) == (DEPTH + 1, DEPTH + 1)


@st.composite
def _graphs(draw):
    """Return leaves, and all nodes of a random graph upon them."""
    nodes = [Placeholder((), name=f"x{i}") for i in range(draw(st.integers(1, 3)))]
    leaves = list(nodes)
    for _ in range(draw(st.integers(1, 12))):
        left, right = (nodes[draw(st.integers(0, len(nodes) - 1))] for _ in range(2))
        nodes.append(left + right)
    return leaves, nodes


@given(_graphs(), st.data())
def test_each_node_comes_once_and_after_its_inputs(graph, data):
    _, nodes = graph
    outputs = data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=4))
    order = topological(outputs)
    places = {node: place for place, node in enumerate(order)}
    assert len(places) == len(order)
    assert all(places[source] < places[node] for node in order for source in node.inputs)
    assert set(outputs) <= set(order)
    assert all(node in outputs or any(node in user.inputs for user in order) for node in order), "nothing that is not needed"
    assert topological(outputs) == order


@given(_graphs(), st.data())
def test_dependents_are_those_with_a_path_from_the_sources(graph, data):
    _, nodes = graph
    source = data.draw(st.sampled_from(nodes))
    order = topological([nodes[-1]])
    assert dependents(order, [source]) == {node for node in order if source in topological([node])} | {source}


@given(_graphs(), st.data())
def test_substitution_computes_what_the_new_nodes_stand_for(graph, data):
    leaves, nodes = graph
    replaced = data.draw(st.sampled_from(nodes))
    new = Placeholder((), name="new")
    (copy,) = substitute([nodes[-1]], {replaced: new})
    verify([copy], [*leaves, new])
    numbers = np.arange(1, len(leaves) + 1, dtype=np.float32)
    given_value = lower([replaced], leaves, policy={})(*numbers)[0]
    wanted = lower([nodes[-1]], leaves, policy={})(*numbers)[0]
    assert lower([copy], [*leaves, new], policy={})(*numbers, given_value)[0] == wanted


def test_substitution_keeps_what_it_does_not_touch():
    x, y, z = (Placeholder((), name=name) for name in "xyz")
    untouched = ops.exp(x)
    above = untouched + y
    kept, made, itself = substitute([untouched, above, y], {y: z})
    assert kept is untouched
    assert itself is z
    assert made is not above
    assert (made.inputs, made.op, made.types, made.origin) == ((untouched, z), above.op, above.types, above.origin)
    assert above.inputs == (untouched, y), "the old graph is as it was"


def test_the_frontier_is_what_comes_from_outside():
    x, y = Placeholder((), name="x"), Placeholder((), name="y")
    outside, inside = ops.exp(y), x * 2
    both = outside * inside + 1
    assert frontier([both], [x]) == [outside]
    assert frontier([both, outside, y], [x]) == [outside, y]
    assert frontier([both], [x, y]) == []
    assert frontier([as_tensor(3.0)], [x]) == []


def test_a_closed_graph_takes_from_outside_by_its_inputs():
    x, y = Placeholder((2,), name="x"), Variable(np.ones(2, np.float32))
    doubled = y * 2
    subgraph, outside = close([x], [x * doubled, doubled])
    assert outside == [doubled]
    assert [leaf.type for leaf in subgraph.inputs] == [x.type, doubled.type]
    assert subgraph.outputs[1] is subgraph.inputs[1]
    verify(subgraph.outputs, subgraph.inputs)
    assert not any(isinstance(node, Variable) for node in topological(subgraph.outputs))
    assert not any(isinstance(node, Constant) for node in outside)
