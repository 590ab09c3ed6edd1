"""What augmentation costs: the step of the CNN with and without it, beside Keras's layers on JAX and PyTorch's grid_sample.

First batches of images are varied alone, and then the network is trained with and without. All run in turn, a few batches at a time, for
several rounds, in one process; the least time of each is printed, and the peers' as ratios to Chainrule's.
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import replace

os.environ["KERAS_BACKEND"] = "jax"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import torch
from cases import CASES, Case
from peers import chainrule_fit, torch_eager
from torch.nn import functional

import chainrule as cr
from chainrule.events import StepsFinished
from chainrule.training.augmentation import augmented
from chainrule.training.step import make_feed, pick_batch
from chainrule.xla import StepProgram

ROTATION = 0.04  # of a full turn
MARGIN = 4  # pixels of padding

CHAINRULE = {
    "plain": [],
    "flip": [cr.layers.RandomFlip("horizontal")],
    "crop": [cr.layers.RandomCrop(28, 28, MARGIN)],
    "rotation": [cr.layers.RandomRotation(ROTATION, "constant")],
    "flip, crop, rotation": [
        cr.layers.RandomFlip("horizontal"),
        cr.layers.RandomCrop(28, 28, MARGIN),
        cr.layers.RandomRotation(ROTATION, "constant"),
    ],
    "mixup": [cr.layers.MixUp(0.2)],
}


def chainrule_round(case: Case, augment: list[cr.layers.Layer]) -> Callable[[], float]:
    """Return what trains for some steps and returns the seconds that one took."""
    (x, y), model = case.data(), chainrule_fit.make_model(case)

    class Clock(cr.callbacks.Callback):
        """Adds up the time of dispatches."""

        seconds, steps = 0.0, 0

        def on_event(self, event) -> None:
            if isinstance(event, StepsFinished):
                self.seconds, self.steps = self.seconds + event.seconds, self.steps + event.count

    def run() -> float:
        clock = Clock()
        model.fit(x, y, case.batch_size, steps_per_epoch=case.steps, verbose=0, callbacks=[clock], probes=[], augment=augment)
        return clock.seconds / clock.steps

    return run


def keras_layers(name: str) -> list[keras.Layer]:
    """Return Keras's layers; its RandomCrop knows no padding, so the shift by whole pixels is a translation."""
    shift = keras.layers.RandomTranslation(MARGIN / 28, MARGIN / 28, "constant", "nearest")
    rotation = keras.layers.RandomRotation(ROTATION, "constant")
    known = {"flip": keras.layers.RandomFlip("horizontal"), "crop": shift, "rotation": rotation}
    return [known[part] for part in name.split(", ") if part in known]


def keras_round(case: Case, name: str) -> Callable[[], float]:
    """Return the same for Keras."""
    (x, y), layers = case.data(), keras.layers
    convolutions = [layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2), layers.Conv2D(64, 3, activation="relu")]
    rest = [layers.MaxPooling2D(2), layers.Flatten(), layers.Dropout(0.5), layers.Dense(10)]
    model = keras.Sequential([keras.Input(case.shape), *keras_layers(name), *convolutions, *rest])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def run() -> float:
        started = time.perf_counter()
        model.fit(x, y, batch_size=case.batch_size, verbose=0)
        return (time.perf_counter() - started) / case.steps

    return run


def flipped(x: torch.Tensor) -> torch.Tensor:
    """Return images mirrored by halves."""
    return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)


def cropped(x: torch.Tensor) -> torch.Tensor:
    """Return parts of padded images, picked by index."""
    padded, size = functional.pad(x, (MARGIN,) * 4), x.shape[-1]
    top, left = torch.randint(0, 2 * MARGIN + 1, (2, len(x), 1, 1))
    rows, columns = top + torch.arange(size).reshape(1, -1, 1), left + torch.arange(size).reshape(1, 1, -1)
    return padded[torch.arange(len(x)).reshape(-1, 1, 1), :, rows, columns].permute(0, 3, 1, 2)


