"""What a person sees who looks away, or goes elsewhere, and comes back."""

from typing import TYPE_CHECKING

import pytest
from browsing import visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_what_was_looked_at_before_is_drawn_again(page: "Page") -> None:
    visit(page, "#/watch?run=small&step=30")
    network = page.get_by_role("region", name="The network from inside")
    drawn = network.get_by_role("img", name="conv2d/kernel, 3 × 3 × 1 × 8")
    expect(drawn).to_be_visible()
    network.get_by_role("radio", name="gradients").click()
    expect(network.get_by_role("img", name="gradient of conv2d/kernel")).to_be_visible()
    network.get_by_role("radio", name="values").click()
    expect(drawn).to_be_visible()


def test_a_room_that_was_open_before_is_drawn_again(page: "Page") -> None:
    visit(page, "#/watch?run=small&step=30")
    for layer in ("conv2d", "dense", "conv2d"):
        page.get_by_role("region", name=f"Layer {layer}", exact=True).get_by_role("button").click()
        expect(page.get_by_role("application", name=f"gradient of {layer}/kernel")).to_be_visible()
