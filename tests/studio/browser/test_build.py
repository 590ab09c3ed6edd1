"""What a person does to build a network and train it, and to look at the data."""

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from browsing import becomes, colours, drawn, in_address, number, trained, visit

import chainrule as cr

if TYPE_CHECKING:
    from pathlib import Path

    from browsing import Studio
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def build(page: "Page") -> None:
    visit(page, "#/build")
    page.get_by_role("button", name="Begin paused").wait_for()


def fill(page: "Page", layer: str, argument: str, value: str) -> None:
    say(page.get_by_role("listitem", name=layer), argument, value)


def say(part: "Locator", argument: str, value: str) -> None:
    field = part.get_by_label(argument, exact=True)
    field.fill(value)
    field.press("Tab")


def test_a_network_is_built_trained_step_by_step_and_its_code_gives_the_same_run(page: "Page", studio: "Studio", tmp_path: "Path") -> None:
    build(page)
    fill(page, "Layer 1: Conv2D", "filters", "4")
    expect(page.get_by_text("→ 8 × 8 × 4, 40 weights")).to_be_visible()
    page.get_by_role("button", name="Remove Conv2D").last.click()
    fill(page, "Layer 5: Dense", "units", "8")
    page.get_by_label("epochs, at most").fill("2")
    page.get_by_label("epochs, at most").press("Tab")
    page.get_by_role("button", name="Begin paused").click()
    one = page.get_by_role("button", name="One step")
    expect(one).to_be_enabled()
    status = page.get_by_role("status")
    expect(status).to_contain_text("It waits")
    for steps in (1, 2, 3):
        one.click()
        expect(status).to_contain_text(re.compile(rf"\b{steps} steps?\b"))
    page.get_by_role("button", name="Go on").click()
    expect(status).to_contain_text("It has learned")
    name = re.search(r"run=([^&]+)", page.url)
    assert name is not None
    run = cr.open_run(studio.folder / name[1])
    code = page.get_by_role("region", name="Python").locator("code").inner_text()
    program = tmp_path / "program.py"
    program.write_text(code + "\nprint(repr(history.history['loss'][-1]))\n")
    ran = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=300, cwd=tmp_path, env=os.environ)
    assert ran.returncode == 0, ran.stderr
    last = run.epochs()[-1]
    assert len(run.figures()["loss"]) > 60
    assert float(ran.stdout.split()[-1]) == pytest.approx(last["figures"]["loss"], rel=1e-6)


def test_the_rate_is_turned_while_it_trains_and_the_run_keeps_it(page: "Page", studio: "Studio") -> None:
    build(page)
    page.get_by_role("button", name="Begin paused").click()
    one, status = page.get_by_role("button", name="One step"), page.get_by_role("status")
    one.click()
    expect(status).to_contain_text("1 step.")
    steering = page.get_by_role("group", name="Steer the training")
    rate = steering.get_by_role("textbox", name="learning rate")
    expect(rate).to_have_value(re.compile(r"^0\.\d+$"))
    before = float(rate.input_value())
    say(steering, "learning rate", "nothing")
    expect(steering).to_contain_text("must be a number above 0")
    say(steering, "learning rate", "0,0625")
    expect(steering).to_contain_text("from the next step on")
    one.click()
    expect(status).to_contain_text("2 steps.")
    expect(steering).to_contain_text("from step 1 on")
    expect(rate).to_have_value("0.0625")
    visit(page, page.evaluate("location.hash").replace("build", "watch"))
    expect(rate).to_have_value("0.0625")
    expect(page.get_by_role("button", name=re.compile("learning rate set to 0.0625, from step 1$"))).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("stopped in the studio")).to_be_visible()
    name = re.search(r"run=([^&]+)", page.url)
    assert name is not None
    run = cr.open_run(studio.folder / name[1])
    rates = [float(run.at(step).state["optimizer/learning_rate"]) for step in (0, 1)]
    assert rates == pytest.approx([before, 0.0625])


