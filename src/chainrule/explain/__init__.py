"""Explanations: why a model answers as it does, for one row and for all."""

from chainrule.explain.activation_maps import grad_cam
from chainrule.explain.columns import by_column, feature_groups
from chainrule.explain.covering import occlusion
from chainrule.explain.dependence import Dependence, partial_dependence
from chainrule.explain.embeddings import Projection, embedding
from chainrule.explain.forward_pass import Attributions
from chainrule.explain.gradients import gradient_times_input, integrated_gradients, saliency, smooth_grad
from chainrule.explain.importance import Importance, permutation_importance
from chainrule.explain.layerwise_relevance import relevance
from chainrule.explain.maximisation import Maximised, maximise_unit
from chainrule.explain.method import Method, methods
from chainrule.explain.neighbours import Nearest, layer_outputs, nearest_examples

__all__ = [
    "Attributions",
    "Dependence",
    "Importance",
    "Maximised",
    "Method",
    "Nearest",
    "Projection",
    "by_column",
    "embedding",
    "feature_groups",
    "grad_cam",
    "gradient_times_input",
    "integrated_gradients",
    "layer_outputs",
    "maximise_unit",
    "methods",
    "nearest_examples",
    "occlusion",
    "partial_dependence",
    "permutation_importance",
    "relevance",
    "saliency",
    "smooth_grad",
]
