"""Every step, ours or a user's, is fitted, applied, saved, read back and undone by one protocol, alone and without a preparation."""

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from PIL import Image

from chainrule.configuration import from_config, is_own, subclasses, to_config
from chainrule.data import (
    MFCC,
    CenterCrop,
    Collection,
    FlatStep,
    Formulas,
    Log,
    LogMel,
    MinMax,
    OneHot,
    Rescale,
    Robust,
    RowStep,
    Sentences,
    Spectrogram,
    Standardize,
    Step,
    Tokens,
    Windows,
)
from chainrule.errors import ArgumentError, DataError

RANDOM = np.random.default_rng(0)
NUMBERS = [1.5, 2.0, 40.0, 2.5, 3.0, 1.0, 2.25, 7.0]
TABLE = {"width": NUMBERS, "height": [2.0, 1.0, 3.0, 5.0, 4.0, 2.5, 1.5, 6.0]}
WORDS = ["to be or not", "to be", "sea and sun", "to the sea. Not now.", "sun", "be", "the sun and the sea", "not now"]
SOUNDS = RANDOM.normal(size=(8, 2000)).astype(np.float32)
BY_KIND: dict[str, Any] = {
    "number": NUMBERS,
    "category": ["oak", "elm", "oak", "elm", "oak", "elm", "ash", "oak"],
    "labels": ["red|round", "red", "round", "red", "round|small", "red", "red", "round"],
    "date": ["2024-02-28", "2024-03-01", "2024-03-09", "2024-03-10", "2023-01-01", "2024-05-06", "2024-07-08", "2024-12-31"],
    "text": WORDS,
    "array": RANDOM.normal(size=(8, 3)),
    "image": RANDOM.integers(0, 256, (8, 6, 4, 3), dtype=np.uint8),
    "audio": SOUNDS,
}
ORDER = ("number", "category", "labels", "date", "text", "image", "array", "audio")  # the kind whose values a step of several is given
MADE: dict[type, Any] = {
    Formulas: Formulas(("width^2", "width*height")),
    CenterCrop: CenterCrop(2, 2),
    Spectrogram: Spectrogram(rate=8000),
    LogMel: LogMel(rate=8000),
    MFCC: MFCC(rate=8000),
    Tokens: Tokens(at_least=1),
    Sentences: Sentences(Tokens(at_least=1)),
    Windows: Windows(input=3, horizon=2),
    OneHot: OneHot(at_least=1),
}
OURS = [cls for cls in subclasses(Step) if is_own(cls)]
NEEDS_RATE = {"TrimSilence", "PadOrCrop"}  # which ReadSound leaves behind
FILES = {"ReadSound", "DropBroken", "DropUnanswered"}  # which files or questions are for, tested with them


def cases() -> list[Any]:
    return [pytest.param(cls, id=cls.__name__) for cls in OURS if cls.__name__ not in FILES | NEEDS_RATE]


def step_and_values(cls: type[Any]) -> tuple[Any, Any]:
    step = MADE[cls] if cls in MADE else cls()
    if issubclass(cls, RowStep | FlatStep | Windows):
        return step, pl.DataFrame(TABLE)
    return step, BY_KIND[next(kind for kind in ORDER if kind in cls.kinds)]


def rows_of(values: Any, rows: slice) -> Any:
    return values[rows]


def arrays(values: Any) -> list[Any]:
    each = values if isinstance(values, tuple) else (values,)
    return [np.asarray(array.to_numpy() if isinstance(array, pl.Series | pl.DataFrame) else array) for array in each]


