"""What the server tells a page."""

from typing import TypeAlias

from chainrule.studio.messages.answers.build import Argument, Checked, ClassCount, DataDescribed, DataSet, DataSets, Kind, Kinds, Problem
from chainrule.studio.messages.answers.data import DataReport, Distribution, Leak, Prepared, Preparing, Upload, Uploads
from chainrule.studio.messages.answers.general import Done, Failed, Superseded, Told, Welcome, Working
from chainrule.studio.messages.answers.question import Answered, Embedded, Influenced, Influencing, Judged, Landscape, Reason
from chainrule.studio.messages.answers.rewind import (
    BackwardStep,
    Factor,
    Look,
    Losing,
    Moment,
    Nudged,
    Passage,
    Path,
    Term,
    Travelled,
    Unit,
    Walked,
    Why,
)
from chainrule.studio.messages.answers.runs import (
    Column,
    Curve,
    Diagnosed,
    Epoch,
    Event,
    Figures,
    Finding,
    Grown,
    Layer,
    Parent,
    Probes,
    Reading,
    RunLine,
    RunOpened,
    Runs,
    Sight,
    Started,
    Task,
    Weight,
)
from chainrule.studio.messages.answers.shown import Example, Examples, Picture, Statistics, Tensor, Tensors

Answer: TypeAlias = (
    Welcome
    | Failed
    | Superseded
    | Working
    | Done
    | Runs
    | RunOpened
    | Figures
    | Probes
    | Grown
    | Diagnosed
    | Examples
    | Tensors
    | Moment
    | Travelled
    | Unit
    | Why
    | Walked
    | Nudged
    | Started
    | Judged
    | Answered
    | Influenced
    | Landscape
    | Embedded
    | DataSets
    | DataDescribed
    | Kinds
    | Checked
    | Uploads
    | DataReport
    | Prepared
)

__all__ = ["Answer"]
