"""What a column is: the base of all kinds, how a column's kind is found by its values, and the registry of kinds."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image

from chainrule.configuration import Configurable, is_own, snake_case
from chainrule.data.columns import is_numeric
from chainrule.data.dates import find_format
from chainrule.errors import ArgumentError, DataError, unknown_name
from chainrule.files import is_path

Values: TypeAlias = pl.Series | NDArray[Any]

_FIRST = 100  # values that must be alike before all are looked at
_LONGEST = 240  # characters of a value that are shown


@dataclass(frozen=True, eq=False)
class Column:
    """A column whose kind is looked for: its name, its values, and what is counted of them, each count once.

    Args:
        name: of the column.
        values: of the training rows, in a series or an array of shape (rows, ...).
    """

    name: str
    values: Values

    @cached_property
    def known(self) -> pl.Series:
        """The values that are not missing; none of an array."""
        return pl.Series(self.name, []) if isinstance(self.values, np.ndarray) else self.values.drop_nulls()

    @cached_property
    def is_numeric(self) -> bool:
        """Whether it holds one number, or truth value, in each row."""
        return isinstance(self.values, pl.Series) and is_numeric(self.values)

    @cached_property
    def is_nested(self) -> bool:
        """Whether each value is several things, or nothing that can be compared: lists, bytes, objects, durations."""
        if isinstance(self.values, np.ndarray):
            return True
        return self.values.dtype.is_nested() or isinstance(self.values.dtype, pl.Binary | pl.Object | pl.Time | pl.Duration)

    @cached_property
    def is_temporal(self) -> bool:
        """Whether it holds dates or moments in time."""
        return not self.is_nested and isinstance(self.values, pl.Series) and self.values.dtype.is_temporal()

    @cached_property
    def is_text(self) -> bool:
        """Whether it holds one text in each row, and at least one is known."""
        return not (self.is_nested or self.is_temporal or self.is_numeric) and len(self.known) > 0

    @cached_property
    def texts(self) -> pl.Series:
        """The known values as text."""
        return self.known.cast(pl.String)

    @cached_property
    def distinct(self) -> int:
        """How many of the known values are different."""
        return self.known.n_unique()

    @cached_property
    def words(self) -> float:
        """How many words a text has on average."""
        return float(self.texts.str.count_matches(" ", literal=True).mean() or 0) + 1  # pyright: ignore[reportArgumentType]

    @cached_property
    def date_format(self) -> str | None:
        """The format that all its texts are dates of; None where they are not."""
        return find_format(self.texts) if self.is_text else None


@dataclass(frozen=True, eq=False)
class Counted:
    """What is counted of a column's values, for a picture of how they are distributed.

    Args:
        values: numbers, which are drawn as a histogram, or names, which are drawn as bars.
        rows: the row that each of them is of; None where each row has one.
        unit: what the numbers are counted in; None for the column's own unit.
    """

    values: pl.Series | NDArray[np.float64]
    rows: NDArray[np.int64] | None = None
    unit: str | None = None


class Kind(Configurable, abstract=True, eq=False):
    """What a column is: how it is recognised, read, prepared, checked and shown. A subclass is known from where it is defined on.

    Its name can be given in `kinds={"column": "name"}`, and so can the class itself. A kind whose class defines `detect` is found by the
    values of a column too; those of a user are asked before Chainrule's own, the last defined first.

    Attributes:
        name: what it is called; the name of the class in small letters where it is not given.
        plural: what its values are called, such as "images".
        rank: kinds of a lower one are asked first whether a column is of them; Chainrule's own have 10 and more.
        is_used: whether something can be learned from a column of it.
        steps: the steps that prepare a column of it where no others are asked for, in order.
        checks: checks that are for columns of it, beside those that name it.
        left_because: why a column of it is left aside, where others are learned from in its stead; else None.
        reason: why a column is of it, where it was made rather than found; else None.
        target_steps: what is done to the rows, before the split, where the target is of this kind.
        task: what is learned where the target is of this kind, such as "regression"; None where its values decide.
        can_be_target: whether a column of it may be taken for the target where none is named.
        endings: of the names of files that hold one value each.
        by_path: whether a column of it holds the paths of such files, rather than what is in them.
        column: the name that the column of such files is given by whoever reads a folder of them.
        example: the name of a new file of it, as people may have one.
        takes_arrays: whether a column of it may be an array with one value for each row.
        takes_lists: whether one value may be a list.
        comes_in_bytes: whether an array of it may be bytes or fractions, which must not be taken for one another.
        has_names: whether a value is one or several names, each of which becomes a number that says whether it is there.
        draws_prepared: whether a picture of what it becomes says more than one of what it was.

    Example:
        >>> class Roman(Kind):
        ...     plural = "Roman numbers"
        ...     def detect(self, column):
        ...         found = column.is_text and column.texts.str.contains("^[IVXLCDM]+$").all()
        ...         return "its values are Roman numbers" if found else None
        >>> infer_kind("chapter", pl.Series(["I", "II", "IV"]))
        ('roman', 'its values are Roman numbers')
        >>> forget_kind("roman")
    """

    name: ClassVar[str]
    plural: ClassVar[str] = "values"
    rank: ClassVar[int] = 0
    is_used: ClassVar[bool] = True
    steps: ClassVar[tuple[Any, ...]] = ()
    checks: ClassVar[tuple[type, ...]] = ()
    left_because: ClassVar[str | None] = None
    reason: ClassVar[str | None] = None
    target_steps: ClassVar[tuple[Any, ...]] = ()
    task: ClassVar[str | None] = None
    can_be_target: ClassVar[bool] = True
    endings: ClassVar[tuple[str, ...]] = ()
    by_path: ClassVar[bool] = False
    column: ClassVar[str] = "file"
    example: ClassVar[str | None] = None
    takes_arrays: ClassVar[bool] = False
    takes_lists: ClassVar[bool] = False
    comes_in_bytes: ClassVar[bool] = False
    has_names: ClassVar[bool] = False
    draws_prepared: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" not in vars(cls):
            cls.name = snake_case(cls.__name__)
        if "rank" not in vars(cls):
            cls.rank = 0
        if cls.name in _KINDS and is_own(_KINDS[cls.name]) and not is_own(cls):
            raise ArgumentError(f"{cls.__name__}: there is a kind named {cls.name!r} already. Give yours another name.")
        _KINDS.pop(cls.name, None)
        _KINDS[cls.name] = cls

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name and those of the kinds that it is a special case of: what is for these is for it."""
        return tuple(base.name for base in type(self).__mro__ if issubclass(base, Kind) and base is not Kind)

    @property
    def holds_files(self) -> bool:
        """Whether each value is the path of one file, by which its row may be named."""
        return self.by_path and bool(self.endings)

    def detect(self, column: Column) -> str | None:
        """Return why a column is of this kind, in words; None where it is not.

        That is so where all of its texts are names of the files that hold such values.
        """
        if not (self.holds_files and column.is_text):
            return None
        found = all(_end_in(some, self.endings) for some in (column.texts.head(_FIRST), column.texts))
        return f"its values are names of {self.name} files" if found else None

    def read(self, path: str) -> Any:
        """Return what a file holds that is one value.

        Raises:
            DataError: a file that is missing or damaged, or a kind that is in no files.
        """
        raise DataError(f"{path}: {self.plural} are not read from files of their own.")

    def value(self, path: Path, encoding: str = "utf-8") -> Any:
        """Return a file as one value of a column of this kind: its path, or what is in it."""
        return str(path) if self.by_path else self.read(str(path))

    def emptiness(self, value: Any) -> str | None:
        """Return what makes a value that was read from a file good for nothing, such as silence; None where it is of use."""
        return None

    def near_copies(self, values: Any) -> list[NDArray[np.int64]] | None:
        """Return the groups of rows whose values are nearly the same; None where this kind has no measure of that.

        Args:
            values: one for each row: a series, an array, or a sequence of what was read from files.
        """
        return None

    def count(self, values: Values) -> Counted | None:
        """Return what is counted of a series of values for a picture of their distribution; None where there is no such picture."""
        return None

    def text(self, value: Any) -> str:
        """Return one value as a short text for people."""
        return short_text(value)

    def picture(self, value: Any, side: int) -> Image.Image | None:
        """Return one value as a picture whose sides have at most so many pixels; None where a text shows it better."""
        return None


