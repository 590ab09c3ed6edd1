"""Experiments: the same training from the same first weights, with one thing changed, to see whether it is that."""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from chainrule.doctor.evidence import Evidence
from chainrule.doctor.sources import examples_in_memory
from chainrule.doctor.trial import Trial
from chainrule.errors import TrainingError
from chainrule.graph import Array
from chainrule.record import Recording, restore_state
from chainrule.training import Examples, Plan, Settings

MOST_UPDATES = 500
BUDGET = 2e11  # parameters times examples times updates, over all trials: some seconds on one core
FACTORS = (10.0, 100.0, 0.1, 0.01)
USUAL = 1e-3  # of optimisers that scale their steps; of others a hundred times as much


def try_remedies(recording: Recording, evidence: Evidence) -> tuple[Trial, ...]:
    """Return what came of training with other learning rates and scaled inputs, and on one batch alone.

    Nothing is tried where the network has learned, where there is no constant answer to compare with, or where it would take long: each
    trial makes at most 500 updates.
    """
    if (evidence.skill is not None and evidence.skill >= 0.1) or evidence.constant_loss is None or not evidence.rows:
        return ()
    bench = _Bench(recording, evidence)
    return tuple(bench.trials()) if bench.updates >= 1 else ()


class _Bench:
    """A model that is trained again and again from the run's first state."""

    def __init__(self, recording: Recording, evidence: Evidence) -> None:
        self._plan, self._model = recording.plan(), recording.new_model()
        self._evidence = evidence
        restore_state(self._model, recording.snapshot(at_most=recording.snapshot_steps()[0]))
        self._first = {name: np.array(variable.value) for name, variable in self._model.state_variables().items()}
        size = self._plan.settings.batch_size
        cost = max(evidence.parameters, 1) * min(size, evidence.rows) * (len(FACTORS) + 4)
        self.updates = int(min(MOST_UPDATES, evidence.course.steps if evidence.course else MOST_UPDATES, BUDGET / cost))

    def trials(self) -> Iterator[Trial]:
        train, _ = examples_in_memory(self._plan)
        reference = self._train(train)
        rate = self._evidence.learning_rate
        if rate:
            usual = USUAL if self._evidence.scales_gradients else 100 * USUAL
            for tried in sorted({*(rate * factor for factor in FACTORS), usual} - {rate}):
                loss = self._train(train, tried)
                yield Trial(f"learning_rate={tried:g}", "learning rate", tried / rate, self.updates, loss, reference)
        if not self._evidence.normalizes_inputs and all(part.dtype.kind == "f" for part in train.x):
            yield Trial("inputs standardised", "inputs", 1.0, self.updates, self._train(_standardised(train)), reference)
        batch = train.take(np.arange(min(self._plan.settings.batch_size, len(train))))
        yield Trial("one batch alone", "one batch", 1.0, self.updates, self._train(batch), reference)

    def _train(self, examples: Examples, rate: float | None = None) -> float:
        """Return the loss over the last tenth of the updates; infinity where training fails."""
        for name, variable in self._model.state_variables().items():
            variable.assign(self._first[name])
        if rate is not None:
            self._model.state_variables()["optimizer/learning_rate"].assign(np.float32(rate))
        settings = self._plan.settings
        steps = settings.steps(len(examples))
        epochs = max(1, -(-self.updates // steps))
        plan = Plan(examples, None, Settings(settings.batch_size, epochs, settings.seed, settings.shuffle, min(steps, self.updates)))
        with suppress(TrainingError):
            history = self._model.run(plan)
            losses = history.history["loss"]
            return float(np.mean(losses[-max(1, len(losses) // 10) :]))
        return math.inf


def _standardised(examples: Examples) -> Examples:
    return replace(examples, x=tuple(_standard(part) for part in examples.x))


def _standard(array: Array) -> Array:
    axes = 0 if array.ndim == 2 else tuple(range(array.ndim))
    return ((array - array.mean(axes)) / (array.std(axes) + 1e-8)).astype(array.dtype)