@pytest.mark.parametrize("cls", cases())
def test_fit_returns_the_step_that_has_learned_and_leaves_this_one(cls):
    step, values = step_and_values(cls)
    before = json.dumps(to_config(step))
    fitted = step.fit(values)
    assert type(fitted) is cls and json.dumps(to_config(step)) == before
    for one, other in zip(arrays(fitted.transform(values)), arrays(step.fit_transform(values)), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("cls", cases())
def test_a_saved_step_gives_the_same_bits(cls):
    step, values = step_and_values(cls)
    fitted = step.fit(values)
    again = from_config(json.loads(json.dumps(to_config(fitted))))
    assert json.dumps(to_config(again)) == json.dumps(to_config(fitted)) and again.describe() == fitted.describe()
    for one, other in zip(arrays(again.transform(values)), arrays(fitted.transform(values)), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("cls", [case for case in cases() if case.values[0].__name__ not in {"Windows", "Difference"}])
def test_a_row_is_transformed_alone_as_among_others(cls):
    step, values = step_and_values(cls)
    fitted = step.fit(values)
    if cls.drops_rows:
        assert len(fitted.transform(rows_of(values, slice(0, 1)))) == 1
        return
    whole, one = arrays(fitted.transform(values))[0], arrays(fitted.transform(rows_of(values, slice(4, 5))))[0]
    if whole.dtype.kind in "OU":
        assert one[0] == whole[4]
    else:
        np.testing.assert_allclose(one[0], whole[4], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("cls", [case for case in cases() if not case.values[0].drops_rows])
def test_no_rows_become_no_rows_of_the_same_shape(cls):
    step, values = step_and_values(cls)
    fitted = step.fit(values)
    none = pl.Series(values, dtype=pl.Series(values).dtype)[:0] if isinstance(values, list) else values[:0]
    if isinstance(values, pl.DataFrame):
        none = np.empty((0, values.width))
    for empty, whole in zip(arrays(fitted.transform(none)), arrays(fitted.transform(values)), strict=True):
        assert len(empty) == 0 and empty.shape[1:] == whole.shape[1:]


@pytest.mark.parametrize("cls", cases())
def test_what_has_not_learned_says_so(cls):
    step, values = step_and_values(cls)
    if json.dumps(to_config(step.fit(values))) == json.dumps(to_config(step)):
        return  # nothing to learn
    if cls.__name__ in {"Log", "ClipOutliers"}:  # which do nothing to a column of which there is nothing to learn
        return
    with pytest.raises(ArgumentError, match="use the step that fit returns|Name its parts"):
        step.transform(values)


@pytest.mark.parametrize("cls", [Standardize, MinMax, Robust, Rescale, Log])
def test_an_inverse_returns_what_the_values_were(cls):
    fitted = cls().fit(NUMBERS)
    assert fitted.has_inverse
    np.testing.assert_allclose(fitted.inverse_transform(fitted.transform(NUMBERS))[:, 0], NUMBERS, rtol=1e-6)


def test_every_inverse_is_in_the_test_above():
    assert {cls.__name__ for cls in OURS if cls.inverse_transform is not Step.inverse_transform} == {
        "Standardize",
        "MinMax",
        "Robust",
        "Rescale",
        "Log",
    }


def test_a_step_without_an_inverse_says_so():
    with pytest.raises(ArgumentError, match="OneHot has no inverse"):
        OneHot().inverse_transform(np.eye(2))


def test_values_that_are_no_column_are_refused():
    for values in ("text", 3, [1, "a", object()]):
        with pytest.raises(DataError, match="The values of a column must be"):
            Standardize().fit(values)


def test_a_preparation_is_not_needed_for_files(tmp_path: Path):
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(np.arange(800, dtype=np.int16).tobytes())
    Image.new("RGB", (4, 6)).save(tmp_path / "a.png")
    by_name = {cls.__name__: cls for cls in OURS}
    read = by_name["ReadSound"]()
    assert read.fit_transform([str(tmp_path / "a.wav")])[0].shape == (800,)
    assert by_name["Resize"](3, 2).fit_transform([str(tmp_path / "a.png")]).shape == (1, 3, 2, 1)  # a black picture has no colour


def test_rows_are_left_out_of_a_table_and_of_a_collection():
    drop = next(cls for cls in OURS if cls.__name__ == "DropDuplicates")()
    rows = pl.DataFrame({"height": [1.5, 2.5, 1.5]})
    assert drop.fit_transform({"height": [1.5, 2.5, 1.5]}).equals(rows[:2])
    assert isinstance(drop.transform(Collection(rows)), Collection) and len(drop.transform(Collection(rows))) == 2
