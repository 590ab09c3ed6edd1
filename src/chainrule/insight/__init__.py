"""Looking inside: any step of a kept run, computed again."""

from chainrule.insight import explanations
from chainrule.insight.moment import Moment
from chainrule.insight.run import Run, open_run

__all__ = ["Moment", "Run", "explanations", "open_run"]
