"""What a person does on the pages of Learn, on a real run that is trained when they are first opened."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from browsing import becomes, figure, number, said, settled, step_of, trained, visit, wait_until

import chainrule as cr

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

STOP_EARLY = """slider => new Promise(stopped => {  // in the page, for whoever is slow would come when the window has been everywhere
    const look = () => {
        if (slider.value < 2) return requestAnimationFrame(look);
        slider.parentElement.querySelector('button').click();
        stopped(slider.value);
    };
    look();
})"""


@pytest.fixture
def lesson(page: "Page", studio: "Studio") -> cr.insight.Run:
    """The run of the lessons, trained when Learn is first opened; the page knows all of it."""
    visit(page, "#/learn?stage=propagation")
    run = trained(page, studio.folder / "learn-digits")
    becomes(page, lambda: step_of(page, "max"), run.require_steps()[1])
    settled(page)
    return run


def cells(page: "Page", title: str) -> list[float]:
    grid = page.locator(".grid", has=page.get_by_text(title)).first.locator(".cells span")
    return [number(text) for text in grid.evaluate_all("cells => cells.map(cell => cell.title)")]


def strong(place: "Locator") -> list[float]:
    """Return the numbers that stand out in a place."""
    return [number(text) for text in place.locator("strong").all_inner_texts()]


def test_pages_are_turned_by_keys_and_links(page: "Page", lesson: cr.insight.Run) -> None:
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Propagation")
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("Loss")
    expect(page).to_have_url(re.compile("stage=loss"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("Preparation")
    page.get_by_role("navigation", name="Stages of learning").get_by_role("link", name="Backpropagation").click()
    expect(heading).to_have_text("Backpropagation")
    page.reload()
    expect(heading).to_have_text("Backpropagation")


def test_the_window_of_a_convolution_is_the_networks_own(page: "Page", lesson: cr.insight.Run) -> None:
    visit(page, "#/learn?stage=propagation&run=learn-digits&step=40&layer=conv2d&unit=2,3,5&row=3")
    state = lesson.at(40).state
    kernel = state["conv2d/kernel"][:, :, 0, 5].ravel()
    patch = cr.data.load("digits").test.x[3][2:5, 3:6].ravel()
    becomes(page, lambda: cells(page, "kernel 5"), pytest.approx(kernel.tolist(), rel=1e-3))
    becomes(page, lambda: cells(page, "the patch"), pytest.approx(patch.tolist(), abs=1e-3))
    becomes(page, lambda: cells(page, "their products"), pytest.approx((patch * kernel).tolist(), abs=2e-3))
    total = float(patch @ kernel + state["conv2d/bias"][5])
    equation = page.get_by_text(re.compile("^Σ of all 9 products"))
    becomes(page, lambda: strong(equation), pytest.approx([total, max(0.0, total)], abs=5e-3))
    maps = page.get_by_role("application", name=re.compile("conv2d.output: point at a place"))
    maps.hover(position={"x": 20, "y": 20})  # another place of another map
    expect(page).to_have_url(re.compile(r"unit=\d,\d,0"))
    page.get_by_text("kernel 0").wait_for()


def test_the_window_walks_over_the_image_and_fills_the_map(page: "Page", lesson: cr.insight.Run) -> None:
    visit(page, "#/learn?stage=propagation&run=learn-digits&step=40&layer=conv2d&unit=2,3,5&row=3")
    part = page.get_by_role("region", name="A window slides over it")
    window = part.get_by_role("img", name="The image, with the window at row 3, column 4")
    expect(window).to_be_visible()
    expect(part.locator(".unfilled")).to_have_count(0)
    part.get_by_role("button", name="Let it walk").click()
    slider = part.get_by_role("slider", name="Place of the window")
    at = int(slider.evaluate(STOP_EARLY))
    assert 2 <= at < 15  # it began at the first, not where the window stood
    expect(part.get_by_role("img", name=f"The image, with the window at row {at // 6 + 1}, column {at % 6 + 1}")).to_be_visible()
    expect(part.locator(".unfilled")).to_have_count(35 - at)
    expect(page).to_have_url(re.compile(rf"unit={at // 6},{at % 6},5"))  # whose numbers are written out below
    patch = cr.data.load("digits").test.x[3][at // 6 : at // 6 + 3, at % 6 : at % 6 + 3].ravel()
    becomes(page, lambda: cells(page, "the patch"), pytest.approx(patch.tolist(), abs=1e-3))
    slider.fill("35")
    expect(part.get_by_role("img", name=re.compile("row 6, column 6$"))).to_be_visible()
    expect(part.locator(".unfilled")).to_have_count(0)


def test_nothing_moves_by_itself_for_those_who_ask_for_that(page: "Page", lesson: cr.insight.Run) -> None:
    page.emulate_media(reduced_motion="reduce")
    visit(page, "#/learn?stage=propagation&run=learn-digits&step=40&layer=conv2d&unit=2,3,5&row=3")
    part = page.get_by_role("region", name="A window slides over it")
    part.get_by_role("button", name="Next place").click()
    expect(part.get_by_role("img", name=re.compile("row 3, column 5$"))).to_be_visible()
    page.wait_for_timeout(600)  # in which it would have walked three places further
    expect(part.get_by_role("img", name=re.compile("row 3, column 5$"))).to_be_visible()
    expect(part.locator(".unfilled")).to_have_count(35 - 16)


def test_a_window_over_several_maps_is_summed_over_the_channels(page: "Page", lesson: cr.insight.Run) -> None:
    visit(page, "#/learn?stage=propagation&run=learn-digits&step=40&layer=conv2d_1&unit=1,2,3&row=3")
    part = page.get_by_role("region", name="Then a window over all maps at once")
    partial = part.get_by_role("list", name="Maps that are summed over").get_by_role("listitem").locator("strong")
    expect(partial).to_have_count(8)
    state = lesson.at(40).state
    image = cr.data.load("digits").test.x[3]
    first = state["conv2d/kernel"]
    below = np.array([[(image[r : r + 3, c : c + 3, 0, None] * first[:, :, 0]).sum(axis=(0, 1)) for c in range(6)] for r in range(6)])
    below = np.maximum(below + state["conv2d/bias"], 0)
    sums = (below[1:4, 2:5] * state["conv2d_1/kernel"][:, :, :, 3]).sum(axis=(0, 1))
    becomes(page, lambda: strong(part.get_by_role("list")), pytest.approx(sums.tolist(), rel=1e-3, abs=1e-5))
    total = float(sums.sum() + state["conv2d_1/bias"][3])
    becomes(page, lambda: strong(part.locator(".equation")), pytest.approx([total, max(0.0, total)], rel=1e-3, abs=1e-5))


def test_what_is_shown_first_is_a_unit_that_answers(page: "Page", lesson: cr.insight.Run) -> None:
    visit(page, "#/learn?stage=propagation&run=learn-digits&row=3")
    for name in ("What is below zero is cut off", "A neuron adds up everything"):
        answer = page.get_by_role("region", name=name).get_by_role("img", name=re.compile("^relu; at"))
        expect(answer).to_be_visible()
    expect(page.locator(".channels .partial")).to_have_count(8)
    equations = page.locator(".touched > .equation strong:last-of-type")
    settled(page)
    assert min(number(text) for text in equations.all_inner_texts()) > 0


def test_the_size_of_what_comes_out_follows_the_kernel_the_stride_and_the_padding(page: "Page", lesson: cr.insight.Run) -> None:
    part = page.get_by_role("region", name="How large is what comes out?")
    expect(part.locator("strong")).to_have_text("6")
    part.get_by_role("slider", name="stride 1").fill("2")
    expect(part.locator("strong")).to_have_text("3")
    part.get_by_role("radio", name="padding with zeros").click()
    expect(part.locator("strong")).to_have_text("4")


def test_a_neuron_adds_up(page: "Page", lesson: cr.insight.Run) -> None:
    visit(page, "#/learn?stage=propagation&run=learn-digits&step=40&layer=dense&unit=3&row=1")
    table = page.locator("table.sum")
    table.wait_for()
    settled(page)
    last = "rows => rows.map(row => [...row.querySelectorAll('td.number')].at(-1).textContent)"
    numbers = [number(text) for text in table.locator("tr:has(td.number)").evaluate_all(last)]
    *terms, total, value = numbers
    assert sum(terms) == pytest.approx(total, abs=2e-3)
    assert max(0.0, total) == pytest.approx(value)
    expect(page.get_by_role("img", name=re.compile("^relu; at"))).to_have_count(2)


def test_the_loss_follows_what_is_dragged(page: "Page", lesson: cr.insight.Run) -> None:
    visit(page, "#/learn?stage=loss&run=learn-digits&row=0")
    sliders = page.get_by_role("slider", name=re.compile("^Output for"))
    expect(sliders).to_have_count(10)
    settled(page)
    for i in range(10):
        sliders.nth(i).fill("0")
    loss = page.locator(".loss-now")
    becomes(page, lambda: strong(loss), [pytest.approx(np.log(10), abs=1e-3)])
    page.get_by_role("combobox", name="What it should be").select_option("7")
    sliders.nth(7).fill("3")
    dragged = pytest.approx(-np.log(np.exp(3) / (np.exp(3) + 9)), abs=1e-3)
    becomes(page, lambda: strong(loss), [dragged])
    page.get_by_role("button", name="As the network gave it").click()
    wait_until(page, lambda: strong(loss) != [dragged])


def test_the_chain_of_a_weight_and_what_the_step_does(page: "Page", lesson: cr.insight.Run) -> None:
    visit(page, "#/learn?stage=backpropagation&run=learn-digits&step=20&weight=dense_1/kernel&index=3,4&example=2")
    why = lesson.at(20).why("dense_1/kernel", (3, 4), example=2)
    becomes(page, lambda: said(figure(page, "gradient")), pytest.approx(why.gradient, rel=1e-2))
    nudged = page.get_by_role("region", name="All weights take a small step")
    told = nudged.get_by_text(re.compile("^The loss of this example went from"))
    before = pytest.approx(float(lesson.at(20).example_losses[2]), rel=1e-2)
    becomes(page, lambda: number(told.inner_text().split(" from ")[1].split(" to ")[0]), before)
    page.get_by_role("button", name="Go to step 20").click()
    page.get_by_role("button", name="One step forward").click()
    expect(page).to_have_url(re.compile("step=21"))
    expect(nudged.get_by_text("before step 21")).to_be_visible()
