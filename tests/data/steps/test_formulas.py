"""Formulas of number columns in place of the columns: their values, their names, what stays, and what is refused."""

import json

import numpy as np
import pytest

import chainrule as cr
from chainrule.data import Formulas, Holdout, Preparation
from chainrule.data.steps.combinations import formulas_of
from chainrule.errors import ArgumentError
from chainrule.explain.columns import feature_groups
from chainrule.tasks.contributions import met_in
from chainrule.tasks.problem import problem_from_notes, read_problem

A, B = np.array([0.5, -1.0, 2.0, 1.5] * 10), np.array([3.0, 0.0, -0.5, 1.0] * 10)
ROWS = {"a": A.tolist(), "colour": ["red", "blue"] * 20, "b": B.tolist(), "y": [1.0, 2.0, 3.0, 4.0] * 10}
BY_HAND = {
    "a": A,
    "b^2": B * B,
    "a^3": A * A * A,
    "sin(pi*a)": [1.0, 0.0, 0.0, -1.0] * 10,
    "cos(pi*a)": [0.0, -1.0, 1.0, 0.0] * 10,
    "a*b": [1.5, 0.0, -1.0, 1.5] * 10,
    "b*a": [1.5, 0.0, -1.0, 1.5] * 10,
}


def prepared(*features: str, **settings: object) -> Preparation:
    preparation = Preparation(target="y", scale=[], split=Holdout(validation=0.2, test=0.2), transform=Formulas(features), checks=False)
    preparation.fit(ROWS | settings)
    return preparation


def test_formulas_have_the_values_that_are_worked_out_by_hand() -> None:
    found = prepared(*BY_HAND).transform(ROWS)
    np.testing.assert_allclose(found[:, : len(BY_HAND)], np.stack(list(BY_HAND.values()), axis=1), atol=1e-6)


def test_what_is_no_number_of_a_column_stays_behind_them() -> None:
    preparation = prepared("b", "a*b", a=[None if i % 7 == 0 else a for i, a in enumerate(ROWS["a"])])
    assert preparation.feature_names == ("b", "a*b", "a missing", "colour=blue", "colour=red", "colour other")
    assert preparation.inputs == {"features": (6,)}
    row = preparation.transform({"a": [2.0], "b": [-0.5], "colour": ["red"]})
    np.testing.assert_allclose(row, [[-0.5, -1.0, 0.0, 0.0, 1.0, 0.0]])


def test_formulas_are_made_of_scaled_numbers_and_kept() -> None:
    preparation = Preparation(target="y", transform=Formulas(("a^2",)), checks=False)
    preparation.fit({"a": ROWS["a"], "y": ROWS["y"]})
    plain = Preparation(target="y", checks=False)
    plain.fit({"a": ROWS["a"], "y": ROWS["y"]})
    np.testing.assert_allclose(preparation.transform({"a": [7.0]}), plain.transform({"a": [7.0]}) ** 2, rtol=1e-6)
    again = Preparation.from_config(json.loads(json.dumps(preparation.to_config())))
    np.testing.assert_array_equal(again.transform({"a": [7.0, 8.0]}), preparation.transform({"a": [7.0, 8.0]}))


@pytest.mark.parametrize("formula", ["c", "a^4", "sin(a)", "colour", "a*colour", "a*a"])
def test_a_formula_that_there_is_not_is_refused(formula: str) -> None:
    with pytest.raises(ArgumentError, match="A formula"):
        prepared("a", formula)


def test_there_must_be_a_formula() -> None:
    with pytest.raises(ArgumentError, match="one formula or more"):
        Formulas(())


def test_all_formulas_of_two_columns() -> None:
    assert set(formulas_of(["a", "b"])) > {"a", "b", "a^2", "b^3", "sin(pi*a)", "cos(pi*b)", "a*b"}
    assert len(formulas_of(["a", "b", "c"])) == 5 * 3 + 3


def test_the_problem_of_a_run_with_formulas_is_read_again() -> None:
    problem = read_problem("exclusive-or", features=["x1*x2"])
    assert problem.train.x.shape[1:] == (1,)
    again = problem_from_notes(json.loads(json.dumps(problem.to_notes())))
    np.testing.assert_array_equal(again.test.x, problem.test.x)


def test_one_weight_on_the_product_solves_exclusive_or() -> None:
    problem = read_problem("exclusive-or", features=["x1*x2"])
    model = cr.Sequential([cr.Input((1,)), cr.layers.Dense(2)], seed=0)
    model.compile(cr.optimizers.SGD(0.5), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(problem.train.x, problem.train.y, epochs=10, verbose=0)
    assert model.evaluate(*problem.test, return_dict=True)["accuracy"] > 0.9


def test_contributions_are_those_of_the_formulas() -> None:
    preparation = prepared("b", "a*b")
    assert feature_groups(preparation) == {"b": [0], "a*b": [1], "colour=blue": [2], "colour=red": [3], "colour other": [4]}
    row = preparation.transform({"a": [2.0], "b": [-0.5], "colour": ["red"]})[0]
    assert met_in(preparation, row) == {"b": "-0.5", "a*b": "-1", "colour=blue": "0", "colour=red": "1", "colour other": "0"}


def test_the_report_tells_of_the_columns_without_what_the_network_does_not_take() -> None:
    report = prepared("a^2").report()
    assert [(column.name, column.after) for column in report.columns] == [("a", None), ("colour", None), ("b", None)]
