"""Explanations: why a model answers as it does, for one row and on the whole."""

from chainrule.insight.explanations.grad_cam import grad_cam
from chainrule.insight.explanations.gradient_times_input import gradient_times_input
from chainrule.insight.explanations.integrated_gradients import integrated_gradients
from chainrule.insight.explanations.nearest_examples import Nearest, layer_outputs, nearest_examples
from chainrule.insight.explanations.occlusion import occlusion
from chainrule.insight.explanations.passage import Attributions
from chainrule.insight.explanations.relevance import relevance
from chainrule.insight.explanations.saliency import saliency
from chainrule.insight.explanations.smooth_grad import smooth_grad
from chainrule.insight.explanations.tracin import Influence, tracin

__all__ = [
    "Attributions",
    "Influence",
    "Nearest",
    "grad_cam",
    "gradient_times_input",
    "integrated_gradients",
    "layer_outputs",
    "nearest_examples",
    "occlusion",
    "relevance",
    "saliency",
    "smooth_grad",
    "tracin",
]
