"""Pictures of explanations show what they are given: every word, bar, caption and point, in the colour of its sign."""

import io
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from chainrule.errors import ShapeError
from chainrule.explain import Dependence, Projection, pictures


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


def texts(figure: Figure) -> list[str]:
    """Return all that is written in a figure, after it was drawn once."""
    figure.savefig(io.BytesIO(), dpi=50)
    found = [text.get_text() for ax in figure.axes for text in [*ax.texts, ax._left_title, ax.title, ax.xaxis.label, ax.yaxis.label]]
    return [text for text in found if text] + ([figure._suptitle.get_text()] if figure._suptitle else [])


def reddish(colour: Any) -> bool:
    red, _, blue = to_rgb(colour)[:3]
    return red > blue


def test_images_beside_their_maps(random: np.random.Generator) -> None:
    values = random.normal(size=(3, 8, 6, 2))
    figure = pictures.image_attributions(random.random((3, 8, 6, 1)), values, ["a", "b", "c"], "all")
    assert set(texts(figure)) == {"a", "b", "c", "all"}
    maps = [ax.images[0] for ax in figure.axes if ax.images and ax.images[0].cmap.name == pictures.SIGNED]
    for drawn, wanted in zip(maps, values.sum(axis=-1), strict=True):
        np.testing.assert_allclose(drawn.get_array(), wanted)
        assert drawn.norm.vmax == -drawn.norm.vmin == np.abs(wanted).max()  # white is nought
    with pytest.raises(ShapeError, match="do not fit"):
        pictures.image_attributions(random.random((3, 8, 6, 1)), values[:, :4])
    assert pictures.image_attributions(random.random((1, 8, 6, 3)), values[:1]).axes[0].images[0].get_array().shape == (8, 6, 3)


def test_words_in_the_colour_of_their_sign(random: np.random.Generator) -> None:
    words = [f"word{i}" for i in range(40)]
    values = random.choice([-1, 1], 40) * (0.2 + random.random(40))
    figure = pictures.word_attributions(words, values, "text")
    assert texts(figure) == [*words, "text"]
    found = [reddish(text.get_bbox_patch().get_facecolor()) for text in figure.axes[0].texts]
    assert found == (values > 0).tolist()
    assert len({text.get_position()[1] for text in figure.axes[0].texts}) >= 3  # lines
    with pytest.raises(ShapeError, match="40 words"):
        pictures.word_attributions(words, values[:3])


def test_columns_by_size(random: np.random.Generator) -> None:
    values = {f"c{i}": float(v) for i, v in enumerate(random.normal(size=20))}
    first = max(values, key=lambda name: abs(values[name]))
    figure = pictures.column_attributions(values, {first: "4.5"}, "answer")
    assert "answer (the 15 largest of 20)" in texts(figure)
    (ax,) = figure.axes
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == sorted(values.values(), key=abs, reverse=True)[:15]
    assert [reddish(bar.get_facecolor()) for bar in ax.patches] == [width > 0 for width in widths]
    assert ax.get_yticklabels()[0].get_text() == f"{first} = 4.5"
    bars = pictures.importance_bars(["a", "b"], [0.1, 0.4], [0.0, 0.1]).axes[0]
    assert [label.get_text() for label in bars.get_yticklabels()] == ["b", "a"]


def test_a_sound_by_time_and_frequency(random: np.random.Generator) -> None:
    sound, values = random.random((50, 20, 1)), random.normal(size=(50, 20, 1))
    figure = pictures.spectrogram_attribution(sound, values, 2.0, 8000, "yes")
    assert {"kHz", "seconds", "yes"} <= set(texts(figure))
    assert figure.axes[0].images[0].get_extent() == [0, 2.0, 0, 8.0]
    np.testing.assert_allclose(figure.axes[1].images[0].get_array(), values[..., 0].T)


def test_examples_points_and_curves(random: np.random.Generator) -> None:
    captions = [f"e{i}" for i in range(7)]
    assert texts(pictures.image_grid(random.random((7, 8, 8, 1)), captions, "near", across=4)) == [*captions, "near"]
    places = random.normal(size=(30, 2))
    classes = np.arange(30) % 3
    figure = pictures.embedding_scatter(Projection(places, np.array([0.5, 0.25])), classes, ["x", "y", "z"], "plane")
    assert {"x", "y", "z", "plane", "second, 25%"} <= set(texts(figure))
    for number, cloud in enumerate(figure.axes[0].collections):
        np.testing.assert_allclose(cloud.get_offsets(), places[classes == number])
    curves = Dependence(np.linspace(0, 1, 5), np.arange(5.0), np.arange(250.0).reshape(50, 5))
    ax = pictures.dependence_curves(curves, "size", answer="price").axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel(), len(ax.lines)) == ("size", "price", 51)
    np.testing.assert_allclose(ax.lines[-1].get_ydata(), np.arange(5.0))
    ticked = pictures.dependence_curves(curves, "kind", ticks=list("abcde")).axes[0]
    assert [label.get_text() for label in ticked.get_xticklabels()] == list("abcde")
