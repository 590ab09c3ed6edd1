"""What a person does on the first stage of Learn: turns each verb off, and sees what comes of it."""

from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import becomes, drawn, number, said, settled, trained, visit

import chainrule as cr
from chainrule.studio.questions.verbs import BODIES

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

ADDRESS = "#/learn"


def passage(page: "Page", name: str) -> "Locator":
    """Return a passage, by how its heading begins, once all of the page is there."""
    visit(page, ADDRESS)
    found = page.locator("section.passage", has=page.get_by_role("heading", name=name))
    found.wait_for()
    settled(page)
    return found


def cells(table: "Locator") -> dict[str, list[str]]:
    """Return the cells of each row, by its name."""
    table.wait_for()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()}


def test_a_digit_is_the_numbers_that_it_is(page: "Page") -> None:
    collect = passage(page, "Collect")
    collect.get_by_role("button").nth(7).click()
    expect(collect.get_by_text("the same 7, as the machine has it")).to_be_visible()
    shown = [float(text) for text in collect.locator(".grid .cells span").all_inner_texts()]
    x, y = cr.data.load("digits").train
    sevens = x[y == 7].reshape(-1, 64)
    assert min(np.abs(sevens - np.array(shown)).max(axis=1)) < 0.006  # numbers are written with two places


def test_what_is_missing_is_filled_and_without_that_refused(page: "Page") -> None:
    clean = passage(page, "Clean")
    before, after = cells(clean.get_by_role("table", name="As collected")), cells(clean.get_by_role("table", name="After clean"))
    assert before["Earth"][3] == "missing" and before["Pluto"] == ["2377", "39.48", "nitrogen", "1930"]
    assert number(after["Earth"][3]) == pytest.approx(1904.2) and after["Earth"][4] == "1"
    switch = clean.get_by_role("switch", name="clean")
    switch.press("Space")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(clean.get_by_text("not a finite number after its steps. Add a FillMissing")).to_be_visible()


def test_images_are_made_as_large_as_the_network_wants_and_without_that_it_refuses(page: "Page") -> None:
    transform = passage(page, "Transform")
    expect(transform.get_by_text("16 × 16 pixels, from 0 to 1")).to_be_visible()
    transform.get_by_role("switch", name="transform").click()
    expect(transform.get_by_role("status")).to_contain_text("a kernel of (9, 9) does not fit an image of (8, 8)")


def test_words_become_numbers_and_without_that_are_refused(page: "Page") -> None:
    encode = passage(page, "Encode")
    after = cells(encode.get_by_role("table", name="After encode"))
    assert after["Saturn"][2:7] == ["0", "1", "0", "0", "0"] and after["Pluto"][2:7] == ["0", "0", "1", "0", "0"]
    encode.get_by_role("switch", name="encode").click()
    expect(encode.get_by_text("Got text after its steps: add one that encodes it")).to_be_visible()


def test_numbers_are_scaled_by_the_training_part_and_without_that_the_loss_does_not_fall(page: "Page") -> None:
    scale = passage(page, "Scale: all")
    after = cells(scale.get_by_role("table", name="After scale"))
    test = {"Mercury", "Neptune", "Eris"}
    assert number(after["Earth"][0]) == pytest.approx((12756 - 35259.6) / 50517.7, abs=1e-3)
    diameters = np.array([size for name, size in zip(BODIES["body"], BODIES["diameter"], strict=True) if name not in test])
    assert diameters.mean() == pytest.approx(35259.6)
    told = scale.locator(".descents").inner_text()
    scaled, unscaled = told.split("the loss is ")[1].split(" with scaling, and ")
    assert number(scaled) < 1 < 100 < number(unscaled.removesuffix(" without."))
    drawn(scale.get_by_role("img", name="The loss of a small network").locator("canvas"), more_than=10)


def test_each_class_has_the_same_share_of_the_loss_when_balanced(page: "Page") -> None:
    balance = passage(page, "Balance")
    table = balance.get_by_role("table", name="Balance")
    assert {row[2] for row in cells(table).values()} == {"33.3 %"}
    balance.get_by_role("switch", name="balance").click()
    unbalanced = {"dwarf": "40.0 %", "giant": "30.0 %", "rocky": "30.0 %"}
    becomes(page, lambda: {name: row[2] for name, row in cells(table).items()}, unbalanced)


def test_five_digits_are_varied_as_is_chosen(page: "Page") -> None:
    augment = passage(page, "Augment")
    expect(augment.locator(".verb")).to_have_count(2)
    drawn(augment.locator(".verb").nth(1).locator("canvas").first, more_than=3)
    augment.get_by_role("switch", name="turn").click()
    expect(augment.get_by_text("after turn, each drawn twice")).to_be_visible()
    augment.get_by_role("switch", name="shift").click()
    expect(augment.locator(".verb")).to_have_count(2)
    expect(augment.get_by_text("after shift")).to_have_count(0)


def test_without_a_split_one_believes_what_was_practised(page: "Page", studio: "Studio") -> None:
    split = passage(page, "Split")
    expect(split.get_by_role("img", name="train: 1293")).to_be_visible()
    split.get_by_role("switch", name="split").click()
    if not (studio.folder / "learn-by-heart").exists():  # another test may have had it trained
        split.get_by_role("button", name="Train it").click()
    figures = trained(page, studio.folder / "learn-by-heart").epochs()[-1]["figures"]
    practised, others = 100 * figures["accuracy"], 100 * figures["val_accuracy"]
    judged = split.locator("dl dd")
    becomes(page, lambda: [said(one) for one in judged.all()], pytest.approx([practised, others], abs=0.06))
    assert practised > others + 5


def test_batches_of_one_make_many_steps(page: "Page", studio: "Studio") -> None:
    batch = passage(page, "Batch")
    batch.get_by_role("button", name="Train three networks").click()
    table = batch.get_by_role("table", name="Batches")
    for name in ("learn-one-by-one", "learn-in-batches", "learn-all-at-once"):
        trained(page, studio.folder / name)
    becomes(page, lambda: [row[:2] for row in cells(table).values()], [["1,293", "2,586"], ["41", "82"], ["1", "2"]])
