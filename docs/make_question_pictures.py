"""Draws the pictures of the pages on why and on the landscape."""

import tempfile
from pathlib import Path

import chainrule as cr
from chainrule.insight.pictures.landscape import draw_courses, draw_plane
from chainrule.insight.pictures.why import draw_why
from chainrule.recipes import Options, edge_of_stability

FOLDER = Path(__file__).resolve().parent / "pictures"


def digits() -> None:
    """Train on digits; draw why one weight has its gradient, and the way of the run."""
    x, y = cr.data.load("digits").train
    hidden = [cr.layers.Dense(32, activation="relu"), cr.layers.Dense(16, activation="tanh", kernel_regularizer="l2")]
    model = cr.Sequential([cr.Input((8, 8, 1)), cr.layers.Flatten(), *hidden, cr.layers.Dense(10)], seed=1)
    model.compile(cr.optimizers.SGD(0.3), cr.losses.SparseCategoricalCrossentropy(from_logits=True))
    path = Path(tempfile.mkdtemp()) / "digits"
    model.fit(x, y, epochs=5, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    run = cr.open_run(path)
    draw_why(run.at(60).why("dense/kernel", (10, 1), paths=8)).savefig(FOLDER / "paths.png", dpi=75)
    draw_plane(cr.landscape.path(run)).savefig(FOLDER / "landscape.png", dpi=80)


def edge() -> None:
    """Carry out the recipe at its learning rates, and draw the sharpness; the data are downloaded where they are not there."""
    data = edge_of_stability.examples(edge_of_stability.EXAMPLES)
    outcomes = {rate: edge_of_stability.learn(rate, data, edge_of_stability.MEASURES, Options()) for rate in edge_of_stability.RATES}
    courses = {f"learning rate {rate}": outcome.course for rate, outcome in outcomes.items()}
    draw_courses(courses).savefig(FOLDER / "edge-of-stability.png", dpi=80)


if __name__ == "__main__":
    digits()
    edge()
