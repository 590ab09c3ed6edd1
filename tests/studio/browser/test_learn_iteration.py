"""What a person does on the last stage of Learn: steps from batch to batch, and trains networks side by side."""

import re
from typing import TYPE_CHECKING

import pytest
from browsing import becomes, drawn, number, trained, visit

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_batches_and_epochs_go_by(page: "Page") -> None:
    visit(page, "#/learn?stage=iteration&step=39")
    now = page.locator(".now-at")
    expect(now).to_have_text("step 39: batch 40 of 41, in epoch 1")
    expect(page.get_by_role("group", name="The batch of step 39").locator("canvas")).to_have_count(32)
    page.get_by_role("button", name="next batch").click()
    expect(now).to_have_text("step 40: batch 41 of 41, in epoch 1")
    expect(page.get_by_role("group", name="The batch of step 40").locator("canvas")).to_have_count(1293 - 40 * 32)
    page.get_by_role("button", name="next batch").click()
    expect(now).to_have_text("step 41: batch 1 of 41, in epoch 2")
    page.get_by_role("button", name="an epoch on").click()
    expect(now).to_have_text("step 82: batch 1 of 41, in epoch 3")
    expect(page).to_have_url(re.compile(r"stage=iteration"))
    expect(page).to_have_url(re.compile(r"step=82\b"))
    page.reload()
    expect(now).to_have_text("step 82: batch 1 of 41, in epoch 3")


def test_three_learning_rates_side_by_side_from_the_same_weights(page: "Page", studio: "Studio") -> None:
    visit(page, "#/learn?stage=iteration")
    rates = page.locator("section.passage", has=page.get_by_role("heading", name="How large a step?"))
    rates.get_by_role("button", name="Train three networks").click()
    runs = [trained(page, studio.folder / name) for name in ("learn-too-low", "learn-right", "learn-too-high")]
    verdicts = rates.locator(".verdicts li")
    expect(verdicts).to_have_count(3)
    accuracies = [run.epochs()[-1]["figures"]["val_accuracy"] for run in runs]
    for verdict, accuracy in zip(verdicts.all(), accuracies, strict=True):
        expect(verdict).to_contain_text(f"after 4 epochs, {accuracy * 100:.1f} %")
    assert accuracies[1] > 0.8 and accuracies[1] > max(accuracies[0], accuracies[2]) + 0.1
    losses = [run.at(0).loss for run in runs]
    assert losses == [losses[0]] * 3
    drawn(rates.get_by_role("img", name="The loss with three learning rates").locator("canvas"), more_than=10)


def test_overfitting_sets_in_and_the_best_epoch_is_marked(page: "Page", studio: "Studio") -> None:
    visit(page, "#/learn?stage=iteration")
    stop = page.locator("section.passage", has=page.get_by_role("heading", name="When to stop?"))
    if not (studio.folder / "learn-by-heart").exists():  # another test may have had it trained
        stop.get_by_role("button", name="Train with 60 examples").click()
    figures = [epoch["figures"] for epoch in trained(page, studio.folder / "learn-by-heart").epochs()]
    assert len(figures) == 240
    least = min(one["val_loss"] for one in figures)
    told = stop.locator(".equation")
    becomes(page, lambda: number(told.inner_text().split("least, ")[1].split(", after step")[0]), pytest.approx(least, rel=1e-3))
    assert figures[-1]["val_loss"] > least and figures[-1]["loss"] < 0.1 * figures[-1]["val_loss"]
