"""Bringing arrays, such as images, to the scale that a network learns well from."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.data.batch import as_array
from chainrule.data.preparation import TablePreparation
from chainrule.errors import ArgumentError, DataError, unknown_name

Scaling: TypeAlias = Literal["unit", "standard", "none"]

_SCALINGS = ("unit", "standard", "none")


class Preparation(Protocol):
    """What was learned from the training part and is applied to every other: tables and arrays alike have it."""

    def transform(self, values: Any, /) -> NDArray[Any]:
        """Return the numbers that the network takes."""
        ...

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        ...


class ArrayPreparation:
    """The scale of an array's features, as the training part shows it.

    "unit" divides by 255, so that the bytes of an image come to lie between 0 and 1. "standard" is (x - mean) / standard
    deviation for each entry of the last axis: each feature of a table, each channel of an image. "none" changes nothing.

    Args:
        scaling: one of these.
        mean: mean of each feature, of shape (features,); for "standard" alone.
        standard_deviation: of each feature, of shape (features,); 1 where it does not vary.

    Example:
        >>> preparation = ArrayPreparation.fit([[0.0, 5.0], [2.0, 5.0]])
        >>> preparation.scaling, preparation.transform([[4.0, 5.0]]).tolist()
        ('standard', [[3.0, 0.0]])
    """

    def __init__(self, scaling: Scaling, mean: ArrayLike = (), standard_deviation: ArrayLike = ()) -> None:
        if scaling not in _SCALINGS:
            raise unknown_name("scaling", scaling, _SCALINGS)
        self.scaling: Scaling = scaling
        self.mean = np.asarray(mean, np.float64)
        self.standard_deviation = np.asarray(standard_deviation, np.float64)

    @classmethod
    def fit(cls, x: ArrayLike, scaling: Scaling | None = None) -> "ArrayPreparation":
        """Learn from the training part.

        Args:
            x: its examples, of shape (examples, ..., features).
            scaling: None to take "unit" for uint8 and "standard" for any other dtype.

        Raises:
            DataError: an array that cannot be trained on (see `as_arrays`).
            ArgumentError: "unit" for numbers that are not bytes; an unknown scaling.
        """
        array = as_array(x, "x")
        scaling = scaling or ("unit" if array.dtype == np.uint8 else "standard")
        if scaling == "unit" and array.dtype != np.uint8:
            raise ArgumentError(f"scaling 'unit' is for bytes (uint8), 0 to 255. Got {array.dtype} instead: use 'standard' or 'none'.")
        if scaling != "standard":
            return cls(scaling)
        rows = array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1)
        deviation = rows.std(axis=0, dtype=np.float64)
        varies = (rows.min(axis=0) < rows.max(axis=0)) & (deviation > 0)
        return cls(scaling, rows.mean(axis=0, dtype=np.float64), np.where(varies, deviation, 1.0))

    def transform(self, x: ArrayLike, /) -> NDArray[Any]:
        """Return the scaled array, of the same shape: float32, or, with "none", as `as_arrays` gives it.

        Raises:
            DataError: an array that cannot be trained on, or one with another number of features.
        """
        array = as_array(x, "x")
        if self.scaling == "none":
            return array
        if self.scaling == "unit":
            return np.divide(array, np.float32(255), dtype=np.float32)
        features = array.shape[-1] if array.ndim > 1 else 1
        if features != len(self.mean):
            raise DataError(f"x must have {len(self.mean)} features on its last axis, as in training. Got shape {array.shape} instead.")
        scaled = array.astype(np.float32) - self.mean.astype(np.float32)
        scaled /= self.standard_deviation.astype(np.float32)
        return scaled

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data, from which `from_config` makes a preparation that gives the same bits."""
        numbers = {"mean": self.mean.tolist(), "standard_deviation": self.standard_deviation.tolist()}
        return {"class": "ArrayPreparation", "scaling": self.scaling} | numbers

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "ArrayPreparation":
        """Return the preparation that `to_config` described.

        Raises:
            DataError: a configuration that is not one of an array's preparation.
        """
        try:
            return cls(config["scaling"], config["mean"], config["standard_deviation"])
        except (KeyError, TypeError) as error:
            raise DataError(f"This is not the configuration of an ArrayPreparation: {error!r} is amiss.") from error


def preparation_from_config(config: Mapping[str, Any]) -> TablePreparation | ArrayPreparation:
    """Return the preparation that a `to_config` described, of whichever class it names.

    Args:
        config: what `to_config` returned, also after a way through JSON.

    Raises:
        DataError: the configuration of something else.

    Example:
        >>> preparation_from_config(ArrayPreparation("unit").to_config()).scaling
        'unit'
    """
    name = config.get("class")
    if name == "TablePreparation":
        return TablePreparation.from_config(config)
    if name == "ArrayPreparation":
        return ArrayPreparation.from_config(config)
    raise DataError(f"A preparation's configuration must be of class TablePreparation or ArrayPreparation. Got {name!r} instead.")
