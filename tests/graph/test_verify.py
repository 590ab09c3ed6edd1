"""Verifying a graph: faults are planted, and each must be found and located."""

import inspect
import re

import numpy as np
import pytest

from chainrule.errors import GraphError
from chainrule.graph import OPS, Op, Placeholder, Tensor, TensorType, Variable, verify
from chainrule.ops import scan

FLOAT = np.dtype("float32")


def _line():
    return f"{__file__}:{inspect.currentframe().f_back.f_lineno}"


def test_a_sound_graph_passes():
    x, y = Placeholder((2, 3)), Variable(np.ones((3, 2), np.float32))
    verify([(x @ y).sum(), x], [x])
    verify([])


@pytest.mark.parametrize("wrong", [TensorType((3, 2), FLOAT), TensorType((2, 3), np.dtype("float64")), TensorType((), FLOAT)], ids=str)
def test_a_wrong_type_is_found(wrong):
    x = Placeholder((2, 3))
    faulty, line = Tensor((wrong,), op=OPS["exp"], inputs=(x,)), _line()
    with pytest.raises(GraphError) as error:
        verify([faulty + 1])
    assert str(error.value) == f"{faulty} (at {line}) is recorded as {faulty.types}, but its op gives {x.types}."


def test_a_type_too_many_is_found():
    x = Placeholder((2,))
    with pytest.raises(GraphError, match="is recorded as"):
        verify([Tensor((x.type, x.type), op=OPS["exp"], inputs=(x,))])


def test_inputs_that_no_longer_fit_are_found():
    x = Placeholder((2, 3))
    y = x + x
    y.inputs = (x, Placeholder((4,)))
    with pytest.raises(ValueError, match=r"shapes \(2, 3\) and \(4,\) do not fit"):
        verify([y * 2])


def test_a_cycle_is_found():
    x = Placeholder((), name="x")
    first = x + x
    last = OPS["exp"](OPS["sin"](first))
    first.inputs = (x, last)
    for outputs in ([first], [last], [last + 1]):
        with pytest.raises(GraphError, match="depends on itself through"):
            verify(outputs)


def test_a_node_that_is_its_own_input_is_found():
    x = Placeholder(())
    y, line = x + x, _line()
    y.inputs = (y, x)
    with pytest.raises(GraphError, match=re.escape(f"{y} (at {line}) depends on itself through {y}.")):
        verify([y])


def test_a_foreign_placeholder_is_found():
    x, foreign = Placeholder((2,), name="x"), Placeholder((2,), name="foreign")
    line = f"{__file__}:{inspect.currentframe().f_lineno - 1}"
    y = x * foreign
    verify([y])
    verify([y], [x, foreign])
    with pytest.raises(GraphError) as error:
        verify([y], [x])
    assert str(error.value) == f"{foreign} (at {line}) awaits a value, but it is not among the inputs of the program."


def test_a_fault_within_a_loop_is_found():
    def step(h):
        return [Tensor((h.type,), op=OPS["exp"], inputs=(h.sum(),))], []

    with pytest.raises(GraphError, match="is recorded as"):
        verify(scan(step, [Placeholder((2,))], length=2)[0])


def test_two_ops_of_one_name_are_refused():
    with pytest.raises(GraphError, match="two ops named 'add'"):
        type(OPS["add"])("add", infer=lambda x: x.type, lower=None, pullback=None, formula="x")


def test_an_op_of_the_users_own_is_declared_again():
    first, second = (Op("cell_run_twice", infer=lambda x: x.type, lower=abs, pullback=lambda dy, y, x: (dy,), formula="x") for _ in "ab")
    assert OPS.pop("cell_run_twice") is second is not first
