"""One picture: its size and mode without decoding it, its pixels in the size and mode that are wanted, and its masks."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image, ImageOps

from chainrule.errors import DataError
from chainrule.files import is_path

Mode: TypeAlias = Literal["L", "RGB", "RGBA"]
Fit: TypeAlias = Literal["pad", "crop", "stretch"]
Interpolation: TypeAlias = Literal["nearest", "bilinear", "bicubic", "lanczos"]

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm")
MODES: dict[Mode, int] = {"L": 1, "RGB": 3, "RGBA": 4}  # and how many channels each has
FITS: tuple[Fit, ...] = ("pad", "crop", "stretch")
INTERPOLATIONS: dict[Interpolation, Image.Resampling] = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}

_GREY = {"1", "L", "LA", "La", "I", "F"}
_ORIENTATION = 0x0112  # the EXIF tag
_ON_ITS_SIDE = {5, 6, 7, 8}  # its values for pictures whose width and height are exchanged
_TO_BYTES = 257  # 65535 / 255


@dataclass(frozen=True)
class Header:
    """What a picture's file says of itself.

    Args:
        height: in pixels, upright.
        width: in pixels, upright.
        mode: as Pillow names it: "L", "RGB", "RGBA", "P", "I;16", ...
    """

    height: int
    width: int
    mode: str

    @property
    def plain_mode(self) -> Mode:
        """The mode that holds its colours: "L" for anything grey, else "RGB"."""
        return "L" if self.mode in _GREY or self.mode.startswith("I;16") else "RGB"


@dataclass(frozen=True)
class Shape:
    """The size that pictures are brought to, and how.

    Args:
        height: in pixels; None for each picture's own.
        width: in pixels; None for each picture's own.
        fit: "pad" keeps all of a picture and its proportions and fills up with black, "crop" keeps its proportions and fills the
            size, cutting off what is too long at two edges, "stretch" keeps all of it but not its proportions.
        interpolation: between pixels; where a picture is made smaller, over all pixels that fall together.
    """

    height: int | None = None
    width: int | None = None
    fit: Fit = "pad"
    interpolation: Interpolation = "bilinear"

    def bring(self, picture: Image.Image) -> Image.Image:
        """Return a picture in this size."""
        if self.height is None or self.width is None or picture.size == (self.width, self.height):
            return picture
        size, method = (self.width, self.height), INTERPOLATIONS[self.interpolation]
        if self.fit == "stretch":
            return picture.resize(size, method)
        return ImageOps.pad(picture, size, method) if self.fit == "pad" else ImageOps.fit(picture, size, method)


def read_header(path: str | Path) -> Header:
    """Return a picture's size and mode; its pixels are not decoded.

    Raises:
        DataError: a file that is no picture, or has more pixels than are safe to decode.
    """
    with _opened(path) as picture:
        width, height = _upright(picture, picture.size)
        return Header(height, width, picture.mode)


def read_picture(path: str | Path, mode: Mode | None = None, shape: Shape | None = None) -> NDArray[np.uint8]:
    """Return a picture's pixels, upright as its EXIF orientation says, of shape (height, width, channels).

    What is transparent is laid on white where the mode wanted has no alpha channel; 16 bits become 8.

    Args:
        path: the file.
        mode: what it becomes; None for grey or colour, as it is.
        shape: the size it is brought to; None for its own.

    Raises:
        DataError: a file that is no picture, is cut off or damaged, or has more pixels than are safe to decode.
    """
    with _opened(path) as opened:
        wanted = mode or Header(opened.height, opened.width, opened.mode).plain_mode
        if shape is not None and shape.height is not None and shape.width is not None:
            opened.draft(wanted, _upright(opened, (shape.width, shape.height)))  # a JPEG is decoded no larger than it must be
        picture = _upright_in_mode(opened, wanted)
    return pixels(picture if shape is None else shape.bring(picture))


def decoded(path: str | Path, mode: Mode) -> Image.Image:
    """Return a picture in a mode, decoded, upright as its EXIF orientation says; the mode and the errors are those of `read_picture`."""
    with _opened(path) as opened:
        return _upright_in_mode(opened, mode)


def resized(image: NDArray[np.uint8], shape: Shape) -> NDArray[np.uint8]:
    """Return the pixels of one picture, of shape (height, width, channels), in another size."""
    squeezed = image[:, :, 0] if image.shape[-1] == 1 else image
    return pixels(shape.bring(Image.fromarray(squeezed)))


def pixels(picture: Image.Image) -> NDArray[np.uint8]:
    """Return a picture's pixels, of shape (height, width, channels)."""
    array = np.asarray(picture, np.uint8)
    return array[:, :, None] if array.ndim == 2 else array


