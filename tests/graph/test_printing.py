"""The graph as text and as a drawing, to the letter."""

import re
import shutil
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.errors import GraphError
from chainrule.graph import Placeholder, Variable, layer_scope, to_dot, to_svg, to_text


def _network():
    x = Placeholder((2, 3), name="x")
    w = Variable(np.ones((3, 4), np.float32), name="w")
    with layer_scope("dense"):
        y = ops.tanh(x @ w * 0.5)
    return x, w, y.sum()


def _text(outputs):
    """Return the graph as text, with "here" for this file's lines."""
    return re.sub(r"test_printing\.py:\d+", "here", to_text(outputs))


TEXT = """\
%0 = placeholder x : float32[2, 3]
%1 = variable w : float32[3, 4]
%2 = matmul(%0, %1) : float32[2, 4]  # dense here
%3 = constant 0.5 : float32[]
%4 = multiply(%2, %3) : float32[2, 4]  # dense here
%5 = tanh(%4) : float32[2, 4]  # dense here
%6 = reduce_sum(%5) axis=None keepdims=False : float32[]  # here"""


def test_a_graph_as_text():
    _, _, loss = _network()
    assert _text([loss]) == TEXT


BACKWARD_TEXT = """\
%0 = placeholder x : float32[2, 3]
%1 = variable w : float32[3, 4]
%2 = matmul(%0, %1) : float32[2, 4]  # dense here
%3 = constant 0.5 : float32[]
%4 = multiply(%2, %3) : float32[2, 4]  # dense here
%5 = tanh(%4) : float32[2, 4]  # dense here
%6 = reduce_sum(%5) axis=None keepdims=False : float32[]  # here
%7 = transpose(%0) axes=(1, 0) : float32[3, 2]  # dense here gradient of %2
%8 = constant 1.0 : float32[]
%9 = reshape(%8) shape=(1, 1) : float32[1, 1]  # here gradient of %6
%10 = broadcast_to(%9) shape=(2, 4) : float32[2, 4]  # here gradient of %6
%11 = constant 1.0 : float32[]
%12 = multiply(%5, %5) : float32[2, 4]  # dense here gradient of %5
%13 = subtract(%11, %12) : float32[2, 4]  # dense here gradient of %5
%14 = multiply(%10, %13) : float32[2, 4]  # dense here gradient of %5
%15 = multiply(%14, %3) : float32[2, 4]  # dense here gradient of %4
%16 = matmul(%7, %15) : float32[3, 4]  # dense here gradient of %2"""


def test_a_gradient_as_text_names_the_nodes_it_serves():
    _, w, loss = _network()
    assert _text([loss, *gradient(loss, [w])]) == BACKWARD_TEXT


DOT = r"""digraph {
  node [shape=box, fontname="Helvetica", fontsize=10]
    n0 [label="placeholder x\nfloat32[2, 3]", style="filled", fillcolor="#eef"]
    n1 [label="variable w\nfloat32[3, 4]", style="filled", fillcolor="#eef"]
    n5 [label="reduce_sum\naxis=None\nkeepdims=False\nfloat32[]"]
  subgraph cluster_1 {
    label="dense"
    n2 [label="matmul\nfloat32[2, 4]"]
    n3 [label="multiply\nfloat32[2, 4]"]
    n4 [label="tanh\nfloat32[2, 4]"]
  }
  n0 -> n2
  n1 -> n2
  n2 -> n3
  n3 -> n4
  n4 -> n5
}"""


def test_a_graph_as_a_drawing():
    _, _, loss = _network()
    assert to_dot([loss]) == DOT


def test_backward_nodes_are_dashed_and_constants_left_out():
    _, w, loss = _network()
    drawing = to_dot([loss, *gradient(loss, [w])])
    dashed = [line for line in drawing.splitlines() if line.endswith('style="dashed"]')]
    assert len(dashed) == 8
    assert "constant" not in drawing


def test_long_attributes_are_cut_and_quotes_do_not_end_a_label():
    x = Placeholder((1,) * 20, name='"x"')
    y = ops.transpose(x, axes=tuple(range(20)))
    assert "axes=(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11... : float32" in to_text([y])
    assert "\"placeholder 'x'\\nfloat32" in to_dot([y])


def test_several_outputs_are_all_printed():
    x = Placeholder((3,), name="x")
    (last,), _ = ops.scan(lambda h, x: ([h + x], [h]), [ops.as_tensor(0.0)], [x])
    text = to_text([last])
    assert "= loop(" in text
    assert ": float32[], float32[3]  #" in text


def test_a_picture_needs_graphviz(monkeypatch):
    _, _, loss = _network()
    if shutil.which("dot"):
        assert ElementTree.fromstring(to_svg([loss])).tag.endswith("svg")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GraphError, match="needs Graphviz's program `dot`"):
        to_svg([loss])
