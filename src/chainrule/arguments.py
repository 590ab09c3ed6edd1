"""Arguments typed by meaning: what each accepts is declared once, in its type, and read by checks, saving, forms and reference."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import MISSING, dataclass, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import numpy as np

from chainrule.errors import ArgumentError, unknown_name


class Meaning:
    """The base of meanings: what values an argument accepts, and how they are kept."""

    @property
    def wanted(self) -> str:
        """What is accepted, in words: "a whole number from 1"."""
        return "anything"

    def take(self, where: str, value: Any) -> Any:
        """Return `value` as it is kept.

        Args:
            where: what is asked, such as "Dense: units".
            value: what was given.

        Raises:
            ArgumentError: a value that is not accepted.
        """
        return value

    def of(self, owner: type) -> "Meaning":
        """Return the meaning that the argument has for a class, for meanings that depend on one, such as on its number of axes."""
        return self

    def refuse(self, where: str, value: Any) -> ArgumentError:
        """Return the error for a value that is not accepted."""
        return ArgumentError(f"{where} must be {self.wanted}. Got {value!r} instead.")


@dataclass(frozen=True)
class Anything(Meaning):
    """Any value: of types that have no meaning of their own."""


@dataclass(frozen=True)
class Absent(Meaning):
    """None, in a place where it stands for something: in a list of sizes for the input's own."""

    @property
    def wanted(self) -> str:
        return "None"

    def take(self, where: str, value: Any) -> Any:
        if value is not None:
            raise self.refuse(where, value)
        return value


def _plain(value: Any) -> Any:
    """Return a number of NumPy or JAX as a number of Python, which a configuration can hold."""
    return value.item() if getattr(value, "ndim", None) == 0 and hasattr(value, "item") else value


