"""The doctor sits beside a run that is gone on with, wherever it was interrupted."""

from pathlib import Path

import pytest
from small_runs import STEPS, examples, new_model, same

import chainrule as cr
from chainrule.doctor import diagnose
from chainrule.events import StepsFinished
from chainrule.training import session


class Interruption(cr.callbacks.Callback):
    """Interrupts a run once it has made so many steps; when it is gone on with, it lets it be."""

    def __init__(self, step: int | None) -> None:
        self.step = step

    def on_event(self, event: object) -> None:
        if isinstance(event, StepsFinished) and self.session.progress.step == self.step:
            raise KeyboardInterrupt


@pytest.mark.parametrize("step", [STEPS - 1, STEPS, STEPS + 1], ids=["before an epoch's end", "at its end", "after it"])
def test_a_run_with_a_doctor_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    monkeypatch.setattr(session, "REPORT_SECONDS", 0.0)
    x, y = examples()
    with pytest.raises(KeyboardInterrupt):
        recorder = cr.callbacks.Recorder(tmp_path / "run", time_share=1e9)
        new_model().fit(x, y, 8, 3, verbose=0, callbacks=[cr.callbacks.Doctor(), recorder, Interruption(step)])
    cr.resume(tmp_path / "run", [Interruption(None)], verbose=0)
    new_model().fit(x, y, 8, 3, verbose=0, callbacks=[cr.callbacks.Recorder(tmp_path / "whole")])
    ends = [{name: v.value for name, v in cr.open_run(tmp_path / name).model().named_weights().items()} for name in ("run", "whole")]
    assert same(*ends)
    assert isinstance(diagnose(cr.open_run(tmp_path / "run")), list)
