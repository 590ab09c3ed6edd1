"""A question of the studio is one class; layers, losses, optimisers and schedules of the user's are offered in its forms as ours are."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest
from msgspec import Meta
from numpy.typing import NDArray
from studio_page import Page, visiting

import chainrule as cr
from chainrule.arguments import Fraction, PositiveCount
from chainrule.studio import components
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request, forget, requests, tag_of
from chainrule.studio.schema import schema
from chainrule.studio.settings import Choice
from chainrule.studio.settings_model import layer_of, loss_of, optimizer_of


@dataclass(frozen=True)
class Squares:
    """Squares, and their mean."""

    of: str
    values: NDArray[Any]
    mean: float


class ReadSquares(Request, frozen=True):
    """Square some numbers.

    Args:
        count: how many.
    """

    count: Annotated[int, Meta(ge=1, le=100)]

    def respond(self, jobs: Jobs) -> Squares:
        values = np.arange(self.count, dtype=np.float64) ** 2
        return Squares(jobs.library.folder.name, values, float("nan") if self.count == 1 else float(values.mean()))


class CountDown(Request, frozen=True):
    """Count down, response by response."""

    every = 0.0

    def respond(self, jobs: Jobs) -> Iterator[Squares | None]:
        for left in (2, 1):
            yield Squares("left", np.zeros(left), left)
        while True:
            yield None


class Sharpened(cr.layers.Dense):
    """The answer of a network: activation(x · kernel + bias)."""

    sharpness: Fraction = 0.5


class Cubed(cr.losses.Loss):
    """The mean of |y − prediction|³."""

    weight: Fraction = 0.25

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return cr.ops.abs(y_true - y_pred) ** 3.0


class Slow(cr.optimizers.SGD):
    """SGD that takes its time."""

    patience: PositiveCount = 3


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """Take the questions of this file back when it is over, so that other tests meet the studio's own."""
    yield
    forget(ReadSquares)
    forget(CountDown)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with visiting(tmp_path / "runs") as found:
        yield found


def test_it_is_answered_by_the_live_server(page: Page) -> None:
    found = page.ask("read_squares", count=4)
    assert (found["of"], found["mean"]) == ("runs", 3.5)
    np.testing.assert_array_equal(found["values"], [0, 1, 4, 9])
    assert page.ask("read_squares", count=1)["mean"] is None  # what is not finite has no number in JSON


@pytest.mark.parametrize("fields", [{}, {"count": 0}, {"count": "four"}, {"count": 3, "more": 1}])
def test_it_is_refused_where_it_is_malformed(page: Page, fields: dict[str, Any]) -> None:
    assert page.refused("read_squares", **fields)["message"].startswith("This is no question that the studio knows")


def test_it_may_be_answered_again_and_again(page: Page) -> None:
    id = page.send("count_down")
    assert [page.answer_to(id)["mean"] for _ in range(2)] == [2, 1]


def test_it_is_in_the_schema_that_the_page_s_types_are_made_from() -> None:
    assert {ReadSquares, CountDown} <= set(requests())
    definitions = schema()["$defs"]
    assert definitions["Responses"]["properties"][tag_of(ReadSquares)] == {"$ref": "#/$defs/Squares"}
    assert definitions["Responses"]["properties"]["count_down"] == {"$ref": "#/$defs/Squares"}
    assert definitions["Squares"]["properties"]["values"] == {"$ref": "#/$defs/Block"}
    assert definitions["ReadSquares"]["properties"]["count"]["maximum"] == 100
    assert {"$ref": "#/$defs/ReadSquares"} in definitions["Request"]["anyOf"]


def test_a_class_that_says_nothing_is_no_question() -> None:
    class OfPart(Request, frozen=True):
        """A base of questions."""

        part: str

    assert OfPart not in requests()


def component(found: list[components.Component], name: str) -> components.Component:
    return next(one for one in found if one.kind == name)


def test_a_subclass_of_dense_is_offered_as_dense_is() -> None:
    listed = components.layer_components()
    answer, dense = component(listed, "Sharpened"), component(listed, "Dense")
    assert (answer.group, answer.takes, answer.formula) == (dense.group, dense.takes, "activation(x · kernel + bias).")
    more = [one for one in answer.arguments if one.name not in {argument.name for argument in dense.arguments}]
    assert [(one.name, one.kind, one.least, one.most, one.default) for one in more] == [("sharpness", "share", 0, 1, 0.5)]
    assert {one.name: one.kind for one in answer.arguments} == {one.name: one.kind for one in [*dense.arguments, *more]}
    assert isinstance(layer_of(Choice("Sharpened", {"units": 3, "sharpness": 0.25})), Sharpened)


def test_a_loss_and_an_optimiser_of_the_user_s_are_offered() -> None:
    (weight,) = component(components.loss_components(), "Cubed").arguments
    assert (weight.name, weight.kind, weight.most) == ("weight", "share", 1)
    assert loss_of(Choice("Cubed", {"weight": 0.5})) == Cubed(0.5)
    slow = component(components.optimizer_components(), "Slow")
    rate = next(one for one in slow.arguments if one.name == "learning_rate")
    assert rate.made == "schedule" and next(one for one in slow.arguments if one.name == "patience").kind == "whole"
    assert isinstance(optimizer_of(Choice("Slow", {"learning_rate": 0.1, "patience": 2})), Slow)


def test_they_are_in_the_list_that_a_page_asks_for(page: Page) -> None:
    found = page.ask("list_components")
    for group, name in (("layers", "Sharpened"), ("losses", "Cubed"), ("optimizers", "Slow")):
        assert name in {one["kind"] for one in found[group]}
