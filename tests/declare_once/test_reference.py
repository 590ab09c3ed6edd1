"""Every registered class stands in the vocabulary of the documentation, ours and the user's, with what its arguments accept."""

import make_tables
import pytest

import chainrule as cr
from chainrule.arguments import PositiveCount
from chainrule.configuration import Configurable, is_own, subclasses


class Repeater(cr.layers.Dense):
    """A weighted sum that is said several times.

    Args:
        times: how often it is said.
    """

    times: PositiveCount = 2


def test_a_layer_of_the_users_own_stands_in_the_vocabulary() -> None:
    page = make_tables.vocabulary()
    part = page.partition("### Repeater\n")[2].partition("\n### ")[0]
    assert "A weighted sum that is said several times." in part
    assert "| `times` | a whole number from 1 | `2` | how often it is said. |" in part
    assert "| `units` | a whole number from 1 | needed | the number of outputs. |" in part  # as its base says it


@pytest.mark.parametrize(
    "cls", [cls for cls in subclasses(Configurable) if is_own(cls)], ids=lambda cls: f"{cls.__module__}.{cls.__name__}"
)
def test_every_class_and_argument_says_what_it_is(cls: type[Configurable]) -> None:
    assert (cls.__doc__ or "").strip() and not cls.__doc__.startswith(f"{cls.__name__}(")
    row = make_tables.vocabulary_of(cls)
    assert row[0] == f"### {cls.__name__}" and row[2]
