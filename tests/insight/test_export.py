"""Readings leave the house whole: as tables, as event files for TensorBoard, and as pictures."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from small_runs import BATCH, examples, new_model
from tensorboardX.proto.event_pb2 import Event

import chainrule as cr
from chainrule.errors import ArgumentError, DataError
from chainrule.insight.export import probe_table, write_probe_table
from chainrule.insight.pictures.probes import draw_histograms, draw_probes
from chainrule.insight.tensorboard import write_tensorboard


def _run(path: Path, probes: list[cr.Probe] | None) -> cr.Run:
    x, y = examples()
    recorder = cr.callbacks.Recorder(path)
    new_model().fit(x, y, BATCH, 3, verbose=0, validation_data=(x[:20], y[:20]), probes=probes, callbacks=[recorder])
    return cr.open_run(path)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    return _run(tmp_path_factory.mktemp("runs") / "run", [cr.Probe("dense/output", ["histogram", "quantiles"], every=5)])


def test_the_table_has_a_row_for_each_number(run: cr.Run) -> None:
    table = probe_table(run)
    assert hasattr(table, "__arrow_c_stream__")
    for name, series in run.probes().items():
        part = table.filter(pl.col("name") == name)
        np.testing.assert_array_equal(part["value"].to_numpy(), series.values.reshape(-1).astype(np.float64))
        assert part["step"].unique().sort().to_list() == series.steps.tolist()
    assert table.filter(pl.col("name") == "quantiles of dense/output")["index"].max() == 6


@pytest.mark.parametrize(("ending", "read"), [(".parquet", pl.read_parquet), (".arrow", pl.read_ipc), (".csv", pl.read_csv)])
def test_files_hold_the_table(run: cr.Run, tmp_path: Path, ending: str, read) -> None:
    path = tmp_path / f"readings{ending}"
    write_probe_table(run, path, "norm of *")
    assert read(path).height == probe_table(run, "norm of *").height
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_what_cannot_be_written_is_said(run: cr.Run, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="must end in .arrow, .csv, .parquet"):
        write_probe_table(run, tmp_path / "readings.xls")
    with pytest.raises(DataError, match="could not be written"):
        write_probe_table(run, tmp_path / "missing" / "readings.csv")
    with pytest.raises(DataError, match="has no readings"):
        probe_table(_run(tmp_path / "blind", []))


def _events(folder: Path) -> Iterator[Event]:
    """Yield the events of a folder's file: each stands between its length and checksums."""
    (path,) = folder.glob("events.*")
    content, place = path.read_bytes(), 0
    while place < len(content):
        (length,) = struct.unpack_from("<Q", content, place)
        yield Event.FromString(content[place + 12 : place + 12 + length])
        place += 12 + length + 4


def test_tensorboard_gets_figures_readings_and_histograms(run: cr.Run, tmp_path: Path) -> None:
    points = write_tensorboard(run, tmp_path)
    values = [(value, event.step) for event in _events(tmp_path) for value in event.summary.value]
    assert len(values) == points
    scalars = {(value.tag, step): value.simple_value for value, step in values if not value.HasField("histo")}
    figures = run.figures()
    for step, loss in zip(figures["step"], figures["loss"], strict=True):
        np.testing.assert_allclose(scalars["step/loss", int(step)], loss, rtol=1e-6)
    assert scalars["epoch/val_loss", run.epochs()[-1]["step"]] == pytest.approx(run.epochs()[-1]["figures"]["val_loss"])
    norm = run.probes("norm of dense/kernel")["norm of dense/kernel"]
    assert scalars["norm/dense/kernel", int(norm.steps[3])] == pytest.approx(norm.values[3])
    histograms = {step: value.histo for value, step in values if value.HasField("histo")}
    reading = run.probes("histogram of dense/output")["histogram of dense/output"]
    assert sorted(histograms) == reading.steps.tolist()
    np.testing.assert_allclose(histograms[5].bucket, reading.values[1, 2:], rtol=1e-6)
    assert (histograms[5].min, histograms[5].max) == tuple(reading.values[1, :2])


def test_pictures_show_what_was_read(run: cr.Run) -> None:
    figure = draw_probes(run)
    loss, _, _, gradients, ratios, _ = figure.axes
    np.testing.assert_allclose(loss.lines[0].get_ydata(), run.figures()["loss"])
    drawn = {line.get_label(): line.get_ydata() for line in gradients.lines}
    np.testing.assert_allclose(
        drawn["dense/kernel"], run.probes("norm of gradient of dense/kernel")["norm of gradient of dense/kernel"].values
    )
    assert any(set(line.get_ydata()) == {1e-3} for line in ratios.lines)
    image = draw_histograms(run, "dense/output").axes[0].collections[0]
    assert float(np.max(image.get_array())) > 0