_KINDS: dict[str, type[Kind]] = {}


def short_text(value: Any) -> str:
    """Return any value as a short text for people."""
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}"
    if isinstance(value, pl.Series):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, float):
        return f"{value:.5g}"
    text = "missing" if value is None else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def all_kinds() -> tuple[Kind, ...]:
    """Return every kind, in the order in which they are asked whether a column is of them."""
    return _in_order(tuple(_KINDS.values()))


@cache
def _in_order(kinds: "tuple[type[Kind], ...]") -> tuple[Kind, ...]:
    latest_first = sorted(enumerate(kinds), key=lambda entry: (entry[1].rank, -entry[0]))
    return tuple(_made(kind) for _, kind in latest_first)


def get_kind(name: "str | type[Kind] | Kind", what: str = "The kind of a column") -> Kind:
    """Return the kind of a name; a class of a kind, or a kind itself, is taken too.

    Raises:
        ArgumentError: there is none of this name.

    Example:
        >>> get_kind("number").plural
        'numbers'
    """
    if isinstance(name, Kind):
        return name
    if isinstance(name, type):
        name = name.name
    if name not in _KINDS:
        raise unknown_name(what, name, _KINDS)
    return _made(_KINDS[name])


@cache
def _made(kind: type[Kind]) -> Kind:
    return kind()


