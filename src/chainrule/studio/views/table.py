"""Which view answers which request, and how: at once, or in the queue of its run."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.requests import Ask
from chainrule.studio.views import attention, build, compare, data, moments, plane, questions, runs, sounds, told_apart, travel, verbs


class View(NamedTuple):
    """How a request is answered.

    Args:
        answer: the function that answers; what it does may take its time.
        queued: whether it waits for its turn in the queue of its run, as what computes does.
        about: what a request is about, where one that waits gives way to a newer one of the same kind, by the same page, about
            something else; None where none gives way.
        runs: the runs in whose queues it waits; "" is that of what belongs to none.
    """

    answer: Callable[[Desk, Any, Blocks], Told]
    queued: bool = False
    about: Callable[[Any], object] | None = None
    runs: Callable[[Any], list[str]] = lambda ask: [getattr(ask, "run", "")]


VIEWS: dict[type[Ask], View] = {
    requests.OpenRun: View(runs.open_run),
    requests.ReadFigures: View(runs.read_figures),
    requests.ReadProbes: View(runs.read_probes),
    requests.Seek: View(moments.seek, queued=True, about=lambda ask: ask.id),
    requests.ReadTensors: View(moments.read_tensors, queued=True, about=lambda ask: ask.step),
    requests.CompareMoments: View(compare.compare_moments, queued=True, about=lambda ask: ask.id, runs=lambda ask: [ask.run, ask.other]),
    requests.ReadAttention: View(attention.read_attention, queued=True, about=lambda ask: ask.step),
    requests.ReadBatch: View(moments.read_batch, queued=True),
    requests.AskWhy: View(moments.ask_why, queued=True),
    requests.AskWalk: View(moments.ask_walk, queued=True),
    requests.AskNudge: View(moments.ask_nudge, queued=True),
    requests.Travel: View(travel.travel, queued=True),
    requests.ReadUnit: View(travel.read_unit, queued=True),
    requests.Fork: View(moments.fork, queued=True),
    requests.Diagnose: View(questions.diagnose, queued=True),
    requests.ReadJudgement: View(questions.read_judgement, queued=True),
    requests.ReadToldApart: View(told_apart.read_told_apart, queued=True),
    requests.ReadCell: View(questions.read_cell, queued=True),
    requests.ReadSuspects: View(questions.read_suspects, queued=True),
    requests.ReadExamples: View(questions.read_examples, queued=True),
    requests.Hear: View(sounds.hear, queued=True),
    requests.AskAnswer: View(questions.ask_answer, queued=True, about=lambda ask: (msgspec.json.encode(ask.given), ask.step)),
    requests.AskInfluence: View(questions.ask_influence, queued=True),
    requests.AskNearest: View(questions.ask_nearest, queued=True),
    requests.ReadLandscape: View(questions.read_landscape, queued=True),
    requests.ReadEmbedding: View(questions.read_embedding, queued=True),
    requests.ReadPlane: View(plane.read_plane, queued=True, about=lambda ask: ask.id),
    requests.ListData: View(build.list_data),
    requests.ListKinds: View(build.list_kinds),
    requests.DescribeData: View(build.describe_data, queued=True),
    requests.CheckSituation: View(build.check_situation, queued=True, about=lambda ask: ask.id),
    requests.Train: View(build.train, queued=True),
    requests.Steer: View(build.steer),
    requests.ListUploads: View(data.list_uploads),
    requests.ReadReport: View(data.read_report, queued=True),
    requests.ShowPreparation: View(data.show_preparation, queued=True),
    requests.ShowVerbs: View(verbs.show_verbs, queued=True),
}
