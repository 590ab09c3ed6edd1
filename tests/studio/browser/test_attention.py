"""Attention in the layer's room: which word looks at which, head by head, at the moment that is shown."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from attending import HEADS, LAYER, train_on_words
from browsing import Studio, becomes, drawn, settled, visit

import chainrule as cr

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

EXAMPLE = 3


@pytest.fixture(scope="module")
def words(studio: Studio) -> cr.Run:
    return train_on_words(studio.folder / "words")


def _room(page: "Page", step: int) -> "Locator":
    visit(page, f"#/watch?run=words&step={step}&layer={LAYER}&example={EXAMPLE}")
    room = page.get_by_role("region", name=f"Attention of {LAYER}")
    room.wait_for()
    settled(page)
    return room


def _hover(page: "Page", head: "Locator", size: int, row: int, column: int) -> None:
    head.scroll_into_view_if_needed()
    box = head.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * (column + 0.5) / size, box["y"] + box["height"] * (row + 0.5) / size)


def test_a_pointer_is_told_from_which_word_to_which_how_much(page: "Page", words: cr.Run) -> None:
    room, moment = _room(page, 70), words.at(70)
    heads = room.get_by_role("application", name=re.compile("^Attention of head "))
    expect(heads).to_have_count(HEADS)
    words_before = room.locator(".before").first.get_by_role("listitem", include_hidden=True)
    shares = moment[f"{LAYER}/attention_scores"][EXAMPLE]
    size = int((moment.x[EXAMPLE] > 0).sum())
    expect(words_before).to_have_count(size)
    before = words_before.all_inner_texts()
    for head in range(HEADS):
        drawn(heads.nth(head), more_than=3)
        row, column = divmod(int(np.argmax(shares[head, :size, :size])), size)
        _hover(page, heads.nth(head), size, row, column)
        told = f"from “{before[row]}” to “{before[column]}” {shares[head, row, column]:.2f}"
        expect(page.get_by_text(told)).to_be_visible()


def test_a_click_on_a_row_reads_the_example_by_its_word(page: "Page", words: cr.Run) -> None:
    room, moment = _room(page, 70), words.at(70)
    size = int((moment.x[EXAMPLE] > 0).sum())
    head = room.get_by_role("application").nth(1)
    _hover(page, head, size, 2, 0)
    page.mouse.down()
    page.mouse.up()
    word = room.locator(".before").nth(1).get_by_role("listitem", include_hidden=True).nth(2)
    expect(word).to_have_class("picked")
    expect(room.locator(".reading")).to_contain_text(f"Head 2, from {word.inner_text()}:")
    shares = moment[f"{LAYER}/attention_scores"][EXAMPLE, 1, 2, :size]
    titles = "words => words.map(word => word.title.split(' ')[0])"
    becomes(page, lambda: room.locator(".reading .word").evaluate_all(titles), [f"{share:.2f}" for share in shares])


def test_another_step_has_other_shares(page: "Page", words: cr.Run) -> None:
    room = _room(page, 0)
    caption = room.locator(".caption").first
    expect(caption).to_contain_text(re.compile(r"the largest of all is 0\.\d+"))
    first = caption.inner_text()
    visit(page, f"#/watch?run=words&step=70&layer={LAYER}&example={EXAMPLE}")
    expect(caption).not_to_have_text(first)
