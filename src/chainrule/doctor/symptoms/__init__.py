"""All symptoms, each a file: what it is called, where it looks, and a pure function from evidence to findings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.finding import Finding
from chainrule.doctor.symptoms import (
    bad_initialization,
    batch_normalization_misused,
    constant_inputs,
    constant_targets,
    crossentropy_on_one_unit,
    dead_units,
    diverging,
    dropout_misused,
    duplicates,
    exploding_gradients,
    few_examples,
    frozen,
    indices_out_of_range,
    initial_loss,
    labels_out_of_range,
    leak,
    learning_rate_too_high,
    learning_rate_too_low,
    logits_as_probabilities,
    loss_and_task,
    loss_not_falling,
    loss_not_finite,
    metric_hides_failure,
    missing_nonlinearity,
    noisy_labels,
    not_finite_data,
    oscillating,
    outliers,
    output_activation,
    output_out_of_reach,
    overfitting,
    probabilities_as_logits,
    recurrent_relu,
    refused,
    same_answers,
    saturated_units,
    shifted_validation,
    shuffled_labels,
    softmax_on_one_unit,
    spiking,
    squashing_stack,
    stopped_early,
    strong_penalty,
    symmetry_not_broken,
    too_few_updates,
    too_large,
    too_small,
    unbalanced_classes,
    unfit_batch,
    unscaled_inputs,
    unscaled_targets,
    unshuffled,
    vanishing_gradients,
    wasted_units,
    wrong_number_of_outputs,
    wrong_output_shape,
)

_ALL = (  # causes before their consequences
    not_finite_data,
    constant_inputs,
    constant_targets,
    softmax_on_one_unit,
    wrong_output_shape,
    crossentropy_on_one_unit,
    output_out_of_reach,
    wrong_number_of_outputs,
    labels_out_of_range,
    indices_out_of_range,
    logits_as_probabilities,
    probabilities_as_logits,
    output_activation,
    loss_and_task,
    symmetry_not_broken,
    unshuffled,
    leak,
    outliers,
    shifted_validation,
    unscaled_inputs,
    unscaled_targets,
    learning_rate_too_high,
    too_few_updates,
    learning_rate_too_low,
    squashing_stack,
    missing_nonlinearity,
    too_small,
    bad_initialization,
    batch_normalization_misused,
    dropout_misused,
    strong_penalty,
    shuffled_labels,
    noisy_labels,
    duplicates,
    frozen,
    refused,
    spiking,
    overfitting,
    unbalanced_classes,
    metric_hides_failure,
    recurrent_relu,
    loss_not_finite,
    exploding_gradients,
    vanishing_gradients,
    saturated_units,
    dead_units,
    initial_loss,
    diverging,
    oscillating,
    loss_not_falling,
    same_answers,
    stopped_early,
    wasted_units,
    unfit_batch,
    few_examples,
    too_large,
)


@dataclass(frozen=True)
class Symptom:
    """One thing that the doctor looks for.

    Args:
        name: what findings call it.
        look: what is looked for, in a line.
        examine: from evidence to findings.
        rank: the lower, the nearer to the root of what goes wrong.
    """

    name: str
    look: str
    examine: Callable[[Evidence], Iterator[Finding]]
    rank: int


def _symptom(module: ModuleType, rank: int) -> Symptom:
    return Symptom(module.NAME, module.LOOK, module.examine, rank)


SYMPTOMS: dict[str, Symptom] = {module.NAME: _symptom(module, rank) for rank, module in enumerate(_ALL)}
