"""Looking inside the compiled step: statistics of values, gradients and updates."""

from chainrule.training.probes.noise import SQUARE, VARIANCE
from chainrule.training.probes.probe import Probe, choose_probes, default_probes
from chainrule.training.probes.readings import ProbeSeries, Readings

__all__ = ["SQUARE", "VARIANCE", "Probe", "ProbeSeries", "Readings", "choose_probes", "default_probes"]