def forget_kind(name: str) -> None:
    """Take a kind of the user's own out of the registry.

    Raises:
        ArgumentError: there is none of this name.
    """
    get_kind(name)
    del _KINDS[name]


def kind_names(name: str) -> tuple[str, ...]:
    """Return the name of a kind and those of the kinds that it is a special case of; a name that is none here by itself."""
    return get_kind(name).names if name in _KINDS else (name,)


def is_kind(name: str | None, *wanted: str) -> bool:
    """Return whether a kind, by its name, is one of those wanted, or a special case of one.

    Example:
        >>> is_kind("number", "number", "date"), is_kind(None, "number")
        (True, False)
    """
    return name is not None and not set(kind_names(name)).isdisjoint(wanted)


def infer_kind(name: str, values: Values) -> tuple[str, str]:
    """Return the name of the kind of a column, and why, by the first kind in the order of their ranks that recognises it.

    One value throughout, or none, is constant. A date, and text written as one (`dates.FORMATS`), is a date. Numbers are numbers, unless
    they are whole, all different and named like an identifier. Text that ends like the file of an image or a sound is one. Other
    text is text where it has three words on average, a category where at least half of its values come again, an identifier
    where every value is different, and else text.

    Args:
        name: of the column.
        values: of the training rows.
    """
    column = Column(name, values)
    for kind in _detecting(all_kinds()):
        reason = kind.detect(column)
        if reason is not None:
            return kind.name, reason
    raise ArgumentError(f"Column {name!r} is of no kind that is known. It holds {getattr(values, 'dtype', type(values))}.")


def kind_of_files(names: pl.Series) -> Kind | None:
    """Return the kind that files of these names hold one value of, by their endings; None where they do not."""
    known = [kind for kind in all_kinds() if kind.holds_files and len(names)]
    return next((kind for kind in known if all(is_path(name, kind.endings) for name in names)), None)


@cache
def _detecting(kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """Return the kinds that say of themselves how they are recognised: a special case that does not is met only where it is named."""
    return tuple(kind for kind in kinds if any(name in vars(type(kind)) for name in ("detect", "endings")))


def _end_in(names: pl.Series, wanted: tuple[str, ...]) -> bool:
    endings = names.str.to_lowercase().str.extract(r"(\.[a-z0-9]+)$").fill_null("")
    return bool(endings.is_in(wanted).all())
