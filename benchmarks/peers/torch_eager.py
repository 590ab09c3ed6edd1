"""PyTorch: the usual loop, one Python step for each batch."""

import sys
import time

import torch
from cases import Case
from measure import main
from torch import nn


def make_step(model, optimizer, loss):
    """Return the function that makes one step."""

    def step(x, y):
        optimizer.zero_grad(set_to_none=True)
        value = loss(model(x), y)
        value.backward()
        optimizer.step()

    return step


def make_model(case: Case) -> nn.Sequential:
    """Return the network."""
    if case.name == "mlp":
        return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    first = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*first, nn.Flatten(), nn.Dropout(0.5), nn.Linear(1600, 10))


def make_data(case: Case) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs, channels first, and class indices."""
    x, y = map(torch.from_numpy, case.data())
    return x.permute(0, 3, 1, 2).contiguous() if x.ndim == 4 else x, y


def prepare(case: Case, compiled: bool = False):
    """Return the first step and an epoch."""
    (x, y), model = make_data(case), make_model(case)
    step = make_step(torch.compile(model) if compiled else model, torch.optim.Adam(model.parameters()), nn.CrossEntropyLoss())

    def epoch(steps: int) -> None:
        order = torch.randperm(case.examples)
        for i in range(steps):
            rows = order[i * case.batch_size : (i + 1) * case.batch_size]
            step(x[rows], y[rows])

    def train(epochs: int) -> list[float]:
        ends: list[float] = []
        for _ in range(epochs):
            epoch(case.steps)
            ends.append(time.perf_counter())
        return ends

    return lambda: epoch(1), train


if __name__ == "__main__":
    main(lambda case: prepare(case, compiled="compiled" in sys.argv))
