"""Layer-wise relevance propagation: the answer handed back through the layers, each unit giving to those that made it."""

from numpy.typing import ArrayLike

from chainrule.errors import ArgumentError, unknown_name
from chainrule.explain.forward_pass import AnswerQuantity, Attributions, Floats, OutputChoice, ask
from chainrule.explain.method import Method
from chainrule.explain.relevance_rules import RELEVANCE_RULES, RelevanceRule, relevance_of_entry
from chainrule.models import Model


def relevance(
    model: Model,
    x: ArrayLike,
    target: OutputChoice = None,
    rule: RelevanceRule = "epsilon",
    epsilon: float = 1e-6,
    gamma: float = 0.25,
    quantity: AnswerQuantity = "logit",
) -> Attributions:
    """Return the relevance of each number of each row: the answer, handed back from layer to layer in proportion.

    A unit z = Σᵢ aᵢ wᵢ + b with relevance R gives its input i the share aᵢ · w̃ᵢ / (z̃ + ε sign z̃) of it, where z̃ is z with
    weights w̃, and w̃ = w ("epsilon"), w + γ max(w, 0) ("gamma"), or what is positive of aᵢ wᵢ alone, without bias ("z_plus").
    Activations pass relevance on unchanged, maxima give all of it to the winner, sums in proportion to their terms, and batch
    normalisation counts as part of the layer before it. It works on what the layers compute, so any network of weighted sums,
    convolutions, pooling, sums and activations of single numbers can be explained; a product of two paths, as in an LSTM, cannot.

    Relevance is conserved but for what biases and ε take, of "z_plus" what units take that a bias alone makes active; `gap` says
    how much that is.

    Args:
        model: any model with one input and one output.
        x: rows, as for `predict`.
        target: which output: its number, for all rows or for each; None for the largest of each row.
        rule: "epsilon", "gamma" or "z_plus".
        epsilon: what keeps shares of nearly nothing small.
        gamma: how much more positive weights count.
        quantity: as elsewhere; relevance begins at "logit", what goes into a softmax or sigmoid, unless you say otherwise.

    Returns:
        `values` of the shape of x, and `gap` of shape (rows,): the answer less the sum of the values.

    Raises:
        ArgumentError: a layer that relevance cannot be passed through, by its path; other arguments that do not fit.

    Source: Bach, Binder, Montavon, Klauschen, Müller and Samek, "On pixel-wise explanations", 2015; Montavon, Binder, Lapuschkin,
        Samek and Müller, "Layer-wise relevance propagation: an overview", 2019.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> model = cr.Sequential([cr.Input((2,)), cr.layers.Dense(1)])
        >>> model.set_weights([np.array([[3.0], [-1.0]], "float32"), np.zeros(1, "float32")])
        >>> cr.explain.relevance(model, np.array([[1.0, 2.0]])).values.round(3).tolist()
        [[3.0, -2.0]]
        >>> cr.explain.relevance(model, np.array([[1.0, 2.0]]), rule="z_plus").values.round(3).tolist()
        [[1.0, 0.0]]
    """
    if rule not in RELEVANCE_RULES:
        raise unknown_name("relevance: rule", rule, RELEVANCE_RULES)
    if not (epsilon >= 0 and gamma >= 0):
        raise ArgumentError(f"relevance: epsilon and gamma must be from 0. Got {epsilon} and {gamma} instead.")
    question = ask(model, x, target, quantity)
    forward_pass = question.forward_pass
    name = f"relevance {rule} {epsilon} {gamma}"
    (values,) = forward_pass.compute(
        name, lambda: [relevance_of_entry(forward_pass, rule, epsilon, gamma)], question.entries, question.target
    )
    gap = forward_pass.scores(question.entries, question.target) - values.reshape(len(values), -1).sum(axis=1, dtype="float64")
    return Attributions(question.attribution(values), gap)


class Relevance(Method):
    """The answer, handed back from layer to layer; see `relevance`."""

    name = "relevance"

    def contributions(self, model: Model, x: ArrayLike, target: OutputChoice = None) -> Floats:
        return relevance(model, x, target).values
