"""Whatever the doctor says in these tests is said in whole sentences."""

import re
from typing import Any

import pytest

from chainrule.doctor import Finding

PAIRS = {")": "(", "]": "[", "}": "{"}
real = Finding.__post_init__


def faults(finding: Finding) -> list[str]:
    """Return what is wrong with the text of a finding."""
    found: list[str] = []
    for part in ("seen", "cause"):
        text = getattr(finding, part)
        if not text or not text.rstrip().endswith((".", "!", "?", ")")):
            found.append(f"{part} does not end: {text!r}")
        if re.search(r"  |\.\.(?!\.)|\s[.,;:]|\(\)|: \.|None", text) and finding.symptom != "refused":
            found.append(f"{part} has an empty or broken place: {text!r}")
    for part in ("seen", "cause", "remedy"):
        if not _balanced(getattr(finding, part)):
            found.append(f"{part} has a bracket or quote without its partner: {getattr(finding, part)!r}")
    if not finding.remedy.strip():
        found.append("there is no remedy")
    return found


def _balanced(text: str) -> bool:
    opened: list[str] = []
    for sign in text:
        if sign in PAIRS.values():
            opened.append(sign)
        elif sign in PAIRS and (not opened or opened.pop() != PAIRS[sign]):
            return False
    return not opened and text.count('"') % 2 == 0


@pytest.fixture(autouse=True)
def _whole_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    def checked(finding: Finding, *more: Any) -> None:
        real(finding, *more)
        assert not faults(finding), faults(finding)

    monkeypatch.setattr(Finding, "__post_init__", checked)
