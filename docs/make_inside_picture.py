"""Draws the picture of the page on probes: what happened inside a run on digits."""

import tempfile
from pathlib import Path

import chainrule as cr
from chainrule.insight.pictures.probes import draw_probes

layers = [
    cr.layers.Conv2D(16, 3, activation="relu"),
    cr.layers.MaxPooling2D(2),
    cr.layers.Flatten(),
    cr.layers.Dense(64, activation="relu"),
    cr.layers.Dense(10),
]
model = cr.Sequential([cr.Input((8, 8, 1)), *layers], seed=1)
model.compile("adam", cr.losses.SparseCategoricalCrossentropy(from_logits=True))
data = cr.data.load("digits")
path = Path(tempfile.mkdtemp()) / "digits"
model.fit(*data.train, epochs=12, validation_split=0.1, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
draw_probes(cr.open_run(path)).savefig(Path(__file__).resolve().parent / "pictures" / "inside.png", dpi=80)
