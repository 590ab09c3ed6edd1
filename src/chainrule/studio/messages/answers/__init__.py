"""What the server tells a page."""

from typing import TypeAlias

from chainrule.studio.messages.answers.attention import Attended
from chainrule.studio.messages.answers.build import Checked, DataDescribed, DataSets, Kinds
from chainrule.studio.messages.answers.compare import Compared
from chainrule.studio.messages.answers.data import DataReport, Prepared, Uploads, VerbsShown
from chainrule.studio.messages.answers.general import Done, Failed, Superseded, Welcome
from chainrule.studio.messages.answers.question import Answered, Embedded, Influenced, Judged, Landscape, Plane, ToldApart
from chainrule.studio.messages.answers.rewind import Moment, Nudged, Travelled, Unit, Walked, Why
from chainrule.studio.messages.answers.runs import Diagnosed, Figures, Grown, Probes, RunOpened, Runs, Started
from chainrule.studio.messages.answers.shown import Examples, Heard, Tensors

Answer: TypeAlias = (
    Welcome
    | Failed
    | Superseded
    | Done
    | Runs
    | RunOpened
    | Figures
    | Probes
    | Grown
    | Diagnosed
    | Examples
    | Heard
    | Tensors
    | Attended
    | Compared
    | Moment
    | Travelled
    | Unit
    | Why
    | Walked
    | Nudged
    | Started
    | Judged
    | ToldApart
    | Answered
    | Influenced
    | Landscape
    | Embedded
    | Plane
    | DataSets
    | DataDescribed
    | Kinds
    | Checked
    | Uploads
    | DataReport
    | Prepared
    | VerbsShown
)

__all__ = ["Answer"]
