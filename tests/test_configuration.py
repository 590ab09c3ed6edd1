"""Objects as configuration: the user's own classes are registered, saved and found again as ours are."""

import inspect
import json
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.arguments import PositiveCount
from chainrule.configuration import Configurable, address, find, from_config, names_in, subclasses, to_config
from chainrule.errors import ArgumentError
from chainrule.layers import Layer


class Lamp(Configurable, abstract=True):
    """A family."""


class FloorLamp(Lamp):
    """Fields, and no decorator."""

    aliases = ("stander",)

    watts: PositiveCount = 60
    colours: list[str] = field(default_factory=list[str], kw_only=True)


@dataclass
class DeskLamp(Lamp):
    """Fields, and the decorator beside them."""

    watts: PositiveCount = 60
    colours: list[str] = field(default_factory=list[str], kw_only=True)


class LEDLamp(DeskLamp):
    """Nothing but another name."""


class OldLamp(Lamp):
    """A constructor of its own, whose arguments need not be attributes."""

    def __init__(self, candles: int, *, wax: str = "bees") -> None:
        self.light = candles * 12


class OldDeskLamp(DeskLamp):
    """A constructor of its own that hands the rest on."""

    def __init__(self, bulbs: int, **rest: Any) -> None:
        super().__init__(watts=bulbs * 40, **rest)


MADE = [FloorLamp(5, colours=["red"]), DeskLamp(colours=["red"]), LEDLamp(7), OldLamp(3, wax="soy"), OldDeskLamp(2, colours=["blue"])]


@pytest.mark.parametrize("made", MADE, ids=lambda made: type(made).__name__)
def test_every_way_to_define_a_class_is_saved_and_read_back(made: Lamp) -> None:
    config = json.loads(json.dumps(to_config(made)))
    again = from_config(config)
    assert type(again) is type(made) and to_config(again) == config and vars(again) == vars(made)
    assert config["class"] == f"{__name__}.{type(made).__name__}"


def test_a_class_is_the_same_with_and_without_its_decorator() -> None:
    assert inspect.signature(FloorLamp) == inspect.signature(DeskLamp) == inspect.signature(LEDLamp)
    assert FloorLamp(3) == FloorLamp(3) != FloorLamp(4)
    assert replace(FloorLamp(3), watts=4) == FloorLamp(4)
    assert FloorLamp().colours == [] and FloorLamp().colours is not FloorLamp().colours


def test_a_representation_is_the_expression_that_makes_it() -> None:
    assert [repr(FloorLamp(5, colours=["red"])), repr(FloorLamp()), repr(OldLamp(3))] == [
        "FloorLamp(watts=5, colours=['red'])",
        "FloorLamp()",
        "OldLamp(candles=3)",
    ]


def test_a_family_is_listed_and_asked_by_name() -> None:
    assert subclasses(Lamp) == [FloorLamp, DeskLamp, LEDLamp, OldLamp, OldDeskLamp]
    assert [find(Lamp, name) for name in ("floor_lamp", "FloorLamp", "stander", "floorlamp", "led_lamp")] == [*[FloorLamp] * 4, LEDLamp]
    assert names_in(DeskLamp).keys() == {"desk_lamp", "DeskLamp", "led_lamp", "LEDLamp", "old_desk_lamp", "OldDeskLamp"}
    with pytest.raises(ArgumentError, match=r"A lamp must be one of desk_lamp, .*Got 'dekslamp' instead. Did you mean 'desk_lamp'\?"):
        find(Lamp, "dekslamp")


def test_a_class_defined_again_takes_the_place_of_the_former() -> None:
    def define(watts: int) -> type[Lamp]:
        class Cell(Lamp):
            power: int = watts

        return Cell

    first, second = define(1), define(2)
    assert first not in subclasses(Lamp) and second in subclasses(Lamp)
    assert from_config(to_config(first())).power == 1 and type(from_config(to_config(first()))) is second


def test_ours_keeps_its_name_and_the_users_has_its_own() -> None:
    class Dense(cr.layers.Dense):
        """The user's."""

    assert find(Layer, "dense") is cr.layers.Dense and type(from_config(to_config(Dense(3)))) is Dense
    assert address(cr.layers.Dense) == "layers.Dense" and address(cr.layers.RandomFlip) == "layers.RandomFlip"


def test_a_class_that_is_not_defined_here_is_asked_for() -> None:
    with pytest.raises(ArgumentError, match="The class 'shop.Chandelier' of a configuration is not defined in this process. Define it"):
        from_config({"class": "shop.Chandelier"})
    assert type(from_config({"class": "__main__.LEDLamp"})) is LEDLamp  # where it is now defined in another module
    with pytest.raises(ArgumentError, match="'layers.Dens'.*Did you mean 'layers.Dense'"):
        from_config({"class": "layers.Dens"})


class Halved(Layer):
    """A layer whose constructor is written by hand, as Keras's users write them."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = units // 2

    def build(self, shape: Any) -> None:
        self.add_weight("kernel", (shape[-1], self.inner), "ones")

    def call(self, inputs: Any) -> Any:
        return inputs @ self.weights["kernel"]


class Forgetful(Layer):
    """A layer whose constructor forgets its base's."""

    def __init__(self, units: int) -> None:
        self.units = units


def test_a_layer_with_a_constructor_of_its_own_keeps_its_name_and_whether_it_trains() -> None:
    layer = Halved(6, trainable=False)
    assert cr.Sequential([cr.Input((4,)), layer]).network.layers == [layer] and layer.name == "halved"
    again = from_config(json.loads(json.dumps(to_config(layer))))
    assert (again.inner, again.name, again.trainable) == (3, "halved", False)
    assert np.asarray(again(cr.Variable(np.ones((1, 4), "float32"))).value).tolist() == [[4.0, 4.0, 4.0]]


def test_a_constructor_that_forgets_its_base_is_told() -> None:
    with pytest.raises(ArgumentError, match=r"Forgetful: __init__ must call super\(\).__init__\(\)"):
        Forgetful(3)
