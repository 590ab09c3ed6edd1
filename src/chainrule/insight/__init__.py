"""Looking inside: any step of a saved run, computed again."""

from chainrule.insight import landscape
from chainrule.insight.export import probe_table
from chainrule.insight.influence import Influence, tracin
from chainrule.insight.run import Moment, Run, open_run
from chainrule.insight.variations import contact_sheet

__all__ = ["Influence", "Moment", "Run", "contact_sheet", "landscape", "open_run", "probe_table", "tracin"]
