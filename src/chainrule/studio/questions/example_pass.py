"""The forward pass of one example through the layers to its loss, and the gradient back."""

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from chainrule.losses import BinaryCrossentropy, CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy
from chainrule.studio.example_inputs import ExampleInput
from chainrule.studio.example_pass import Passed, pass_through
from chainrule.studio.examples import Example, shown
from chainrule.studio.fields import Name, Number, Pixels, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.network import formula_of
from chainrule.studio.prepared_examples import PreparedExample, prepare_example
from chainrule.studio.protocol import Request
from chainrule.studio.task_view import TaskView
from chainrule.studio.tensors import Size, Tensor, number, numbers, tensor


class LayerPass(Struct, frozen=True):
    """What an example is at one layer.

    Args:
        path: the layer's.
        value: its output.
        gradient: of the example's loss with respect to it; None where there is none.
    """

    path: str
    value: Tensor
    gradient: Tensor | None


class ExampleLoss(Struct, frozen=True):
    """How the loss of an example came about.

    Args:
        name: of the loss.
        formula: it.
        text: it with the numbers in place.
        value: it.
        gradients: d loss / d output, for each output.
    """

    name: str
    formula: str
    text: str
    value: Number
    gradients: list[Number]


class ExamplePass(Struct, frozen=True):
    """An example's forward pass through a network, and the gradient back.

    Args:
        run: its name.
        step: with the weights before which.
        example: it, with the answer.
        outputs: the network's, number by number.
        probabilities: of the classes; empty where there are none.
        layers: in order.
        loss: None where the target is not known.
    """

    run: str
    step: int
    example: Example
    outputs: list[Number]
    probabilities: list[Number]
    layers: list[LayerPass]
    loss: ExampleLoss | None


class ReadExamplePass(Request, frozen=True):
    """Send one example through the layers to the loss, and its gradient back.

    Args:
        run: its name.
        step: with the weights before which it is computed.
        input: the example; one whose target is not known has no loss and no gradient.
        width: pixels for each tensor.
        height: pixels for each tensor.
        maps: feature maps for each layer.
    """

    run: Name
    step: Step
    input: ExampleInput
    width: Pixels = 128
    height: Pixels = 128
    maps: Annotated[int, Meta(ge=1, le=256)] = 16

    def respond(self, jobs: Jobs) -> ExamplePass:
        opened = jobs.library.open(self.run)
        prepared = prepare_example(jobs, opened, self.input, self.step)
        model = opened.model(opened.require_step(self.step))
        passed = pass_through(model, prepared.x, prepared.y)
        size = Size(self.width, self.height, self.maps)
        layers = [
            LayerPass(
                path=address.rpartition("/")[0],
                value=tensor(value, address, "value", None, size),
                gradient=tensor(passed.gradients[address], address, "gradient", None, size) if address in passed.gradients else None,
            )
            for address, value in passed.values.items()
        ]
        return ExamplePass(
            run=self.run,
            step=self.step,
            example=shown(opened.task, prepared.x, prepared.y, prepared.place, prepared.part, prepared.row, passed.output, passed.loss),
            outputs=numbers(passed.output),
            probabilities=numbers(opened.task.task.probabilities(passed.output[None])[0]),
            layers=layers,
            loss=_loss_of(opened.task, passed, prepared),
        )


def _loss_of(task: TaskView, passed: Passed, prepared: PreparedExample) -> ExampleLoss | None:
    if passed.loss is None or passed.slopes is None or prepared.y is None:
        return None
    kind = type(task.loss)
    text = f"{kind.__name__} = {passed.loss:.6g}"
    if task.task.chooses_class and _is_plain_entropy(task.loss):
        target = int(task.task.target_numbers(np.asarray(prepared.y)[None])[0])
        chance = task.task.probabilities(passed.output[None])[0, target]
        text = f"−ln p({task.classes[target]}) = −ln {chance:.6g} = {-np.log(max(chance, 1e-300)):.6g}"
    elif passed.output.size == 1:
        error = float(passed.output.reshape(-1)[0]) - float(np.asarray(prepared.y).reshape(-1)[0])
        text = f"the distance is {error:+.6g}; the loss is {passed.loss:.6g}"
    return ExampleLoss(kind.__name__, formula_of(kind), text, number(passed.loss), numbers(passed.slopes))


def _is_plain_entropy(loss: Loss | None) -> bool:
    """Return whether the loss of an example is minus the logarithm of the probability of its class."""
    entropies = (SparseCategoricalCrossentropy, CategoricalCrossentropy, BinaryCrossentropy)
    return isinstance(loss, entropies) and not getattr(loss, "label_smoothing", 0.0)
