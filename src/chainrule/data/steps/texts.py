"""Texts: one way of writing, and the words, pairs of words or letters in them as numbers."""

import math
import unicodedata
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chainrule.arguments import PositiveCount
from chainrule.data.kind import Values
from chainrule.data.steps.step import ColumnStep, Verb
from chainrule.data.steps.values import At, as_texts
from chainrule.errors import ArgumentError

WORDS = r"\w+|[^\w\s]"  # a word, or a single sign of punctuation
_TEXT: frozenset[str] = frozenset({"text"})
_MOST_TERMS = 20_000
_MOST_NUMBERS = 100_000_000  # in the training rows' table of terms: 400 MB


class NormalizeText(ColumnStep):
    """One way of writing for what is the same: Unicode's normal form, lower case, and, if asked, no accents and one digit for all.

    A text that is missing becomes the empty text. Learns nothing.

    Args:
        form: the normal form: "NFC" composes accents, "NFKC" also makes ligatures and full-width letters the plain ones.
        lower: whether to write everything in lower case (`str.casefold`).
        accents: whether accents stay.
        digits: whether digits stay; else each becomes 0, so that what counts of a number is how long it is.

    Raises:
        ArgumentError: a form that is none of Unicode's.

    Source:
        Unicode Standard Annex 15, Unicode Normalization Forms.

    Example:
        >>> NormalizeText(accents=False, digits=False).transform(pl.Series(["Café № 17", None])).to_list()
        ['cafe no 00', '']
    """

    verb: ClassVar[Verb] = "transform"
    kinds: ClassVar[frozenset[str]] = _TEXT

    form: Literal["NFC", "NFD", "NFKC", "NFKD"] = "NFKC"
    lower: bool = True
    accents: bool = True
    digits: bool = True

    def apply(self, values: Values, at: At) -> pl.Series:
        column = as_texts(values, at)
        if column.null_count():
            at.notes.append(f"column {at.column!r}: {column.null_count()} of {len(column)} texts are missing; they are taken to be empty")
        written = pl.Series(column.name, [self._written(text) for text in column.fill_null("")], pl.String)
        return written if self.digits else written.str.replace_all(r"\d", "0")

    def _written(self, text: str) -> str:
        text = unicodedata.normalize(self.form, text)
        text = text.casefold() if self.lower else text
        if self.accents:
            return text
        bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
        return unicodedata.normalize(self.form, bare)

    def describe(self) -> str:
        changes = [
            self.form,
            "lower case" if self.lower else "",
            "" if self.accents else "no accents",
            "" if self.digits else "digits as 0",
        ]
        return "texts written one way: " + ", ".join(change for change in changes if change)


