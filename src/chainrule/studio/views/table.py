"""Which view answers which request, and how: at once, or in the queue of its run."""

from collections.abc import Callable
from typing import Any, NamedTuple

from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.requests import Ask
from chainrule.studio.views import runs


class View(NamedTuple):
    """How a request is answered.

    Args:
        answer: the function that answers; what it does may take its time.
        queued: whether it waits for its turn in the queue of its run, as what computes does.
        newest: whether a newer request of the same kind by the same page takes its place while it waits.
    """

    answer: Callable[[Desk, Any, Blocks], Told]
    queued: bool = False
    newest: bool = False


VIEWS: dict[type[Ask], View] = {
    requests.OpenRun: View(runs.open_run),
    requests.ReadFigures: View(runs.read_figures),
    requests.ReadProbes: View(runs.read_probes),
}