@dataclass(frozen=True)
class Number(Meaning):
    """A number, whole or not, between two ends. Truth values and texts are none, nor is NaN.

    Args:
        low: the lower end.
        high: the upper end.
        above: whether the lower end itself is left out.
        below: whether the upper end itself is left out.
    """

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    below: bool = False

    @property
    def wanted(self) -> str:
        return "a number" + self.range

    @property
    def range(self) -> str:
        """The range in words, beginning with a space: " from 0 to 1"."""
        low, high = math.isfinite(self.low), math.isfinite(self.high)
        if low and high and self.above and self.below:
            return f" between {self.low:g} and {self.high:g}, both left out"
        lower = f" above {self.low:g}" if self.above else f" from {self.low:g}"
        upper = f" below {self.high:g}" if self.below else f" to {self.high:g}"
        if low and high:
            return f"{lower} {'and' if self.above else ''}{upper}".replace("  ", " ")
        return lower if low else f" up to {self.high:g}" if high and not self.below else upper if high else ""

    def take(self, where: str, value: Any) -> Any:
        value = _plain(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not self._holds(value):
            raise self.refuse(where, value)
        return value

    def _holds(self, value: float) -> bool:
        return (value > self.low if self.above else value >= self.low) and (value < self.high if self.below else value <= self.high)


@dataclass(frozen=True)
class Whole(Number):
    """A whole number between two ends, both included."""

    @property
    def wanted(self) -> str:
        return "a whole number" + self.range

    def take(self, where: str, value: Any) -> Any:
        value = _plain(value)
        if isinstance(value, bool) or not isinstance(value, int) or not self._holds(value):
            raise self.refuse(where, value)
        return value


@dataclass(frozen=True)
class Flag(Meaning):
    """True or False, and nothing that merely counts as one of them."""

    @property
    def wanted(self) -> str:
        return "True or False"

    def take(self, where: str, value: Any) -> Any:
        value = _plain(value)
        if not isinstance(value, bool):
            raise self.refuse(where, value)
        return value


@dataclass(frozen=True)
class Text(Meaning):
    """A text."""

    @property
    def wanted(self) -> str:
        return "a text"

    def take(self, where: str, value: Any) -> Any:
        if not isinstance(value, str):
            raise self.refuse(where, value)
        return value


@dataclass(frozen=True)
class Choice(Meaning):
    """One of some words, kept in small letters.

    Args:
        words: those words.
    """

    words: tuple[str, ...]

    @property
    def wanted(self) -> str:
        return f"one of {', '.join(map(repr, self.words))}"

    def take(self, where: str, value: Any) -> Any:
        if isinstance(value, str) and value in self.words:
            return value
        if not isinstance(value, str) or value.lower() not in self.words:
            raise unknown_name(where, value, self.words)
        return value.lower()


def choice(*words: str) -> Choice:
    """Return the meaning "one of these words", to be written as `Annotated[str, choice("valid", "same")]`."""
    return Choice(words)


@dataclass(frozen=True)
class Several(Meaning):
    """Several values of one meaning, in a list or a tuple.

    Args:
        each: what each of them is.
        count: how many there must be; None for any number.
    """

    each: Meaning
    count: int | None = None

    @property
    def wanted(self) -> str:
        return f"a list of {'' if self.count is None else f'{self.count} '}values, each {self.each.wanted}"

    def take(self, where: str, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.ndim == 1:
            value = value.tolist()
        if not isinstance(value, Sequence) or isinstance(value, str | bytes) or self.count not in (None, len(value)):
            raise self.refuse(where, value)
        try:
            taken = [self.each.take(where, entry) for entry in value]
        except ArgumentError:
            raise self.refuse(where, value) from None
        return tuple(taken) if isinstance(value, tuple) else taken


@dataclass(frozen=True)
class Interval(Meaning):
    """Two numbers, the lower first, between two ends.

    Args:
        low: the lower end.
        high: the upper end.
        equal: whether both numbers may be the same.
    """

    low: float = -math.inf
    high: float = math.inf
    equal: bool = True

    @property
    def wanted(self) -> str:
        return f"two numbers{Number(self.low, self.high).range}, the lower first"

    def take(self, where: str, value: Any) -> Any:
        try:
            low, high = Several(Number(self.low, self.high), 2).take(where, value)
        except ArgumentError:
            raise self.refuse(where, value) from None
        if low > high or (low == high and not self.equal):
            raise self.refuse(where, value)
        return [low, high] if isinstance(value, list) else (low, high)


@dataclass(frozen=True)
class Sizes(Meaning):
    """A whole number for each axis, or one for all of them.

    Args:
        low: the smallest that is accepted.
        rank: the number of axes; None for that of the class, its `rank`.
    """

    low: int = 1
    rank: int | None = None

    @property
    def wanted(self) -> str:
        one = f"a whole number from {self.low}"
        return one if self.rank == 1 else f"{one}, or {self.rank or 'several'} of them"

    def of(self, owner: type) -> "Meaning":
        return replace(self, rank=getattr(owner, "rank", None)) if self.rank is None else self

    def take(self, where: str, value: Any) -> Any:
        one = not isinstance(value, list | tuple)
        each = [_plain(entry) for entry in ([value] if one else value)]
        if not one and (not each or self.rank not in (None, len(each))):
            raise self.refuse(where, value)
        if any(isinstance(n, bool) or not isinstance(n, int) or n < self.low for n in each):
            raise self.refuse(where, value)
        return each[0] if one else type(value)(each)


@dataclass(frozen=True)
class Made(Meaning):
    """An object of a class, or of one of its subclasses.

    Args:
        kind: the class.
    """

    kind: type

    @property
    def wanted(self) -> str:
        return f"{'an' if self.kind.__name__[0] in 'AEIOU' else 'a'} {self.kind.__name__}"

    def take(self, where: str, value: Any) -> Any:
        if not isinstance(value, self.kind):
            raise self.refuse(where, value)
        return value


@dataclass(frozen=True)
class Named(Meaning):
    """An object of a family, or the name of one.

    Args:
        kind: the family: the base of its classes.
        names: returns the names that stand for an object.
    """

    kind: type
    names: Callable[[], Collection[str]]

    @property
    def wanted(self) -> str:
        return f"a name or {Made(self.kind).wanted}"

    def take(self, where: str, value: Any) -> Any:
        if isinstance(value, str):
            if value not in self.names():
                raise unknown_name(where, value, [name for name in self.names() if name.islower()])
        elif not isinstance(value, self.kind):
            raise self.refuse(where, value)
        return value


@dataclass(frozen=True)
class NamedFunction(Meaning):
    """A function, or the name of one.

    Args:
        names: returns the names that stand for a function.
    """

    names: Callable[[], Collection[str]]

    @property
    def wanted(self) -> str:
        return "a name or a function"

    def take(self, where: str, value: Any) -> Any:
        if isinstance(value, str):
            if value not in self.names():
                raise unknown_name(where, value, [name for name in self.names() if name.islower()])
        elif not callable(value) or isinstance(value, type):
            raise self.refuse(where, value)
        return value


@dataclass(frozen=True)
class Either(Meaning):
    """One of several meanings.

    Args:
        options: those meanings; the first that accepts a value keeps it.
    """

    options: tuple[Meaning, ...]

    @property
    def wanted(self) -> str:
        return ", or ".join(option.wanted for option in self.options)

    def of(self, owner: type) -> "Meaning":
        return Either(tuple(option.of(owner) for option in self.options))

    def take(self, where: str, value: Any) -> Any:
        for option in self.options:
            try:
                return option.take(where, value)
            except ArgumentError:
                continue
        raise self.refuse(where, value)


PositiveCount: TypeAlias = Annotated[int, Whole(1)]
Count: TypeAlias = Annotated[int, Whole(0)]
Seed: TypeAlias = Annotated[int, Whole(0, 2**32 - 1)]
Fraction: TypeAlias = Annotated[float, Number(0, 1)]
ProperFraction: TypeAlias = Annotated[float, Number(0, 1, above=True, below=True)]
Positive: TypeAlias = Annotated[float, Number(0, above=True)]
NotNegative: TypeAlias = Annotated[float, Number(0)]
SizePerAxis: TypeAlias = Annotated[int | Sequence[int], Sizes()]
Padding: TypeAlias = Annotated[str, choice("valid", "same")]

_PLAIN: dict[Any, Meaning] = {bool: Flag(), int: Whole(), float: Number(), str: Text()}


@dataclass(frozen=True)
class Argument:
    """An argument of a constructor.

    Attributes:
        name: its name.
        meaning: what it accepts.
        optional: whether it accepts None.
        default: what it is unless given; `dataclasses.MISSING` where it must be given.
        text: what its docstring says of it.
    """

    name: str
    meaning: Meaning
    optional: bool
    default: Any
    text: str

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is MISSING

    def take(self, owner: type, value: Any) -> Any:
        """Return a value as it is kept, or raise ArgumentError where it is not accepted."""
        if value is None and self.optional:
            return None
        try:
            return self.meaning.take(f"{owner.__name__}: {self.name}", value)
        except ArgumentError as error:
            if not self.optional or isinstance(value, str):
                raise
            raise ArgumentError(str(error).replace(". Got ", ", or None. Got ", 1)) from None


def meaning_of(hint: Any) -> tuple[Meaning, bool]:
    """Return what a type hint accepts, and whether it accepts None.

    Example:
        >>> meaning_of(PositiveCount | None)
        (Whole(low=1, high=inf, above=False, below=False), True)
    """
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        declared = [entry for entry in inside[1:] if isinstance(entry, Meaning)]
        return (declared[0], NoneType in get_args(inside[0])) if declared else meaning_of(inside[0])
    if origin in (Union, UnionType):
        found = [meaning_of(option) for option in inside if option is not NoneType]
        meanings = tuple(dict.fromkeys(meaning for meaning, _ in found))
        optional = NoneType in inside or any(optional for _, optional in found)
        if any(isinstance(meaning, Anything) for meaning in meanings):
            return Anything(), optional
        return (meanings[0] if len(meanings) == 1 else Either(meanings)), optional
    if origin is Literal and all(isinstance(word, str) for word in inside):
        return Choice(inside), False
    if origin in (Sequence, list, tuple, Collection) and inside:
        each, optional = meaning_of(inside[0])
        return Several(Either((each, Absent())) if optional else each), False
    if isinstance(hint, type) and getattr(hint, "is_family", False):
        return Made(hint), False
    return _PLAIN.get(hint, Anything()), hint in (Any, object)
