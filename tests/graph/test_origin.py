"""Where a node came from: the line that made it, the layers around it, and for a backward node its forward node."""

import inspect

import numpy as np
import pytest

from chainrule import ops
from chainrule.backprop import gradient
from chainrule.graph import OPS, Constant, Placeholder, Variable, backward_of, current_path, layer_scope, substitute, topological


def _line():
    return f"{__file__}:{inspect.currentframe().f_back.f_lineno}"


def _made_in_between(x):
    return ops.softmax(x * 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: (Placeholder((2,)), _line()),
        lambda: (Variable(np.ones(2)), _line()),
        lambda: (Constant(3.0), _line()),
        lambda: (Placeholder((2, 2)) @ np.ones((2, 2), np.float32), _line()),
        lambda: (1 - Placeholder((2,)), _line()),
        lambda: (Placeholder((2,))[0], _line()),
        lambda: (Placeholder((2,)).mean(), _line()),
        lambda: (ops.variance(Placeholder((2,))), _line()),
        lambda: (ops.scan(lambda h: ([h], []), [Placeholder((2,))], length=2)[0][0], _line()),
        lambda: (gradient((x := Placeholder(())) * x, [x])[0], _line()),
    ],
    ids=["placeholder", "variable", "constant", "product", "reversed", "slice", "mean", "variance", "loop", "gradient"],
)
def test_a_node_knows_the_line_of_the_file_that_called_the_package(make):
    node, line = make()
    assert node.origin.line == line


def test_every_node_between_is_of_the_line_that_asked():
    x = Placeholder((3,))
    y = _made_in_between(x)
    made = {node.origin.line for node in topological([y]) if node is not x}
    source, first = inspect.getsourcelines(_made_in_between)
    assert made == {f"{__file__}:{first + len(source) - 1}"}


def test_a_step_of_a_loop_knows_its_own_line():
    def step(h):
        return [h * 2], []

    (last,), _ = ops.scan(step, [Placeholder(())], length=2)
    body = last.inputs[0].attributes["body"]
    assert body.outputs[0].origin.line == f"{__file__}:{step.__code__.co_firstlineno + 1}"


def test_layers_make_a_path():
    x = Placeholder((2,))
    with layer_scope("encoder"):
        outer = x * 2
        with layer_scope("dense_1"):
            inner, line = x * 2, _line()
            assert current_path() == "encoder/dense_1"
        again = x * 2
    assert [node.origin.path for node in (x, outer, inner, again)] == ["", "encoder", "encoder/dense_1", "encoder"]
    assert str(inner.origin) == f"encoder/dense_1 at {line}"
    assert str(x.origin) == x.origin.line
    assert current_path() == ""


def test_a_layer_is_left_even_by_an_error():
    with pytest.raises(ValueError, match="shapes"), layer_scope("dense"):
        Placeholder((2,)) + Placeholder((3,))
    assert current_path() == ""


def test_a_backward_node_names_its_forward_node_and_its_layer():
    x = Placeholder((2, 3), name="x")
    w = Variable(np.ones((3, 4), np.float32))
    with layer_scope("dense"):
        product = x @ w
        y = ops.tanh(product)
    loss = y.sum()
    (dw,) = gradient(loss, [w])
    backward = [node for node in topological([dw]) if node.origin.forward is not None]
    assert {node.origin.forward for node in backward} == {product, y, loss}
    assert dw.origin.forward is product
    assert {node.origin.path for node in backward if node.origin.forward in (product, y)} == {"dense"}
    assert {node.origin.path for node in backward if node.origin.forward is loss} == {""}
    assert all(node.origin.forward is None for node in topological([loss]))


def test_a_node_of_the_second_order_serves_a_node_of_the_first():
    x = Variable(np.float64(0.5))
    y = ops.sin(x)
    (dx,) = gradient(y, [x])
    (ddx,) = gradient(dx, [x])
    served = ddx.origin.forward
    assert served in topological([dx])
    assert served.origin.forward is y


def test_the_gradient_in_a_loop_serves_the_nodes_of_its_body():
    h = Variable(np.ones(2))
    (last,), _ = ops.scan(lambda h: ([ops.sin(h)], []), [h], length=3)
    loop = last.inputs[0]
    (dh,) = gradient(last.sum(), [h])
    back = next(node for node in topological([dh]) if node.op is OPS["loop"] and node.attributes["reverse"])
    served = [node.origin.forward for node in topological(back.attributes["body"].outputs) if node.origin.forward is not None]
    assert loop.attributes["body"].outputs[0] in served


def test_a_copy_keeps_its_origin():
    x, z = Placeholder((2,)), Placeholder((2,))
    with layer_scope("dense"), backward_of(x):
        y = x * 2
    (copy,) = substitute([y], {x: z})
    assert copy.origin == y.origin
    assert copy.origin.forward is x
