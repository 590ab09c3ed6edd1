"""The messages are checked on both sides from one schema, and every request has its view."""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest

from chainrule.studio.messages import Answer, Blocks, Request, encode
from chainrule.studio.messages.answers.runs import Curve, Figures
from chainrule.studio.messages.requests import Follow, Unfollow, WatchRuns
from chainrule.studio.schema import schema
from chainrule.studio.views.table import VIEWS

ROOT = Path(__file__).parents[3]


def test_every_request_has_a_view_or_is_live() -> None:
    assert set(get_args(Request)) == {*VIEWS, Follow, Unfollow, WatchRuns}


def test_the_schema_has_every_message_with_its_tag_and_its_words() -> None:
    definitions = schema()["$defs"]
    tags = [definitions[message.__name__]["properties"]["type"]["enum"][0] for message in (*get_args(Request), *get_args(Answer))]
    assert len(tags) == len(set(tags))
    for message in (*get_args(Request), *get_args(Answer)):
        assert definitions[message.__name__]["description"]


def test_the_schema_is_printed_for_the_build_of_the_page() -> None:
    done = subprocess.run([sys.executable, "-m", "chainrule.studio.schema"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == schema()


def test_the_schema_that_the_page_is_built_from_is_this_one() -> None:
    kept = ROOT / "studio" / "messages.schema.json"
    assert json.loads(kept.read_text()) == schema()


@pytest.mark.parametrize("size", [0, 1, 3, 5])
def test_a_frame_holds_header_and_aligned_arrays(size: int) -> None:
    blocks = Blocks()
    small, large = np.arange(size, dtype="u1"), np.arange(6.0).reshape(2, 3)
    curve = Curve("loss", blocks.add(small, "uint8"), *(blocks.add(large) for _ in range(3)))
    frame = encode(Figures(7, "a", 0, 5, 1, [curve]), blocks)
    assert isinstance(frame, bytes)
    length = int.from_bytes(frame[:4], "little")
    header = msgspec.json.decode(frame[4 : 4 + length])
    assert (header["type"], header["id"], (length + 4) % 8) == ("figures", 7, 0)
    for name, array, dtype in (("steps", small, "u1"), ("high", large, "<f4")):
        block = header["curves"][0][name]
        found = np.frombuffer(frame, dtype, array.size, 4 + length + block["offset"]).reshape(block["shape"])
        np.testing.assert_array_equal(found, array)


def test_what_is_not_finite_goes_without_bounds() -> None:
    block = Blocks().add(np.array([np.nan, np.inf]))
    assert (block.low, block.high) == (None, None)
