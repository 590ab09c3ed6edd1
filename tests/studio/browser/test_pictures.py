"""Pictures of the views, compared with those that are kept: loosely, for fonts differ from machine to machine.

CHAINRULE_KEEP_PICTURES=1 keeps new ones. They are meant to be looked at.
"""

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import settled, visit
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

KEPT = Path(__file__).parent / "pictures"
KEEP = os.environ.get("CHAINRULE_KEEP_PICTURES") == "1"
WIDTH = 320  # pixels of what is kept
BLOCKS = (24, 24)  # of what is compared: text is a tone there
LEAST = 0.6  # correlation of the tones with those that are kept; an empty view has none
VIEWS = {
    "watch": "#/watch?run=small",
    "rewind": "#/rewind?run=small&step=57",
    "why": "#/question?run=small&step=57&question=why&weight=dense/kernel&index=40,3",
    "answer": "#/question?run=small&question=answer&row=3",
    "mistakes": "#/question?run=small&question=mistakes&part=train",
    "landscape": "#/question?run=small&question=landscape",
    "embedding": "#/question?run=small&question=embedding",
}
settings = [{"size": size, "theme": theme} for size in ("desk", "tablet") for theme in ("light", "dark")]


def tones(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("L").resize(BLOCKS, Image.Resampling.BOX), np.float64) / 255


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Return the correlation of two pictures' tones; 0 where one of them is empty."""
    if not (a.std() and b.std()):
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def seen(page: "Page", address: str) -> Image.Image:
    """Return what a view looks like once nothing is waited for and nothing changes any more."""
    visit(page, address)
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    before = b""
    for _ in range(40):
        page.wait_for_timeout(250)
        now = page.screenshot()
        if now == before:
            break
        before = now
    picture = Image.open(io.BytesIO(before)).convert("RGB")
    return picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("page", settings, indirect=True, ids=lambda setting: f"{setting['size']}-{setting['theme']}")
def test_views_look_as_they_are_kept(page: "Page", request: pytest.FixtureRequest) -> None:
    setting = request.node.callspec.id
    pictures = {name: seen(page, address) for name, address in VIEWS.items()}
    paths = {name: KEPT / f"{name}-{setting}.png" for name in VIEWS}
    if KEEP:
        KEPT.mkdir(exist_ok=True)
        for name, picture in pictures.items():
            picture.quantize(64).save(paths[name], optimize=True)
    kept = {name: tones(Image.open(path)) for name, path in paths.items()}
    for name, picture in pictures.items():
        now = tones(picture)
        alike = {other: likeness(now, one) for other, one in kept.items()}
        assert max(alike, key=lambda other: alike[other]) == name, f"{name} looks more like another view: {alike}"
        assert alike[name] > LEAST, f"{name} looks otherwise than {paths[name].name}: {alike[name]:.2f} of 1 alike"
