"""Explanations: why a model answers as it does, for one row and for all."""

from chainrule.explain.columns import by_column, feature_groups
from chainrule.explain.embedding import Embedding, embedding
from chainrule.explain.grad_cam import grad_cam
from chainrule.explain.gradient_times_input import gradient_times_input
from chainrule.explain.integrated_gradients import integrated_gradients
from chainrule.explain.maximise_unit import Maximised, maximise_unit
from chainrule.explain.nearest_examples import Nearest, layer_outputs, nearest_examples
from chainrule.explain.occlusion import occlusion
from chainrule.explain.partial_dependence import Dependence, partial_dependence
from chainrule.explain.passage import Attributions
from chainrule.explain.permutation_importance import Importance, permutation_importance
from chainrule.explain.relevance import relevance
from chainrule.explain.saliency import saliency
from chainrule.explain.smooth_grad import smooth_grad

__all__ = [
    "Attributions",
    "Dependence",
    "Embedding",
    "Importance",
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
]
