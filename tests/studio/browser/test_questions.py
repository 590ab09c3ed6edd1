"""What a person asks a finished run on the page, and whether the answers are right."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import drawn, number, settled, visit, wait_until

import chainrule as cr
from chainrule.tasks.threshold_curves import threshold_curves

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def probabilities(page: "Page") -> dict[str, float]:
    """Return how likely each class is, once the network has been asked."""
    settled(page)
    rows = page.get_by_role("list", name="Probabilities").get_by_role("listitem")
    rows.first.wait_for()
    texts: list[list[str]] = rows.evaluate_all(
        "rows => rows.map(row => ['name', 'value'].map(part => row.querySelector('.' + part).textContent))"
    )
    return {name: number(value) / 100 for name, value in texts}


def test_a_drawn_digit_is_answered_with_reasons(page: "Page") -> None:
    visit(page, "#/question?run=small&question=answer")
    answer = page.get_by_role("region", name="The answer")
    answer.wait_for()
    settled(page)
    pad = page.get_by_role("img", name="Draw here")
    box = pad.bounding_box()
    assert box is not None
    angles = np.linspace(0, 2 * np.pi, 30)  # a nought
    for i, (across, down) in enumerate(zip(np.sin(angles) * 0.22 + 0.5, np.cos(angles) * 0.33 + 0.5, strict=True)):
        page.mouse.move(box["x"] + box["width"] * float(across), box["y"] + box["height"] * float(down))
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    expect(answer.locator(".answer")).to_have_text(re.compile(r"^0\d"))
    found = probabilities(page)
    assert sum(found.values()) == pytest.approx(1, abs=0.01)
    assert max(found, key=lambda name: found[name]) == "0"
    drawn(answer.get_by_role("img", name="What the network was given").locator("visible=true"), more_than=5)
    drawn(answer.get_by_role("img", name="What speaks for 0"), more_than=5)
    page.get_by_role("list", name="Probabilities").get_by_role("button").nth(6).click()
    expect(answer.get_by_role("img", name="What speaks for 6")).to_be_visible()


def test_an_example_is_answered_as_the_model_does(page: "Page", studio: "Studio") -> None:
    visit(page, "#/question?run=small&question=answer&part=validation&row=5")
    run = cr.open_run(studio.folder / "small")
    validation = run.plan().validation
    assert validation is not None
    logits = run.model().predict(validation.x[0][5:6])[0]
    expected = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    page.get_by_text("what the network was given: validation[5]").wait_for()
    found = probabilities(page)
    assert [found[str(i)] for i in range(10)] == pytest.approx(expected.tolist(), abs=0.001)


def test_the_confusion_matrix_adds_up_and_leads_to_its_examples(page: "Page") -> None:
    visit(page, "#/question?run=small&question=mistakes&part=train")
    table = page.get_by_role("table", name="Confusion matrix: true classes in rows, given classes in columns")
    table.wait_for()
    settled(page)
    counts = [int(cell.inner_text() or 0) for cell in table.get_by_role("button").all()]
    lead = page.locator(".lead").first.inner_text()
    assert sum(counts) == int(re.search(r"[\d,]+", lead)[0].replace(",", ""))  # type: ignore[index]
    wrong = next(i for i, count in enumerate(counts) if count and i // 10 != i % 10)
    table.get_by_role("button").nth(wrong).click()
    expect(page.get_by_role("heading", name=f"{wrong // 10} taken for {wrong % 10}")).to_be_visible()
    sheet = page.locator(".evaluated .example")
    expect(sheet).to_have_count(counts[wrong])
    expect(sheet.first).to_contain_text(f"{wrong // 10} → {wrong % 10}")
    sheet.first.click()
    expect(page.locator(".answer")).to_contain_text(f"it is {wrong // 10}")


def test_each_class_is_told_from_all_others_by_curves(page: "Page", studio: "Studio") -> None:
    run = cr.open_run(studio.folder / "small")
    validation = run.plan().validation
    assert validation is not None
    logits, true = np.asarray(run.model().predict(validation.x[0]), np.float64), np.asarray(validation.y[0]).reshape(-1)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = {str(digit): threshold_curves(chances[:, digit], true == digit) for digit in range(10)}
    visit(page, "#/question?run=small&question=mistakes&part=validation")
    rows = page.get_by_role("list", name="Average precision").get_by_role("listitem")
    expect(rows).to_have_count(10)
    settled(page)
    said = {row.locator(".name").inner_text(): number(row.locator(".value").inner_text()) for row in rows.all()}
    assert said == pytest.approx({name: curves.average_precision for name, curves in expected.items()}, abs=1e-4)
    assert list(said.values()) == sorted(said.values())
    rows.get_by_role("button").filter(has_text=re.compile(r"^8")).click()
    expect(page.get_by_role("img", name="Precision over recall of 8;")).to_be_visible()
    area = page.get_by_role("img", name="True over false positives of 8;").get_attribute("aria-label") or ""
    assert number(area.rpartition(" ")[2]) == pytest.approx(expected["8"].area, abs=1e-4)
    expect(page).to_have_url(re.compile(r"among=8\b"))


def test_the_landscape_shows_the_way_and_goes_to_its_steps(page: "Page") -> None:
    visit(page, "#/question?run=small&question=landscape")
    stops = page.get_by_role("button", name=re.compile("go there$"))
    wait_until(page, lambda: stops.count() > 10)
    stops.nth(3).click()
    step = re.search(r"step ([\d,]+)", stops.nth(3).get_attribute("aria-label") or "")
    assert step is not None
    expect(page).to_have_url(re.compile(rf"step={step[1].replace(',', '')}\b"))


def test_a_layer_lays_the_examples_out(page: "Page") -> None:
    visit(page, "#/question?run=small&question=embedding&layer=dense")
    plane = page.get_by_role("img", name="The validation part in the outputs of dense")
    drawn(plane, more_than=50)
    page.get_by_role("combobox", name="Layer").select_option("flatten")
    expect(page.get_by_role("img", name="The validation part in the outputs of flatten")).to_be_visible()
