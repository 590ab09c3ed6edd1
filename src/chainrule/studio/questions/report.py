"""The report of a preparation."""

from typing import Any

import msgspec
from msgspec import Struct

from chainrule.data.preparation.report import Report
from chainrule.errors import ArgumentError, DataError
from chainrule.studio.fields import Name
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request
from chainrule.studio.settings import DataChoice


class DataReport(Struct, frozen=True):
    """The preparation's report.

    Args:
        run: whose own report it is, as it was kept with it; None where it was made now.
        data: which were read for it; None of a run's.
        report: it.
    """

    run: str | None
    data: DataChoice | None
    report: Report


class ReadReport(Request, frozen=True):
    """Report on the preparation of data: what each verb did, distributions, leaks.

    Args:
        run: whose own report is wanted, as it was kept with it; "" for none.
        data: which are reported on where no run is named, or it keeps no report, as one that was trained from arrays; None for none.
    """

    run: Name = ""
    data: DataChoice | None = None

    def respond(self, jobs: Jobs) -> DataReport:
        kept = _kept(jobs, self.run) if self.run else None
        if kept is not None:
            return DataReport(self.run, None, _report_of(kept))
        if self.data is None:
            raise ArgumentError(f"The run {self.run!r} keeps no report: it was trained from arrays, which nothing prepared.")
        return DataReport(None, self.data, jobs.problem(self.data).preparation.report())


def _kept(jobs: Jobs, run: str) -> dict[str, Any] | None:
    """Return the report that a run keeps of its data."""
    with jobs.library.reading(run) as recording:
        return recording.notes.get("report")


def _report_of(report: dict[str, Any]) -> Report:
    try:
        return msgspec.convert(report, Report)
    except msgspec.ValidationError as error:
        raise DataError(f"The report that is kept is of another version of Chainrule: {error}.") from error
