"""What augmentation costs: the step of the CNN with and without it, beside Keras's layers on JAX and PyTorch's grid_sample.

All train in turn, a few steps at a time, for several rounds, in one process. The cost of an augmentation is the time of a step with it
less that of the library's own plain step in the same round; medians over rounds are printed, and the peers' as ratios to Chainrule's.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

os.environ["KERAS_BACKEND"] = "jax"

import keras
import torch
from cases import CASES, Case
from peers import chainrule_fit, torch_eager
from torch.nn import functional

import chainrule as cr
from chainrule.events import StepsFinished

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


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often every variant runs")
    parser.add_argument("--steps", type=int, default=20, help="steps of a variant in a round")
    arguments = parser.parse_args()
    case = replace(CASES["cnn"], examples=arguments.steps * CASES["cnn"].batch_size)
    variants = {("Chainrule", name): chainrule_round(case, augment) for name, augment in CHAINRULE.items()}
    variants |= {("Keras on JAX", name): keras_round(case, name) for name in ("plain", "flip, crop, rotation")}
    variants |= {("PyTorch", name): torch_round(case, name) for name in CHAINRULE}
    for run in variants.values():
        run()
    found: dict[tuple[str, str], list[float]] = {variant: [] for variant in variants}
    for _ in range(arguments.rounds):
        for variant, run in variants.items():
            found[variant].append(run())
    print(f"{case.title}\n{'':38}{'ms/step':>9}{'beside Chainrule':>18}{'cost, ms':>10}{'beside Chainrule':>18}")
    for (library, name), seconds in found.items():
        own, ours = found[library, "plain"], found["Chainrule", name]
        cost = statistics.median(a - b for a, b in zip(seconds, own, strict=True))
        our_cost = statistics.median(a - b for a, b in zip(ours, found["Chainrule", "plain"], strict=True))
        ratio = statistics.median(a / b for a, b in zip(seconds, ours, strict=True))
        beside = f"{cost * 1e3:10.2f}{cost / our_cost:18.2f}" if name != "plain" else ""
        print(f"{library:14}{name:24}{statistics.median(seconds) * 1e3:9.2f}{ratio:18.2f}{beside}", flush=True)


if __name__ == "__main__":
    main()
