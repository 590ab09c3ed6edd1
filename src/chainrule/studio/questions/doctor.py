"""The doctor's findings on a run."""

from msgspec import Struct

from chainrule import doctor
from chainrule.doctor.finding import Finding
from chainrule.studio.fields import Name
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request


class Diagnosis(Struct, frozen=True):
    """What the doctor has found.

    Args:
        run: its name.
        findings: causes before their consequences.
    """

    run: str
    findings: list[Finding]


class Diagnose(Request, frozen=True):
    """Ask the doctor.

    Args:
        run: its name.
    """

    run: Name

    def respond(self, jobs: Jobs) -> Diagnosis:
        findings = doctor.diagnose(jobs.library.open(self.run).run)
        return Diagnosis(self.run, findings)