def test_what_does_not_fit_is_said_at_its_layer(page: "Page") -> None:
    build(page)
    page.get_by_role("searchbox", name="Find a layer").fill("MaxPooling1D")
    page.get_by_role("button", name="MaxPooling1D", exact=True).click()
    wrong = page.get_by_role("listitem", name=re.compile("MaxPooling1D")).get_by_role("alert")
    expect(wrong).to_contain_text("MaxPooling1D")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Remove MaxPooling1D").click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()


def test_layers_are_moved_by_the_keyboard_and_a_link_holds_all(page: "Page") -> None:
    build(page)
    fill(page, "Layer 6: Dense", "units", "77")
    page.get_by_role("listitem", name="Layer 6: Dense").get_by_label("units").press("Alt+ArrowUp")
    expect(page.get_by_role("listitem", name="Layer 5: Dense").get_by_label("units")).to_have_value("77")
    in_address(page, '"units":77}},{"kind":"Dropout"')
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.get_by_role("listitem", name="Layer 5: Dense").get_by_label("units")).to_have_value("77")


def test_a_rate_follows_a_schedule_that_is_drawn_and_held_by_the_link(page: "Page") -> None:
    build(page)
    part = page.get_by_role("region", name="Loss and optimiser")
    code = page.get_by_role("region", name="Python").locator("code")
    say(part, "epochs, at most", "2")
    part.get_by_label("over the steps").select_option("CosineDecay")
    expect(part.get_by_role("img", name="The learning rate over 82 updates, from 0.001 to")).to_be_visible()
    expect(code).to_contain_text("learning_rate=cr.optimizers.schedules.CosineDecay(initial_learning_rate=0.001, decay_steps=82)")
    say(part, "alpha", "0.5")
    expect(part.get_by_role("img", name=re.compile("from 0.001 to 5.00"))).to_be_visible()
    in_address(page, '"alpha":0.5')
    page.reload()
    expect(part.get_by_label("alpha")).to_have_value("0.5")
    part.get_by_label("learning rate").first.select_option("WarmUp")
    expect(part.get_by_role("img", name=re.compile("from 0 to 0.001"))).to_be_visible()
    part.get_by_label("over the steps").select_option("ExponentialDecay")  # the warm-up leads to another schedule
    expect(code).to_contain_text("schedule=cr.optimizers.schedules.ExponentialDecay(initial_learning_rate=0.001")


def test_weights_are_kept_small_by_a_penalty(page: "Page") -> None:
    build(page)
    layer = page.get_by_role("listitem", name="Layer 6: Dense")
    layer.get_by_text("more arguments").click()
    layer.get_by_label("kernel regularizer").select_option("L2")
    say(layer, "l2", "0.03")
    expect(page.get_by_role("region", name="Python").locator("code")).to_contain_text("kernel_regularizer=cr.regularizers.L2(l2=0.03)")
    layer.get_by_label("kernel regularizer").select_option("none")
    expect(page.get_by_role("region", name="Python").locator("code")).not_to_contain_text("kernel_regularizer")


def test_the_plane_is_learned_from_formulas_that_the_link_holds(page: "Page") -> None:
    build(page)
    page.get_by_role("combobox", name="Data set").select_option("circle")
    given = page.get_by_role("group", name="What the network is given of them, scaled")
    given.get_by_role("button", name="x1²").click()
    given.get_by_role("button", name="x2²").click()
    page.get_by_role("slider", name="noise, in standard deviations").fill("0.1")
    for name in ("x1", "x2"):
        given.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("region", name="Python").locator("code")).to_contain_text('features=["x1^2", "x2^2"], noise=0.1)')
    in_address(page, '"features":["x1^2","x2^2"],"noise":0.1')
    page.reload()
    expect(given.get_by_role("button", pressed=True)).to_have_text(["x1²", "x2²"])
    while page.get_by_role("button", name=re.compile("^Remove ")).count() > 1:  # what is left is one weighted sum
        page.get_by_role("button", name=re.compile("^Remove ")).first.click()
    say(page.get_by_role("region", name="Loss and optimiser"), "epochs, at most", "30")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("It has learned")
    expect(page.get_by_role("img", name="x2²")).to_be_visible()
    drawn(page.get_by_role("img", name="x2²"), more_than=10)
    field = page.get_by_role("img", name="What the network answers over the plane of x1 and x2")
    drawn(field, more_than=10)
    page.get_by_label("only which class is likelier").check()
    becomes(page, lambda: colours(field), 2)


