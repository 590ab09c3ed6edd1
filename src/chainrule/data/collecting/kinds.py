"""What a column is, judged by its values: number, category, text, date, the path of an image or a sound, an identifier."""

import math
import re

import numpy as np
import polars as pl

from chainrule.data.collecting.kind import Kind, Values
from chainrule.data.columns import FEWEST_FOR_IDENTIFIER, identifier, is_numeric
from chainrule.data.dates import find_format

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm")
AUDIO_ENDINGS = (".wav", ".flac", ".mp3", ".ogg", ".aiff", ".aif")

_FILES: dict[Kind, tuple[str, ...]] = {"image": IMAGE_ENDINGS, "audio": AUDIO_ENDINGS}
WORDS_OF_TEXT = 3  # on average, from which on text is read as text rather than as the name of a category
_FIRST = 100  # values that must be alike before all are looked at
_SHARE_OF_CATEGORY = 0.5  # of values that come again, below which text is no category


def infer_kind(name: str, values: Values) -> tuple[Kind, str]:
    """Return what a column is, and why, by the first rule that holds.

    One value throughout, or none, is constant. A date, and text written as one (`dates.FORMATS`), is a date. Numbers are numbers, unless
    they are whole, all different and named like an identifier. Text that ends like the file of an image or a sound is one. Other
    text is text where it has three words on average, a category where at least half of its values come again, an identifier
    where every value is different, and else text.

    Args:
        name: of the column.
        values: of the training rows.
    """
    if isinstance(values, np.ndarray):
        return "array", f"an array of shape {values.shape[1:]}"
    known = values.drop_nulls()
    if not len(known):
        return "constant", "all its values are missing"
    if isinstance(values.dtype, pl.List):
        return ("labels", "each value is a list") if (known.list.len() > 0).any() else ("constant", "all its lists are empty")
    if values.dtype.is_nested() or isinstance(values.dtype, pl.Binary | pl.Object | pl.Time | pl.Duration):
        return "drop", f"it holds {values.dtype}: make numbers, texts or dates of it to learn from it"
    if len(known) == len(values) and known.head(_FIRST).n_unique() == 1 == known.n_unique():
        return "constant", f"every value is {known[0]!r}"
    if values.dtype.is_temporal():
        return "date", f"it holds {values.dtype}"
    if is_numeric(values):
        reason = identifier(known, len(values))
        return ("identifier", reason) if reason else ("number", "its values are numbers")
    return _kind_of_text(name, known.cast(pl.String))


def _kind_of_text(name: str, known: pl.Series) -> tuple[Kind, str]:
    kind = _kind_of_files(known)
    if kind is not None:
        return kind, f"its values are names of {kind} files"
    form = find_format(known)
    if form is not None:
        return "date", f"its values are dates ({form})"
    distinct = known.n_unique()
    words = float(known.str.count_matches(" ", literal=True).mean() or 0) + 1  # pyright: ignore[reportArgumentType]
    if words >= WORDS_OF_TEXT and distinct > math.sqrt(len(known)):
        return "text", f"{words:.0f} words on average"
    if distinct == len(known) >= FEWEST_FOR_IDENTIFIER:
        return "identifier", f"text, and each of its {len(known)} values is different"
    if len(known) - distinct >= _SHARE_OF_CATEGORY * len(known) or len(known) < FEWEST_FOR_IDENTIFIER:
        return "category", f"{distinct} different values in {len(known)} rows"
    return ("text", "short texts") if words > 1 else ("identifier", f"{distinct} different single words in {len(known)} rows")


def _kind_of_files(known: pl.Series) -> Kind | None:
    """Return the kind of the files that all of these texts are names of, judged by their endings; None where they are not."""
    return next((kind for kind, wanted in _FILES.items() if all(_end_in(some, wanted) for some in (known.head(_FIRST), known))), None)


def _end_in(names: pl.Series, wanted: tuple[str, ...]) -> bool:
    endings = names.str.to_lowercase().str.extract(r"(\.[a-z0-9]+)$").fill_null("")
    return bool(endings.is_in(wanted).all())


def is_path(name: str, endings: tuple[str, ...]) -> bool:
    """Return whether a file's name ends like these.

    Example:
        >>> is_path("7_jackson_0.WAV", AUDIO_ENDINGS)
        True
    """
    return re.search(r"\.[A-Za-z0-9]+$", name) is not None and name.lower().endswith(endings)
