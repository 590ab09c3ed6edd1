"""Networks for series: what comes next, from windows of the past."""

from chainrule.layers import LinearForecast, SeasonalNaive
from chainrule.optimizers import Adam, Optimizer
from chainrule.optimizers.schedules import CosineDecay
from chainrule.tasks.body import Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices

_LEARNING_RATE = 0.005  # at first; it falls to 0 by a cosine, and the weights come to rest
_BATCH = 64  # at most
_EPOCHS = 30  # at most, and for short series as many as give this many updates:
_UPDATES = 2000


def forecast(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return the linear forecast of each series from its own past: few weights, which long horizons and shifting levels do not harm.

    Args:
        spec: windows, of shape (steps, columns).
        output: of shape (horizon, targets).
        choices: how to learn.
    """
    horizon = output.shape[0]
    series = None if spec.targets == tuple(range(spec.shape[1])) else spec.targets
    first = SeasonalNaive(spec.season) if spec.season > 1 else "zeros"
    batch = min(_BATCH, max(8, spec.rows // 4))
    epochs = max(_EPOCHS, -(-_UPDATES * batch // spec.rows))
    reason = f"a weighted sum of the last {spec.shape[0]} steps of each series, less its last value, for each of the next {horizon}"
    return Body([LinearForecast(horizon, series, first)], reason, epochs=epochs, batch_size=batch, patience=epochs, optimizer=_descent)


def _descent(updates: int) -> Optimizer:
    return Adam(learning_rate=CosineDecay(_LEARNING_RATE, updates))
