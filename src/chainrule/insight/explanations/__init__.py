"""Explanations: why a model answers as it does, for one row and on the whole."""

from chainrule.insight.explanations.columns import by_column, feature_groups
from chainrule.insight.explanations.embedding import Embedding, embedding
from chainrule.insight.explanations.grad_cam import grad_cam
from chainrule.insight.explanations.gradient_times_input import gradient_times_input
from chainrule.insight.explanations.integrated_gradients import integrated_gradients
from chainrule.insight.explanations.maximise_unit import Maximised, maximise_unit
from chainrule.insight.explanations.nearest_examples import Nearest, layer_outputs, nearest_examples
from chainrule.insight.explanations.occlusion import occlusion
from chainrule.insight.explanations.partial_dependence import Dependence, partial_dependence
from chainrule.insight.explanations.passage import Attributions
from chainrule.insight.explanations.permutation_importance import Importance, permutation_importance
from chainrule.insight.explanations.relevance import relevance
from chainrule.insight.explanations.saliency import saliency
from chainrule.insight.explanations.smooth_grad import smooth_grad
from chainrule.insight.explanations.tracin import Influence, tracin

__all__ = [
    "Attributions",
    "Dependence",
    "Embedding",
    "Importance",
    "Influence",
    "Maximised",
    "Nearest",
    "by_column",
    "embedding",
    "feature_groups",
    "grad_cam",
    "gradient_times_input",
    "integrated_gradients",
    "layer_outputs",
    "maximise_unit",
    "nearest_examples",
    "occlusion",
    "partial_dependence",
    "permutation_importance",
    "relevance",
    "saliency",
    "smooth_grad",
    "tracin",
]
