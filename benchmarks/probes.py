"""What looking inside costs: Chainrule's probes, and the same quantities through PyTorch's hooks, each beside its own plain training.

Each variant is compiled first; then all train in turn, a few epochs at a time, for several rounds. A ratio is taken round by
round, so that a machine that slows down slows down both sides; the median over rounds is printed.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import torch
from cases import CASES, Case
from peers import chainrule_fit, torch_eager

import chainrule as cr
from chainrule.events import StepsFinished
from chainrule.training.probes import default_probes

ADDRESSES = ("*", "gradient of *", "update of *")
SINGLE = ["mean", "std", "norm", "min", "max", "zero_fraction"]
EVERY_STATISTIC = [*SINGLE, "dead_fraction", "saturated_fraction", "histogram", "quantiles"]
CHAINRULE = {
    "plain": [],
    "default probes, every 100th step": [replace(probe, every=100) for probe in default_probes()],
    "default probes, every step": [replace(probe, every=1) for probe in default_probes()],
    "mean, std, norm of all, every step": [cr.Probe(address, ["mean", "std", "norm"], every=1) for address in ADDRESSES],
    "every statistic of all, every step": [cr.Probe(address, EVERY_STATISTIC, every=1) for address in ADDRESSES],
}


def chainrule_epoch(case: Case, probes: list[cr.Probe]) -> Callable[[], float]:
    """Return what trains for an epoch and returns the seconds that a step took."""
    (x, y), model = case.data(), chainrule_fit.make_model(case)

    class Clock(cr.callbacks.Callback):
        """Adds up the time of dispatches."""

        seconds, steps = 0.0, 0

        def on_event(self, event) -> None:
            if isinstance(event, StepsFinished):
                self.seconds, self.steps = self.seconds + event.seconds, self.steps + event.count

    def epoch() -> float:
        clock = Clock()
        model.fit(x, y, batch_size=case.batch_size, steps_per_epoch=case.steps, verbose=0, callbacks=[clock], probes=probes)
        return clock.seconds / clock.steps

    return epoch


def torch_epoch(case: Case, every: int | None, statistics_of: Callable[[torch.Tensor], list[torch.Tensor]]) -> Callable[[], float]:
    """Return the same for PyTorch: hooks on every layer's output and its gradient, and on every weight, its gradient and update."""
    (x, y), model = torch_eager.make_data(case), torch_eager.make_model(case)
    found: list[torch.Tensor] = []
    looking = [False]
    optimizer, loss = torch.optim.Adam(model.parameters()), torch.nn.CrossEntropyLoss()

    def look(tensor: torch.Tensor) -> None:
        if looking[0]:
            found.extend(statistics_of(tensor.detach()))

    def look_at_output(module: torch.nn.Module, inputs: object, output: torch.Tensor) -> None:
        look(output)
        if looking[0] and output.requires_grad:
            output.register_hook(look)

    if every is not None:
        for module in model:
            module.register_forward_hook(look_at_output)

    def step(number: int, rows: torch.Tensor) -> None:
        looking[0] = every is not None and number % every == 0
        found.clear()
        optimizer.zero_grad(set_to_none=True)
        loss(model(x[rows]), y[rows]).backward()
        before = [weight.detach().clone() for weight in model.parameters()] if looking[0] else []
        optimizer.step()
        for weight, old in zip(model.parameters(), before, strict=False):
            for tensor in (old, weight.grad, weight.detach() - old):
                look(tensor)
        if looking[0]:
            torch.stack([entry.reshape(-1)[0] for entry in found]).tolist()

    def epoch() -> float:
        rows = torch.randperm(case.examples)[: case.steps * case.batch_size].split(case.batch_size)
        started = time.perf_counter()
        for number, chosen in enumerate(rows):
            step(number, chosen)
        return (time.perf_counter() - started) / case.steps

    return epoch


def single_statistics(tensor: torch.Tensor) -> list[torch.Tensor]:
    """Return what PyTorch's own reductions give for a tensor."""
    tensor = tensor.float()
    return [tensor.mean(), tensor.std(correction=0), tensor.norm()]


def every_statistic(tensor: torch.Tensor) -> list[torch.Tensor]:
    """Return these, a histogram of 32 bins, and quantiles of a sample."""
    flat = tensor.float().reshape(-1)
    sample = flat[:: max(1, len(flat) // 128)][:128]
    more = [flat.min(), flat.max(), (flat == 0).float().mean(), torch.histc(flat[:: max(1, len(flat) // 1024)], 32)]
    return [*single_statistics(tensor), *more, torch.quantile(sample, torch.tensor([0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0]))]


TORCH = {
    "plain": (None, single_statistics),
    "mean, std, norm of all, every 100th step": (100, single_statistics),
    "mean, std, norm of all, every step": (1, single_statistics),
    "every statistic of all, every step": (1, every_statistic),
}


def compare(title: str, variants: dict[str, Callable[[], float]], rounds: int) -> None:
    """Run the variants in turn, and print the time of each beside the first."""
    for epoch in variants.values():
        epoch()
    found: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, epoch in variants.items():
            found[name].append(epoch())
    print(f"\n{title}\n{'':44}{'µs/step':>10}{'ratio':>8}")
    for name, seconds in found.items():
        ratio = statistics.median(own / plain for own, plain in zip(seconds, found["plain"], strict=True))
        print(f"{name:44}{statistics.median(seconds) * 1e6:10.0f}{ratio:8.2f}", flush=True)


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=list(CASES), help=f"of {', '.join(CASES)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=7, help="how often every variant runs")
    arguments = parser.parse_args()
    for name in arguments.cases:
        case = replace(CASES[name], batch_size=128, examples=12_800)
        ours = {key: chainrule_epoch(case, probes) for key, probes in CHAINRULE.items()}
        compare(f"{name} at batch 128: Chainrule", ours, arguments.rounds)
        compare(f"{name} at batch 128: PyTorch, hooks", {key: torch_epoch(case, *how) for key, how in TORCH.items()}, arguments.rounds)


if __name__ == "__main__":
    main()
