"""An op of the user's own, declared once: it is differentiated, printed, drawn, compiled and listed, and read by its traits elsewhere."""

import math
from pathlib import Path

import jax.numpy as jnp
import make_tables
import numpy as np
import pytest
from gradients import check

import chainrule as cr
from chainrule import ops
from chainrule.backprop import PULLBACKS
from chainrule.graph import ALL, OPS, Op, Variable, as_tensor, sample, to_dot, to_text, verify
from chainrule.insight.expression import expression
from chainrule.insight.non_finite import find_source
from chainrule.ops.rules import elementwise
from chainrule.training.probes.statistics import STATISTICS, Table


@pytest.fixture(scope="module")
def toys():
    """Three ops: a function with limits, a sum with a sign of its own, a choice."""
    softsign = Op(
        "toy_softsign",
        infer=elementwise,
        lower=lambda x: x / (1 + jnp.abs(x)),
        pullback=lambda dy, y, x: (dy * ops.square(1 - ops.absolute(y)),),
        formula="x / (1 + |x|)",
        samples=(sample((2, 3)),),
        elementwise=True,
        limits=(-1.0, 1.0),
    )
    blend = Op(
        "toy_blend",
        infer=elementwise,
        lower=lambda a, b: a + 2 * b,
        pullback=lambda dy, y, a, b: (dy, dy * 2),
        formula="a ⊕ b = a + 2b",
        samples=(sample((2, 3), (2, 3)),),
        elementwise=True,
        linear=ALL,
        broadcasts=True,
        symbol="⊕",
    )
    choose = Op(
        "toy_choose",
        infer=lambda a, b, flags, x, y: x.type,
        lower=lambda a, b, flags, x, y: jnp.where(flags, x, y),
        pullback=ops.round.pullback,
        formula="x where the flags hold, else y",
        condition=2,
    )
    yield softsign, blend, choose
    for op in (softsign, blend, choose):
        del OPS[op.name]


class ToyFunction(cr.layers.Layer):
    """The layer of the toy function."""

    def call(self, inputs):
        return OPS["toy_softsign"](inputs)


class ToyBlend(cr.layers.Layer):
    """The layer of the toy sum, of its inputs and of these turned round."""

    def call(self, inputs):
        return OPS["toy_blend"](inputs, ops.flip(inputs, axis=-1))


def _model(*layers):
    model = cr.Sequential([cr.Input((4,)), *layers], seed=2)
    model.compile(cr.optimizers.SGD(0.1), "mse")
    return model


def test_it_is_differentiated_to_second_order(toys) -> None:
    softsign, blend, _ = toys
    random = np.random.default_rng(0)
    check(softsign, random.standard_normal((2, 3)), reference=lambda x: x / (1 + jnp.abs(x)))
    check(blend, random.standard_normal((2, 3)), random.standard_normal(3), reference=lambda a, b: a + 2 * b)


def test_it_is_printed_drawn_verified_and_compiled(toys) -> None:
    softsign, blend, _ = toys
    x = Variable(np.array([1.0, -3.0]), name="x")
    y = softsign(blend(x, x))
    verify([y])
    assert "toy_softsign(%1) : float64[2]" in to_text([y])
    assert "toy_blend" in to_dot([y])
    np.testing.assert_allclose(y.value, [0.75, -0.9])
    assert expression(blend(x, -x), {x: "x"}) == "x ⊕ −x"


def test_it_stands_in_the_table_of_derivatives(toys) -> None:
    part = make_tables.derivatives().partition("## toy_softsign\n")[2].partition("\n## ")[0]
    assert "x / (1 + |x|)" in part
    assert "lambda dy, y, x: (dy * ops.square(1 - ops.absolute(y)),)\n```" in part
    assert "Traits: works element by element; tends to -1 and 1." in part


def test_a_rule_takes_the_place_of_its_pullback(toys) -> None:
    softsign, _, _ = toys
    x = Variable(np.array([2.0]))
    (dx,) = cr.gradient(softsign(x).sum(), [x], rules=PULLBACKS | {softsign: lambda dy, y, x: (dy,)})
    assert np.asarray(dx).tolist() == [1.0]


def test_relevance_passes_through_it(toys) -> None:
    first, last = (cr.layers.Dense(units, use_bias=False) for units in (6, 2))
    found = cr.explain.relevance(_model(first, ToyFunction(), ToyBlend(), last), np.ones((3, 4), "float32"), 1, epsilon=1e-6)
    np.testing.assert_allclose(found.gap, 0.0, atol=1e-4)
    assert np.abs(found.values).min() > 0


def test_the_chain_ends_its_weighted_sum_before_it(toys, tmp_path: Path) -> None:
    class Squashed(cr.layers.Dense):
        def call(self, inputs):
            return OPS["toy_softsign"](OPS["toy_blend"](super().call(inputs), 1.0))

    model = _model(Squashed(3, name="squashed"), cr.layers.Dense(1))
    x = np.random.default_rng(0).standard_normal((8, 4)).astype("float32")
    probe = cr.Probe("squashed/output", ["saturated_fraction"], every=1)
    model.fit(x, x[:, :1], 8, verbose=0, probes=[probe], callbacks=[cr.callbacks.Recorder(tmp_path / "run")])
    answer = cr.open_run(tmp_path / "run").at(0).why("squashed/kernel", (0, 0))
    assert answer.stages[:2] == ("squashed/weighted sum", "squashed/output")
    assert answer.total == pytest.approx(answer.gradient, rel=1e-4)
    assert ("toy_softsign: x / (1 + |x|)",) in [factor.ops for factor in answer.paths[0].factors]


def test_saturation_is_measured_towards_its_limits() -> None:
    table = Table(as_tensor(np.array([[0.99, 0.0, -0.98, 0.5]], "float32")), as_tensor(np.ones(1, "float32")), (-1.0, 1.0), 4)
    assert float(STATISTICS["saturated_fraction"](table)) == 0.5
    unbounded = Table(table.x, table.weight, (0.0, math.inf), 4)
    assert float(STATISTICS["saturated_fraction"](unbounded)) == 0.0


def test_what_it_does_not_choose_is_not_blamed_for_nan(toys) -> None:
    *_, choose = toys
    x = Variable(np.array([0.0, 1.0], "float32"))
    left_out = ops.log(x)  # -inf at 0, where the other is taken
    bad = x / (x - x)
    chosen = choose(x, x, x > 0.5, left_out, x)
    source = find_source([chosen + bad], lambda nodes: [np.asarray(node) for node in nodes])
    assert source is not None and source.node is bad