def rotated(x: torch.Tensor) -> torch.Tensor:
    """Return images turned, by grid_sample."""
    angle = (torch.rand(len(x)) * 2 - 1) * ROTATION * 2 * torch.pi
    sine, cosine, zero = angle.sin(), angle.cos(), torch.zeros(len(x))
    maps = torch.stack([torch.stack([cosine, -sine, zero], 1), torch.stack([sine, cosine, zero], 1)], 1)
    grid = functional.affine_grid(maps, list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


TORCH = {"flip": flipped, "crop": cropped, "rotation": rotated}


def torch_round(case: Case, name: str) -> Callable[[], float]:
    """Return the same for PyTorch, with the loss of mixup where it is asked for."""
    (x, y), model = torch_eager.make_data(case), torch_eager.make_model(case)
    optimizer, loss = torch.optim.Adam(model.parameters()), torch.nn.CrossEntropyLoss(reduction="none")
    beta = torch.distributions.Beta(0.2, 0.2)

    def step(rows: torch.Tensor) -> None:
        images, labels = x[rows], y[rows]
        for part in name.split(", "):
            images = TORCH.get(part, lambda same: same)(images)
        optimizer.zero_grad(set_to_none=True)
        if name == "mixup":
            share, others = beta.sample((len(rows),)), torch.randperm(len(rows))
            mixed = torch.lerp(images[others], images, share.reshape(-1, 1, 1, 1))
            output = model(mixed)
            (share * loss(output, labels) + (1 - share) * loss(output, labels[others])).mean().backward()
        else:
            loss(model(images), labels).mean().backward()
        optimizer.step()

    def run() -> float:
        batches = torch.randperm(case.examples).split(case.batch_size)
        started = time.perf_counter()
        for rows in batches:
            step(rows)
        return (time.perf_counter() - started) / case.steps

    return run


def chainrule_images(case: Case, augment: list[cr.layers.Layer]) -> Callable[[], float]:
    """Return what varies some batches, in a program of the same kind as a training step, and returns the seconds that one took."""
    x, y = case.data()
    feed = make_feed([x], [y.astype("int32")], weighted=False)
    last = cr.Variable(x[: case.batch_size], "last")
    batch, key = pick_batch(feed, case.batch_size), cr.ops.random_fold(feed.key, feed.index)
    varied = augmented(augment, batch.x, batch.y, None, cr.layers.Trace(training=True, key=key))
    program = StepProgram([last], [varied.x[0]], last[0, 0, 0], feed.index, feed.fixed, case.steps)
    order = np.random.default_rng(0).permutation(case.examples).astype(np.int32)
    fixed = [jnp.asarray(array) for array in (x, y.astype("int32"), order, cr.ops.random_key(1))]

    def run() -> float:
        first = (jnp.asarray(x[: case.batch_size]),)
        started = time.perf_counter()
        _, emitted = program(first, 0, case.steps, fixed)
        np.asarray(emitted)
        return (time.perf_counter() - started) / case.steps

    return run


def keras_images(case: Case, name: str) -> Callable[[], float]:
    """Return the same for Keras: its layers in one compiled function, batch by batch."""
    layers, (x, _) = keras_layers(name), case.data()
    model = keras.Sequential([keras.Input(case.shape), *layers])

    @jax.jit
    def vary(state: list[jax.Array], images: jax.Array) -> tuple[jax.Array, list[jax.Array]]:
        return model.stateless_call([], state, images, training=True)

    batches = [jnp.asarray(part) for part in np.split(x, case.steps)]

    def run() -> float:
        state = [variable.value for variable in model.non_trainable_variables]
        started = time.perf_counter()
        for images in batches:
            varied, state = vary(state, images)
        varied.block_until_ready()
        return (time.perf_counter() - started) / case.steps

    return run


def torch_images(case: Case, name: str) -> Callable[[], float]:
    """Return the same for PyTorch."""
    x, _ = torch_eager.make_data(case)

    def run() -> float:
        batches = torch.randperm(case.examples).split(case.batch_size)
        started = time.perf_counter()
        for rows in batches:
            images = x[rows]
            for part in name.split(", "):
                images = TORCH.get(part, lambda same: same)(images)
        return (time.perf_counter() - started) / case.steps

    return run


def least(variants: dict[tuple[str, str], Callable[[], float]], rounds: int) -> dict[tuple[str, str], float]:
    """Run the variants in turn, some rounds long, and return the least time of each, which is what others on the machine added least to."""
    for run in variants.values():
        run()
    found = {variant: float("inf") for variant in variants}
    for _ in range(rounds):
        for variant, run in variants.items():
            found[variant] = min(found[variant], run())
    return found


def show(title: str, found: dict[tuple[str, str], float]) -> None:
    """Print the milliseconds of each variant, and how many times as long it took as Chainrule's."""
    print(f"\n{title}\n{'':38}{'ms':>9}{'beside Chainrule':>18}")
    for (library, name), seconds in found.items():
        print(f"{library:14}{name:24}{seconds * 1e3:9.2f}{seconds / found['Chainrule', name]:18.2f}", flush=True)


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="how often every variant runs")
    arguments = parser.parse_args()
    case = replace(CASES["cnn"], examples=20 * CASES["cnn"].batch_size)
    parts = [name for name in CHAINRULE if name not in ("plain", "mixup")]
    images = {("Chainrule", name): chainrule_images(case, CHAINRULE[name]) for name in parts}
    images |= {("Keras on JAX", name): keras_images(case, name) for name in parts}
    images |= {("PyTorch", name): torch_images(case, name) for name in parts}
    show("A batch of 128 images of 28 x 28 pixels varied", least(images, 5 * arguments.rounds))
    names = ("plain", "flip, crop, rotation", "mixup")
    case = replace(case, examples=10 * case.batch_size)
    steps = {("Chainrule", name): chainrule_round(case, CHAINRULE[name]) for name in names}
    steps |= {("Keras on JAX", name): keras_round(case, name) for name in names[:2]}
    steps |= {("PyTorch", name): torch_round(case, name) for name in names}
    show(f"A step of {case.title}", least(steps, arguments.rounds))


if __name__ == "__main__":
    main()
