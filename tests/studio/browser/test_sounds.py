"""Sounds that a person records or drops on the page, and what a network that has learned spoken digits says of them."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import small_data
import soundfile
from browsing import becomes, drawn, drop, opened, settled, visit, wait_until
from scipy import signal

from chainrule.data.read.recordings import read_sound
from chainrule.tasks.learning import open_trained_run, problem_of_run
from chainrule.tasks.problem import ProblemSpec

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Browser, Page

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

DIGITS, SPEAKERS, TAKES = "0123", ("george", "jackson"), range(14)  # learned from; later takes are held out
HELD_OUT, DIGIT = "1_jackson_20.wav", "1"
RATE = 8000
MICROPHONE = "--use-fake-device-for-media-stream"


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of spoken digits: the real ones, else ones made here."""
    data = os.environ.get("CHAINRULE_DATA")
    return Path(data, "fsdd", "recordings") if data else small_data.write_spoken_digits(tmp_path_factory.mktemp("recordings"))


@pytest.fixture(scope="module")
def spoken(recordings: Path, learned: Callable[..., str]) -> Iterator[str]:
    """A run that has learned four spoken digits of two speakers."""
    with tempfile.TemporaryDirectory() as folder:
        for digit in DIGITS:
            for speaker in SPEAKERS:
                for take in TAKES:
                    shutil.copy(recordings / f"{digit}_{speaker}_{take}.wav", folder)
        yield learned("spoken", ProblemSpec(folder, pattern="{class}_{speaker}_{index}"), 15)


@pytest.fixture(scope="module")
def held_out(recordings: Path) -> Path:
    return recordings / HELD_OUT


@pytest.fixture
def microphone(held_out: Path, tmp_path: Path) -> str:
    """The argument by which a browser hears a held-out recording, with silence before and after, as its microphone."""
    samples, rate = soundfile.read(held_out, dtype="float32")
    heard = np.concatenate([np.zeros(rate // 2, "f4"), samples, np.zeros(10 * rate, "f4")])
    soundfile.write(tmp_path / "heard.wav", heard, rate, subtype="PCM_16")
    return f"--use-file-for-fake-audio-capture={tmp_path / 'heard.wav'}%noloop"


def speak(page: "Page") -> None:
    page.get_by_role("button", name="Record a sound").click()
    expect(page.get_by_role("meter", name="Loudness")).to_contain_text(re.compile(r"^([2-9]|1\d)\."))  # seconds: the digit was spoken
    page.get_by_role("button", name="Stop").click()


def said_of(page: "Page", file: str) -> str:
    """Return the answer about a file, once it is there."""
    answer = page.get_by_role("region", name="The answer")
    expect(answer).to_contain_text(f"what the network was given: {file}")
    settled(page)
    drawn(answer.get_by_role("img", name="What the network was given").locator("visible=true"), more_than=50)
    said: str = answer.locator(".answer").evaluate("element => element.firstChild.textContent")
    drawn(answer.get_by_role("img", name=f"What speaks for {said}"), more_than=50)
    return said


def test_a_recorded_digit_is_answered_with_reasons_and_heard_again(
    chromium: "Callable[..., Browser]", kinds: "Studio", spoken: str, microphone: str
) -> None:
    browser = chromium(MICROPHONE, "--use-fake-ui-for-media-stream", microphone)
    with opened(browser, kinds.url) as page:
        visit(page, f"#/question?run={spoken}&question=answer")
        speak(page)
        assert said_of(page, "recording") == DIGIT
        page.get_by_label("Your sound").wait_for()
        wait_until(page, lambda: seconds(page) > 2)
    browser.close()
    recording = next((kinds.folder / "uploads").glob("recording*.wav"))
    spoken_samples = read_sound(microphone.partition("=")[2].removesuffix("%noloop"))
    heard = read_sound(recording, RATE)
    shifted = signal.correlate(heard, spoken_samples) / np.linalg.norm(heard) / np.linalg.norm(spoken_samples)
    assert shifted.max() > 0.95  # nothing has been added to the sound, or taken from it


def seconds(page: "Page", label: str = "Your sound") -> float:
    """Return how long a sound is that can be heard."""
    return page.get_by_label(label).evaluate("sound => sound.duration || 0")


def test_a_microphone_that_is_refused_or_missing_is_said(chromium: "Callable[..., Browser]", kinds: "Studio", spoken: str) -> None:
    for arguments, said in (([], "no microphone"), ([MICROPHONE, "--deny-permission-prompts"], "does not let the page hear")):
        browser = chromium(*arguments)
        with opened(browser, kinds.url) as page:
            visit(page, f"#/question?run={spoken}&question=answer")
            page.get_by_role("button", name="Record a sound").click()
            expect(page.get_by_text(said)).to_be_visible()
            expect(page.get_by_role("button", name="Record a sound")).to_be_enabled()
        browser.close()


def test_a_dropped_recording_is_answered(asking: "Page", spoken: str, held_out: Path) -> None:
    visit(asking, f"#/question?run={spoken}&question=answer")
    drop(asking.get_by_text("Drop a recording here"), held_out, "audio/wav")
    assert said_of(asking, held_out.name) == DIGIT
    becomes(asking, lambda: seconds(asking), pytest.approx(soundfile.info(held_out).duration, abs=0.01))


def test_an_example_of_the_test_part_is_heard_and_answered(asking: "Page", kinds: "Studio", spoken: str) -> None:
    visit(asking, f"#/question?run={spoken}&question=answer")
    expect(asking.get_by_text("From the test part")).to_be_visible()
    asking.locator(".chooser .example").nth(3).click()
    label = asking.locator(".chooser .example").nth(3).locator(".said").inner_text()
    assert said_of(asking, "test[3]") == label.split("→")[-1].strip()
    problem = problem_of_run(open_trained_run(kinds.folder / spoken).recording)
    learned = problem.learned.features[0].name
    file = problem.collection.take(problem.test.rows[3:4]).frame[learned][0]
    becomes(asking, lambda: seconds(asking, "The sound of test[3]"), pytest.approx(soundfile.info(file).duration, abs=0.01))