class _Terms(ColumnStep, abstract=True):
    """A feature for each of the most frequent terms of training: words, or runs of words or letters."""

    verb: ClassVar[Verb] = "encode"
    kinds: ClassVar[frozenset[str]] = _TEXT
    is_input: ClassVar[bool] = True

    ngrams: Sequence[int] = (1, 2)
    most: PositiveCount | None = None
    at_least: PositiveCount = 2
    unit: Literal["word", "character"] = "word"
    pattern: str = WORDS
    terms: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if len(self.ngrams) != 2 or not 1 <= self.ngrams[0] <= self.ngrams[1]:
            raise ArgumentError(f"ngrams must be the least and the greatest length of a run, from 1. Got {self.ngrams} instead.")

    def learn(self, values: Values, at: At) -> Self:
        counts = self._counts(values, at)
        frequent = counts.group_by("term").agg(documents=pl.len(), total=pl.col("count").sum())
        kept = frequent.filter(pl.col("documents") >= min(self.at_least, len(values)))
        if kept.is_empty():
            raise ArgumentError(f"Column {at.column!r}: no term is in at least {self.at_least} of the training texts. Lower at_least.")
        most = self.most or max(1, min(_MOST_TERMS, _MOST_NUMBERS // len(values)))
        chosen = kept.sort(["total", "term"], descending=[True, False]).head(most).sort("term")
        return self.learned(tuple(chosen["term"].to_list()), chosen["documents"].to_numpy(), len(values))

    def learned(self, terms: tuple[str, ...], documents: NDArray[np.int64], texts: int) -> Self:
        """Return the step with its terms, from how many of the training texts each is in."""
        return replace(self, terms=terms)

    def apply(self, values: Values, at: At) -> NDArray[np.float32]:
        if self.terms is None:
            raise self.not_fitted()
        known = pl.DataFrame({"term": list(self.terms), "place": np.arange(len(self.terms))}, schema_overrides={"term": pl.String})
        counts = self._counts(values, at).join(known, on="term", how="inner")
        encoded = np.zeros((len(values), len(self.terms)), np.float32)
        encoded[counts["row"].to_numpy(), counts["place"].to_numpy()] = counts["count"].to_numpy()
        return self.weighted(encoded)

    @abstractmethod
    def weighted(self, counts: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what stands for each term, from how often it is in a text."""

    def _counts(self, values: Values, at: At) -> pl.DataFrame:
        """Return how often each term is in each text: row, term, count."""
        texts = as_texts(values, at).fill_null("")
        if self.unit == "character":
            texts = texts.str.replace_all(r"\s+", " ")
        pattern, between = (self.pattern, " ") if self.unit == "word" else (r"(?s).", "")
        units = pl.DataFrame({"row": np.arange(len(texts)), "unit": texts.str.extract_all(pattern)}).explode("unit").drop_nulls()
        runs: list[pl.DataFrame] = []
        for length in range(self.ngrams[0], self.ngrams[1] + 1):
            ahead = [pl.col("unit").shift(-step) for step in range(length)]
            whole = pl.col("row") == pl.col("row").shift(-(length - 1))
            runs.append(units.select("row", term=pl.when(whole).then(pl.concat_str(ahead, separator=between))).drop_nulls())
        return pl.concat(runs).group_by("row", "term").agg(count=pl.len())

    def feature_names(self, names: list[str]) -> list[str]:
        return [f"{names[0]}: {term}" for term in self.terms or ()]

    def describe(self) -> str:
        low, high = self.ngrams
        runs = f"runs of {low} to {high} {self.unit}s" if high > 1 else f"single {self.unit}s"
        return runs if self.terms is None else f"{len(self.terms):,} {runs}, those most frequent in training"


class BagOfWords(_Terms):
    """How often each of the most frequent terms of training is in a text.

    Args:
        ngrams: the least and the greatest number of words in a term.
        most: terms that have a feature; None for 20,000, or fewer where the table of training would pass 400 MB.
        at_least: training texts that a term must be in.
        unit: what terms are made of: "word" or "character".
        pattern: the regular expression of a word.
        terms: in the order of their features; learned.
        binary: whether a term that is there counts once.

    Example:
        >>> step = BagOfWords((1, 1), at_least=1).fit(pl.Series(["to be or not to be"]))
        >>> step.terms, step.transform(pl.Series(["be to be"])).tolist()
        (('be', 'not', 'or', 'to'), [[2.0, 0.0, 0.0, 1.0]])
    """

    binary: bool = False

    def weighted(self, counts: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.minimum(counts, 1) if self.binary else counts


class TfIdf(_Terms):
    """For each of the most frequent terms of training its weight in a text, all weights of a text with Euclidean norm 1.

    weight(term, text) = tf · idf, where tf = 1 + ln(count), or the count itself, and
    idf = ln((1 + texts) / (1 + texts with the term)) + 1 over the training texts: a term that is in few texts says more.

    Args:
        ngrams: the least and the greatest number of words in a term.
        most: terms that have a feature; None for 20,000, or fewer where the table of training would pass 400 MB.
        at_least: training texts that a term must be in.
        unit: what terms are made of: "word" or "character".
        pattern: the regular expression of a word.
        terms: in the order of their features; learned.
        sublinear: whether tf is 1 + ln(count).
        idf: of each term; learned.

    Source:
        Spärck Jones (1972), A statistical interpretation of term specificity and its application in retrieval; with the smoothing
        of scikit-learn's TfidfVectorizer.

    Example:
        >>> step = TfIdf((1, 1), at_least=1).fit(pl.Series(["the sea", "the sun"]))
        >>> step.terms, step.transform(pl.Series(["the"])).tolist()
        (('sea', 'sun', 'the'), [[0.0, 0.0, 1.0]])
    """

    sublinear: bool = True
    idf: Sequence[float] | None = None

    def learned(self, terms: tuple[str, ...], documents: NDArray[np.int64], texts: int) -> Self:
        idf = [math.log((1 + texts) / (1 + count)) + 1 for count in documents.tolist()]
        return replace(self, terms=terms, idf=tuple(idf))

    def weighted(self, counts: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.sublinear:
            met = counts > 0
            counts = np.where(met, 1 + np.log(counts, where=met, out=np.zeros_like(counts)), 0)
        weights = counts * np.asarray(self.idf, np.float32)
        norms = np.sqrt(np.einsum("ij,ij->i", weights, weights, dtype=np.float64))
        return weights / np.where(norms > 0, norms, 1)[:, None].astype(np.float32)
