"""Chainrule: `fit`, as a user calls it."""

from cases import Case
from measure import main

import chainrule as cr


def prepare(case: Case):
    """Return the first step and an epoch."""
    x, y = case.data()
    layers = cr.layers
    hidden = (
        [layers.Dense(128, activation="relu")]
        if case.name == "mlp"
        else [
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
        ]
    )
    model = cr.Sequential([cr.Input(case.shape), *hidden, layers.Dense(10)])
    model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))

    def fit(steps: int) -> None:
        model.fit(x, y, batch_size=case.batch_size, epochs=1, steps_per_epoch=steps, verbose=0)

    return lambda: fit(1), lambda: fit(case.steps)


if __name__ == "__main__":
    main(prepare)