def as_image(array: NDArray[Any], side: int) -> Image.Image | None:
    """Return an array of shape (height, width, channels) as a picture whose sides have at most so many pixels; None for another array."""
    if array.ndim != 3 or array.shape[-1] not in {1, 3}:
        return None
    low, high = float(array.min()), float(array.max())
    scaled = array if array.dtype == np.uint8 else (255 * (array - low) / max(high - low, 1e-12)).astype(np.uint8)
    picture = Image.fromarray(scaled[..., 0] if scaled.shape[-1] == 1 else scaled)
    picture.thumbnail((side, side))
    return picture


def thumbnail(path: Path, side: int) -> Image.Image | None:
    """Return the picture in a file, its sides of at most so many pixels; None where it cannot be read."""
    try:
        with Image.open(path) as picture:
            picture.thumbnail((side, side))
            return picture.convert("RGB")
    except (OSError, Image.DecompressionBombError):
        return None


def _upright(picture: Image.Image, size: tuple[int, int]) -> tuple[int, int]:
    """Return width and height, exchanged where a picture's file has it on its side."""
    return (size[1], size[0]) if picture.getexif().get(_ORIENTATION) in _ON_ITS_SIDE else size


def _upright_in_mode(opened: Image.Image, mode: Mode) -> Image.Image:
    ImageOps.exif_transpose(opened, in_place=True)
    return _in_mode(opened, mode)


def _in_mode(picture: Image.Image, mode: Mode) -> Image.Image:
    if picture.mode == mode:
        picture.load()
        return picture
    if picture.mode in {"I", "F"}:
        _require_bytes(picture)
    if picture.mode.startswith("I"):
        values = np.asarray(picture)
        deep = picture.mode != "I" or int(values.max(initial=0)) > 255
        picture = Image.fromarray((values // _TO_BYTES if deep else values).astype(np.uint8))
    elif mode != "RGBA" and picture.has_transparency_data:
        picture = picture.convert("RGBA")
        if np.asarray(picture.getchannel("A")).min() < 255:
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert(mode)


def _require_bytes(picture: Image.Image) -> None:
    """Raise ValueError for a picture of 32 bits whose values are not those of 8 bits, or of 16 where they are whole numbers."""
    values, most = np.asarray(picture), 65535 if picture.mode == "I" else 255
    low, high = float(values.min()), float(values.max())
    fractions = picture.mode == "F" and 0 < high <= 1
    if not 0 <= low <= high <= most or fractions:
        raise ValueError(f"its values of 32 bits, from {low:g} to {high:g}, must be whole numbers from 0 to {most:,}: write them as such")


@contextmanager
def _opened(path: str | Path) -> Generator[Image.Image]:
    """Open a picture; whatever Pillow finds wrong with it, then or later, becomes a DataError that names the file."""
    try:
        with Image.open(path) as picture:
            most = Image.MAX_IMAGE_PIXELS
            if most is not None and picture.width * picture.height > most:
                raise DataError(f"{path}: {picture.width} x {picture.height} pixels are more than the {most:,} that are decoded.")
            yield picture
    except FileNotFoundError as error:
        raise DataError(f"{path}: this cannot be read as a picture: there is no such file.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"{path}: it has more pixels than are decoded: {error}") from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, IndexError) as error:
        raise DataError(f"{path}: this cannot be read as a picture: {str(error).replace(repr(str(path)), 'it')}.") from error


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
