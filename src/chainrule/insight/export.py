"""What probes have read as a table, for other tools."""

from pathlib import Path

import numpy as np
import polars as pl

from chainrule.errors import ArgumentError, DataError
from chainrule.record import Recording

_WRITERS = {".arrow": pl.DataFrame.write_ipc, ".csv": pl.DataFrame.write_csv, ".parquet": pl.DataFrame.write_parquet}


def probe_table(recording: Recording, pattern: str = "*") -> pl.DataFrame:
    """Return the readings of a run's probes as a table, with a row for each number.

    It offers the Arrow PyCapsule interface: pandas, PyArrow and DuckDB take it without a copy.

    Args:
        recording: the run.
        pattern: which series, with the wildcards of file names.

    Returns:
        The columns "name" of the series, "step", "index" in readings of several numbers, and "value".

    Example:
        >>> import os, tempfile, numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> path = os.path.join(tempfile.mkdtemp(), "run")
        >>> history = model.fit(np.ones((8, 2)), np.ones(8), 4, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
        >>> cr.insight.probe_table(cr.open_run(path), "norm of dense/kernel").columns
        ['name', 'step', 'index', 'value']
    """
    parts: list[pl.DataFrame] = []
    for name, series in recording.probes(pattern).items():
        values = series.table
        steps, index = np.repeat(series.steps, values.shape[1]), np.tile(np.arange(values.shape[1]), len(series.steps))
        part = pl.DataFrame({"step": steps, "index": index, "value": values.reshape(-1).astype(np.float64)})
        parts.append(part.select(pl.lit(name).alias("name"), "step", "index", "value"))
    if not parts:
        raise DataError(f"The run {recording.name} has no readings: it was trained with probes=[].")
    return pl.concat(parts)


def write_probe_table(recording: Recording, path: Path, pattern: str = "*") -> None:
    """Write the table to a file in the format of its ending: .arrow, .parquet or .csv; whole or not at all."""
    if path.suffix not in _WRITERS:
        raise ArgumentError(f"The table's file must end in {', '.join(_WRITERS)}. Got {path.name!r} instead.")
    beside = path.with_name(f".{path.name}.part")
    try:
        _WRITERS[path.suffix](probe_table(recording, pattern), beside)
        beside.rename(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DataError(f"{path} could not be written: {error}.") from error
