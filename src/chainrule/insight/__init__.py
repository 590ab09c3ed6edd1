"""Looking inside: any step of a kept run, computed again."""

from chainrule.insight import explanations, landscape
from chainrule.insight.contact_sheet import contact_sheet
from chainrule.insight.doctor import diagnose
from chainrule.insight.export import probe_table
from chainrule.insight.moment import Moment
from chainrule.insight.run import Run, open_run

__all__ = ["Moment", "Run", "contact_sheet", "diagnose", "explanations", "landscape", "open_run", "probe_table"]
