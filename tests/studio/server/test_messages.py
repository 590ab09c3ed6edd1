"""The messages are checked on both sides from one schema, and every request has its response."""

import json
import subprocess
import sys

import msgspec
import numpy as np
import pytest

from chainrule.studio.frames import encode
from chainrule.studio.protocol import Response, requests, tag_of
from chainrule.studio.questions.figures import Curve, Figures
from chainrule.studio.schema import schema


def test_every_request_has_a_response_and_its_words() -> None:
    definitions = schema()["$defs"]
    assert set(definitions["Responses"]["properties"]) == {tag_of(request) for request in requests()}
    for request in requests():
        assert definitions[request.__name__]["properties"]["type"]["enum"] == [tag_of(request)]
        assert definitions[request.__name__]["description"]


def test_no_two_messages_have_one_name() -> None:
    names = [name for name in schema()["$defs"] if not name.isidentifier() or name.startswith("chainrule")]
    assert not names  # of two classes of one name, msgspec writes the modules too


def test_the_schema_is_printed_for_the_build_of_the_page() -> None:
    done = subprocess.run([sys.executable, "-m", "chainrule.studio.schema"], capture_output=True, text=True, check=True)
    printed, here = json.loads(done.stdout)["$defs"], schema()["$defs"]  # where other tests may have defined questions of their own
    assert printed.pop("Responses")["properties"].items() <= here["Responses"]["properties"].items()
    assert all(here[name] == definition for name, definition in printed.items() if name != "Request")


@pytest.mark.parametrize("size", [0, 1, 3, 5])
def test_a_frame_holds_header_and_aligned_arrays(size: int) -> None:
    small, large = np.arange(size, dtype="u1"), np.arange(6.0).reshape(2, 3)
    frame = encode(Response(7, Figures("a", 0, 5, 1, [Curve("loss", small, large, large, large + 1)])))
    assert isinstance(frame, bytes)
    length = int.from_bytes(frame[:4], "little")
    header = msgspec.json.decode(frame[4 : 4 + length])
    assert (header["type"], header["id"], (length + 4) % 8) == ("response", 7, 0)
    curve = header["body"]["curves"][0]
    assert curve["mean"] == curve["low"] != curve["high"]  # one array is sent once
    for name, array, dtype in (("steps", small, "u1"), ("low", large, "<f4"), ("high", large + 1, "<f4")):
        block = curve[name]
        found = np.frombuffer(frame, dtype, array.size, 4 + length + block["offset"]).reshape(block["shape"])
        np.testing.assert_array_equal(found, array)


def test_what_is_not_finite_goes_without_bounds_and_as_null() -> None:
    frame = encode({"values": np.array([np.nan, np.inf]), "loss": float("nan"), "one": np.float32(0.5)})
    assert isinstance(frame, bytes)
    header = msgspec.json.decode(frame[4 : 4 + int.from_bytes(frame[:4], "little")])
    assert (header["values"]["low"], header["values"]["high"], header["loss"], header["one"]) == (None, None, None, 0.5)


def test_what_is_no_message_cannot_be_sent() -> None:
    with pytest.raises(TypeError, match="cannot hold object"):
        encode({"value": object()})
