"""Columns of images, and of masks that say which of their pixels belong to which object."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image as Pillow

from chainrule.data.checks.images import near_images
from chainrule.data.kind import Kind
from chainrule.data.read.pictures import IMAGE_ENDINGS, as_image, read_masks, read_picture, thumbnail
from chainrule.data.steps.images import Resize
from chainrule.data.steps.scaling import Rescale


class Image(Kind):
    """A picture in each row: the path of its file, or its pixels, of shape (height, width, channels)."""

    plural = "images"
    rank = 50
    steps = (Resize(), Rescale())
    can_be_target = False
    endings = IMAGE_ENDINGS
    by_path = True
    column = "image"
    example = "picture.png"
    takes_arrays = True
    comes_in_bytes = True

    def read(self, path: str) -> NDArray[np.uint8]:
        return read_picture(path)

    def near_copies(self, values: Any) -> list[NDArray[np.int64]] | None:
        return None if isinstance(values, pl.Series) else near_images(values)

    def picture(self, value: Any, side: int) -> Pillow.Image | None:
        return as_image(value, side) if isinstance(value, np.ndarray) else thumbnail(Path(str(value)), side)


class Masks(Kind):
    """The objects in an image: the path of a picture of them, or of a folder with one picture for each."""

    plural = "masks"
    steps = (Resize(),)
    task = "segmentation"
    can_be_target = False
    by_path = True
    column = "masks"

    def read(self, path: str) -> NDArray[np.int32]:
        return read_masks(path)
