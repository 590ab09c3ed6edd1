"""Explanations of the same weights by Captum and by Chainrule: prints how far they differ, and keeps Captum's for the tests.

Run it with the extra "bench" installed: python benchmarks/explanations_against_captum.py
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import captum.attr
import numpy as np
import torch
from captum.attr._utils.lrp_rules import Alpha1_Beta0_Rule, EpsilonRule, GammaRule
from captum.influence import TracInCP

import chainrule as cr

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import captum_cases as cases

KEPT = Path(__file__).resolve().parents[1] / "tests" / "explain" / "captum.npz"


class NextToLast(torch.nn.Module):
    """Channels moved behind height and width, as Chainrule has them."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x of shape (batch, height, width, channels)."""
        return x.permute(0, 2, 3, 1)


def dense(kernel: Any, bias: Any) -> torch.nn.Linear:
    """Return a layer with these weights."""
    layer = torch.nn.Linear(*kernel.shape)
    layer.weight.data, layer.bias.data = torch.tensor(kernel.T.copy()), torch.tensor(bias)
    return layer


def convolution(kernel: Any, bias: Any) -> torch.nn.Conv2d:
    """Return a layer with these weights."""
    height, width, channels, filters = kernel.shape
    layer = torch.nn.Conv2d(channels, filters, (height, width))
    layer.weight.data, layer.bias.data = torch.tensor(kernel.transpose(3, 2, 0, 1).copy()), torch.tensor(bias)
    return layer


def twin(model: cr.Model) -> torch.nn.Sequential:
    """Return PyTorch's network with a model's weights."""
    w = model.get_weights()
    if len(model.network.inputs[0].example_shape) == 1:
        return torch.nn.Sequential(dense(*w[:2]), torch.nn.ReLU(), dense(*w[2:4]), torch.nn.ReLU(), dense(*w[4:])).eval()
    norm = torch.nn.BatchNorm2d(w[2].shape[0], eps=1e-3)
    norm.weight.data, norm.bias.data = torch.tensor(w[2]), torch.tensor(w[3])
    norm.running_mean, norm.running_var = torch.tensor(w[4]), torch.tensor(w[5])
    body = [convolution(*w[:2]), norm, torch.nn.ReLU(), torch.nn.MaxPool2d(2), convolution(*w[6:8]), torch.nn.ReLU()]
    return torch.nn.Sequential(*body, NextToLast(), torch.nn.Flatten(), dense(*w[8:])).eval()


def captum_answers(network: torch.nn.Sequential, x: Any, target: Any, image: bool) -> dict[str, Any]:
    """Return Captum's explanations, channels last."""
    inputs = torch.tensor(x.transpose(0, 3, 1, 2).copy() if image else x)
    classes = torch.tensor(target).long()
    given = captum.attr
    found = {
        "saliency": given.Saliency(network).attribute(inputs, target=classes, abs=False),
        "gradient_times_input": given.InputXGradient(network).attribute(inputs.requires_grad_(), target=classes),
        "integrated_gradients": given.IntegratedGradients(network).attribute(
            inputs, baselines=cases.BASELINE, target=classes, n_steps=64, method="gausslegendre"
        ),
        "occlusion": given.Occlusion(network).attribute(
            inputs, (2, 3, 3) if image else (2,), (2, 2, 2) if image else (1,), baselines=0.25, target=classes
        ),
    }
    if image:
        cam = given.LayerGradCam(network, network[5]).attribute(inputs, target=classes, relu_attributions=True)
        found["grad_cam"] = cam[:, 0]
    rules: dict[str, Callable[[], Any]] = {
        "epsilon": lambda: EpsilonRule(cases.EPSILON),
        "gamma": lambda: GammaRule(0.25),
        "z_plus": lambda: Alpha1_Beta0_Rule(set_bias_to_zero=True),
    }
    for name, rule in rules.items():
        if not image or name == "epsilon":  # Captum's own rules do not fit batch normalisation
            for module in network:
                if isinstance(module, torch.nn.Linear | torch.nn.Conv2d):
                    module.rule = rule()
                elif isinstance(module, torch.nn.BatchNorm2d | NextToLast | torch.nn.Flatten):
                    module.rule = EpsilonRule(1e-9)
            if image:  # Chainrule takes convolution and normalisation as one sum: one epsilon for both
                network[0].rule, network[1].rule = EpsilonRule(1e-9), EpsilonRule(cases.EPSILON)
            found[f"relevance_{name}"] = given.LRP(network).attribute(inputs, target=classes)
    arrays = {name: tensor.detach().numpy() for name, tensor in found.items()}
    return {name: array.transpose(0, 2, 3, 1) if array.ndim == 4 else array for name, array in arrays.items()}


def captum_influence(run: cr.Run, x: Any, y: Any, steps: list[int]) -> Any:
    """Return Captum's TracInCP over some steps of a run."""
    folder = Path(tempfile.mkdtemp())
    model = run.new_model()
    for step in steps:
        state = run.at(step).state
        for name, variable in model.named_weights().items():
            variable.assign(state[name])
        torch.save(twin(model).state_dict(), folder / f"{step}.pt")
    network = twin(model)

    def load(network: torch.nn.Module, path: str) -> float:
        network.load_state_dict(torch.load(path))
        return cases.LEARNING_RATE

    train = run.plan().train
    data = torch.utils.data.TensorDataset(torch.tensor(train.x[0]), torch.tensor(train.y[0]).long())
    loss = torch.nn.CrossEntropyLoss(reduction="sum")
    paths = [str(folder / f"{step}.pt") for step in steps]
    tracin = TracInCP(network, data, paths, load, loss_fn=loss, batch_size=8, sample_wise_grads_per_batch=True)
    return tracin.influence((torch.tensor(x), torch.tensor(y).long())).numpy()


def main() -> None:
    """Compare, print, keep."""
    kept: dict[str, Any] = {}
    print(f"captum {captum.__version__}, torch {torch.__version__}; differences as a share of the largest number of each explanation")
    for name, make in cases.NETWORKS.items():
        model, x, y = make()
        model.fit(x, y, 8, epochs=8, verbose=0)
        x, target = x[cases.ASKED], y[cases.ASKED]
        mine = cases.answers(model, x, target)
        theirs = captum_answers(twin(model), x, target, image=x.ndim == 4)
        kept |= {f"{name}/weight{number:02d}": array for number, array in enumerate(model.get_weights())}
        for method, wanted in theirs.items():
            kept[f"{name}/{method}"] = wanted
            difference = np.abs(mine[method] - wanted).max() / np.abs(wanted).max()
            print(f"{name:14} {method:22} {difference:.2e}")
    _, x, y = cases.multilayer()
    run = cases.run(Path(tempfile.mkdtemp()) / "run")
    found = cr.insight.tracin(run, x[cases.ASKED], y[cases.ASKED], steps=4)
    kept["influence"] = captum_influence(run, x[cases.ASKED], y[cases.ASKED], found.steps)
    difference = np.abs(found.scores - kept["influence"]).max() / np.abs(kept["influence"]).max()
    print(f"{'multilayer':14} {'tracin':22} {difference:.2e}   (weights of steps {found.steps})")
    np.savez_compressed(KEPT, **{key: np.asarray(array, np.float32) for key, array in kept.items()})
    print(f"{KEPT.name}: {KEPT.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
