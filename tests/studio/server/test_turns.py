"""Turns in the queue of a run: one question after the other, also where nobody waits for an answer any more."""

import asyncio
import threading
from pathlib import Path

import anyio.to_thread
import pytest
from studio_page import Page, apart

from chainrule.insight import Moment
from chainrule.studio.jobs import Jobs


def test_a_question_that_is_being_worked_out_keeps_its_turn_when_its_page_goes(tmp_path: Path) -> None:
    begun, may_end, order = threading.Event(), threading.Event(), list[str]()

    def first() -> None:
        begun.set()
        may_end.wait(60)
        order.append("first")

    async def scene() -> None:
        jobs = Jobs(tmp_path)
        gone = asyncio.create_task(jobs.ask([""], first))
        await anyio.to_thread.run_sync(begun.wait)
        gone.cancel()
        second = asyncio.create_task(jobs.ask([""], lambda: order.append("second")))
        await asyncio.wait([second], timeout=0.2)
        may_end.set()
        await second
        with pytest.raises(asyncio.CancelledError):
            await gone

    apart(scene)
    assert order == ["first", "second"]


def test_a_question_that_nobody_wants_answered_any_more_is_not_worked_out(page: Page, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end, room = threading.Event(), threading.Event(), jobs.library.open("digits")
    worked = list[int]()
    take = room.moment

    def slow(step: int) -> Moment:
        worked.append(step)
        begun.set()
        may_end.wait(60)
        return take(step)

    monkeypatch.setattr(room, "moment", slow)
    first = page.send("read_batch", run="digits", step=1, limit=1)
    begun.wait(60)
    waiting = page.send("read_batch", run="digits", step=2, limit=1)
    assert page.ask("unfollow", of=waiting)["type"] == "response"
    may_end.set()
    assert page.receive()["id"] == first
    assert page.ask("read_batch", run="digits", step=3, limit=1)["type"] == "response"
    assert worked == [1, 3]
