"""The masks of one image: which of its pixels belong to which object."""

from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from chainrule.data.read.pictures import IMAGE_ENDINGS, read_picture
from chainrule.errors import DataError
from chainrule.files import is_path


def mask_files(path: str | Path) -> list[Path]:
    """Return the files of an image's masks: all pictures of a folder, one for each object, or the one file itself.

    Raises:
        DataError: a folder without pictures.
    """
    place = Path(path)
    if not place.is_dir():
        return [place]
    files = sorted(file for file in place.iterdir() if is_path(file.name, IMAGE_ENDINGS))
    if not files:
        raise DataError(f"{place}: there are no masks ({', '.join(IMAGE_ENDINGS)}) in this folder.")
    return files


def read_masks(path: str | Path) -> NDArray[np.int32]:  # (height, width)
    """Return the number of the object that each pixel belongs to, 0 for none.

    Of a folder with one black-and-white picture for each object, these are numbered from 1 in the order of their names; where two
    lie over one another, the later has the pixel. Of a single picture, each of its grey values but 0 is an object.

    Args:
        path: a folder of masks, or one picture.

    Raises:
        DataError: what cannot be read, or masks of several sizes.

    Example:
        >>> import os, tempfile
        >>> from PIL import Image
        >>> folder = tempfile.mkdtemp()
        >>> for name, column in (("1", 0), ("2", 2)):
        ...     mask = np.zeros((1, 3), np.uint8)
        ...     mask[0, column] = 255
        ...     Image.fromarray(mask).save(os.path.join(folder, name + ".png"))
        >>> read_masks(folder).tolist()
        [[1, 0, 2]]
    """
    files = mask_files(path)
    masks = [read_picture(file, "L")[:, :, 0] for file in files]
    if Path(path).is_file():
        return masks[0].astype(np.int32)
    numbered = np.zeros(masks[0].shape, np.int32)
    for number, (file, mask) in enumerate(zip(files, masks, strict=True), 1):
        if mask.shape != masks[0].shape:
            raise DataError(f"{file}: a mask must have shape {masks[0].shape}, as {files[0].name} has. Got {mask.shape} instead.")
        numbered[mask > 127] = number
    return numbered


def seams(numbered: NDArray[np.int32]) -> NDArray[np.bool_]:  # (height, width)
    """Return the pixels without which no two objects touch, not even at a corner: of each two, those of the lower number.

    Args:
        numbered: the number of the object that each pixel belongs to, 0 for none, of shape (height, width).

    Example:
        >>> seams(np.array([[1, 1, 2, 2, 0, 3]], np.int32)).tolist()
        [[False, True, False, False, False, False]]
    """
    return (numbered > 0) & (highest_beside(numbered) > numbered)


def highest_beside(numbered: NDArray[np.int32]) -> NDArray[np.int32]:  # (height, width)
    """Return the highest number at each pixel or beside it."""
    return sliding_window_view(np.pad(numbered, 1), (3, 3)).max(axis=(2, 3))
