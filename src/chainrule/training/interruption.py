"""Ctrl-C at the right moment: between two dispatches, where state, progress and record agree."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def uninterrupted() -> Generator[None]:
    """Hold Ctrl-C back until the end of the block; a second one comes through at once.

    A dispatch takes the state's memory, so an interruption within it would leave nothing to save.
    """
    in_charge = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    asked = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    if in_charge:
        signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        if in_charge:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    if asked:
        raise KeyboardInterrupt