def test_descents_are_compared_side_by_side(page: "Page", studio: "Studio") -> None:
    build(page)
    page.get_by_role("combobox", name="Data set").select_option("gauss")
    expect(page.get_by_role("region", name="Python").locator("code")).to_contain_text('"gauss"')
    say(page.get_by_role("region", name="Loss and optimiser"), "epochs, at most", "3")
    part = page.get_by_role("region", name="Descents side by side")
    part.get_by_role("button", name="Add another").click()
    part.get_by_role("group", name="Rival 2").get_by_label("optimiser").select_option("RMSprop")
    say(part.get_by_role("group", name="Rival 2"), "learning rate", "0.02")
    in_address(page, '{"kind":"RMSprop","arguments":{"learning_rate":0.02}}')
    page.reload()
    expect(part.get_by_role("group", name="Rival 2").get_by_label("learning rate")).to_have_value("0.02")
    part.get_by_role("button", name="Train side by side").click()
    rows = part.get_by_role("table", name="Descents").locator("tbody tr")
    expect(rows).to_have_count(3)
    for row in rows.all():
        expect(row.locator("td").nth(1)).to_have_text("3")
    expect(rows.locator("th")).to_have_text([re.compile("^Adam"), re.compile("^SGD"), re.compile("^RMSprop")])
    runs = [trained(page, studio.folder / row.locator("td").first.inner_text()) for row in rows.all()]
    last = [run.epochs()[-1]["figures"]["val_loss"] for run in runs]
    becomes(page, lambda: [number(row.locator("td").nth(3).inner_text()) for row in rows.all()], pytest.approx(last, rel=1e-3))
    assert len({run.at(0).state["dense/kernel"].tobytes() for run in runs}) == 1  # the same first weights
    assert len({run.epochs()[-1]["figures"]["loss"] for run in runs}) == 3
    drawn(part.get_by_role("img", name="The validation loss of each descent").locator("canvas"), more_than=10)


def test_a_file_of_ones_own_is_dropped_described_and_trained_on(page: "Page", tmp_path: "Path") -> None:
    table = tmp_path / "trees.csv"
    table.write_text(
        "height,bark,kind\n"
        + "".join(f"{1 + i % 7 + 5 * (i % 2)},{'rough' if i % 2 else 'smooth'},{'oak' if i % 2 else 'birch'}\n" for i in range(120))
    )
    build(page)
    page.get_by_label("Or drop a file of your own").set_input_files(table)
    expect(page.get_by_text("birch").first).to_be_visible()
    expect(page.get_by_role("combobox", name="to predict")).to_have_value("kind")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("It has learned")


def test_a_file_that_cannot_be_read_says_why(page: "Page", tmp_path: "Path") -> None:
    ragged = tmp_path / "ragged.csv"
    ragged.write_text("a,b\n1,2\n3,4,5\n" + "1,2\n" * 30)
    build(page)
    page.get_by_label("Or drop a file of your own").set_input_files(ragged)
    expect(page.locator(".trouble").first).to_contain_text("line 3")


def test_the_data_view_shows_what_was_done_and_what_augmentation_does(page: "Page") -> None:
    visit(page, "#/data?reported=build")
    expect(page.get_by_role("region", name="What was done")).to_contain_text("split")
    expect(page.get_by_role("table", name="class by part").get_by_role("row")).to_have_count(10)
    sheet = page.get_by_role("region", name="Contact sheet of augmentation")
    expect(sheet.locator("canvas")).to_have_count(27)
    sheet.get_by_label("what is done").select_option("RandomTranslation")
    expect(sheet.get_by_label("height factor")).to_have_value("0.2")
    expect(sheet.locator("canvas")).to_have_count(27)
