"""Targets that are images: for each pixel, whether it belongs to an object, with a seam between objects that touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from chainrule.configuration import from_config, to_config
from chainrule.data.collection import Values
from chainrule.data.frame import Place
from chainrule.data.machine import in_threads
from chainrule.data.read.pictures import Shape, highest_beside, mask_files, pixels, read_masks, seams
from chainrule.data.steps.images import Resize
from chainrule.data.steps.step import ColumnStep
from chainrule.data.steps.values import At, paths_of
from chainrule.errors import DataError


@dataclass(frozen=True)
class MasksTarget:
    """A target of masks: 1 for each pixel that belongs to an object, else 0, in the size that the images are brought to.

    Where each object has a mask of its own, a seam of pixels that are 0 is left between objects that touch, so that they stay apart.

    Args:
        name: of the column.
        resize: how masks are brought to the images' size.
    """

    name: str
    resize: Resize

    task: ClassVar[str] = "segmentation"

    @property
    def class_names(self) -> None:
        """None: there are no classes."""
        return None

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an example's mask: (height, width, 1)."""
        assert self.resize.height is not None and self.resize.width is not None
        return self.resize.height, self.resize.width, 1

    def encode(self, column: Values, place: Place) -> NDArray[np.float32]:  # (rows, height, width, 1)
        """Return the masks: of what falls together in a pixel, more than half must belong to objects."""
        paths = paths_of(_paths(column, self.name), At(self.name, place))
        return np.stack(in_threads(partial(_mask, shape=self.resize.shape), paths))

    def decode(self, y: ArrayLike) -> NDArray[np.bool_]:
        """Return the masks as truth values: where a number is above a half."""
        return np.asarray(y) > 0.5

    def to_config(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {"class": "MasksTarget", "name": self.name, "resize": to_config(self.resize)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "MasksTarget":
        """Return the target that `to_config` described."""
        return cls(config["name"], from_config(dict(config["resize"])))


def learn_masks(name: str, values: Values, place: Place, steps: Sequence[ColumnStep]) -> MasksTarget:
    """Return the target of a column of masks, brought to size by the `Resize` among these steps.

    Raises:
        DataError: masks that are no files, or cannot be read.
    """
    resize = next((step for step in steps if isinstance(step, Resize)), Resize())
    at = At(name, place)
    first = [str(mask_files(path)[0]) for path in paths_of(_paths(values, name), at)]
    return MasksTarget(name, resize.fit(pl.Series(first), at))


def _paths(values: Values, name: str) -> pl.Series:
    if isinstance(values, pl.Series):
        return values
    raise DataError(f"The target {name!r}, masks, must be a column of files. Got an array of shape {values.shape} instead.")


def _mask(path: str, shape: Shape) -> NDArray[np.float32]:
    numbered = read_masks(path)
    whole = Image.fromarray(np.where(numbered > 0, 255, 0).astype(np.uint8))
    mask = pixels(shape.bring(whole)) > 127
    if Path(path).is_dir():  # the grey values of a single picture may be those of soft edges
        small = np.asarray(replace(shape, interpolation="nearest").bring(Image.fromarray(numbered)))
        owner = np.where(mask[:, :, 0] & (small == 0), highest_beside(small), small)  # edges brought to size otherwise reach further
        mask &= ((owner > 0) & ~seams(owner))[:, :, None]
    return mask.astype(np.float32)
