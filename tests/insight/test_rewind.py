"""Two hundred random steps of runs of an MLP, a CNN with batch normalisation and dropout, and an LSTM, each against a full recording."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from recorded_networks import EACH, EPOCHS, STEPS, fit, keep_whole
from small_runs import same

import chainrule as cr
from chainrule.errors import ArgumentError
from chainrule.insight.computation import Computation, inside_nodes
from chainrule.insight.replay import Replay


@pytest.mark.parametrize("kind", EACH)
def test_two_hundred_random_steps(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = keep_whole(kind, tmp_path / "full", monkeypatch)
    fit(kind, tmp_path / "run", time_share=0.3)  # cut into dispatches as time has it, with some snapshots
    run = cr.open_run(tmp_path / "run")
    apart = Replay(cr.open_run(tmp_path / "full"))
    graph, programs = apart.program.step, {}
    nodes = inside_nodes(graph)
    for step in np.random.default_rng(2).integers(0, EPOCHS * STEPS, 200).tolist():
        moment = run.at(step)
        assert same(moment.state, states[step]) and same(moment.next_state, states[step + 1])
        served = apart.served(step)
        found = Computation(graph, states[step], served.first, served.arrays, programs, nodes, step, {}).insides
        names = moment.names()
        for group, read in (("gradient", moment.gradient), ("update", moment.update)):
            wanted = {name: found[group][name] for name in names[group]}
            assert same(
                {name: read(name) for name in names[group]}, {n: a[moment.real] if n.endswith("output") else a for n, a in wanted.items()}
            )
        outputs = [name for name in names["value"] if name in found["value"]]
        assert same({n: moment[n] for n in outputs}, {n: found["value"][n][moment.real] for n in outputs})
        assert np.float32(moment.loss).tobytes() == found["batch"]["loss"].tobytes()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    path = tmp_path_factory.mktemp("runs") / "mlp"
    fit("mlp", path, epochs=4)
    return cr.open_run(path)


def test_moments_one_after_the_other(run: cr.Run) -> None:
    again = cr.open_run(run.path)
    moments = list(run.steps(5, 17))
    assert [moment.step for moment in moments] == list(range(5, 18))
    for before, after in pairwise(moments):
        assert same(before.next_state, after.state)
    assert same(moments[-1].state, again.at(17).state)
    assert [moment.step for moment in run.steps(4 * STEPS - 2)] == [4 * STEPS - 2, 4 * STEPS - 1]
    for first, last in ((-1, 3), (0, 4 * STEPS), (4 * STEPS, None)):
        with pytest.raises(ArgumentError, match=f"has made steps 0 to {4 * STEPS - 1}"):
            run.steps(first, last)


def test_moments_are_found(run: cr.Run) -> None:
    losses = run.figures()["loss"]
    wanted = float(np.sort(losses)[3])
    found = run.find(lambda moment: moment.loss <= wanted + 1e-6)
    assert found is not None and found.step == int(np.flatnonzero(losses <= wanted + 1e-6)[0])
    later = run.find(lambda moment: True, first=7)
    assert later is not None and later.step == 7
    assert run.find(lambda moment: moment.loss < -1, first=3, last=9) is None


def test_stepping_back_computes_few_steps(run: cr.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    replay = Replay(run)
    made: list[int] = []
    after = Replay.after
    monkeypatch.setattr(Replay, "after", lambda self, state, step, count=1: made.append(count) or after(self, state, step, count))
    for path in (run.path / "snapshots").iterdir():
        if int(path.stem) > 0:
            path.unlink()
    replay.before(35)
    assert sum(made) == 35
    made.clear()
    for step in range(34, 4, -1):
        replay.before(step)
    assert sum(made) < 4 * 30  # from the first snapshot each time they would be 585
