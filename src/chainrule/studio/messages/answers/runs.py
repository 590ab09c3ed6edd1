"""Runs: the list, one of them, its figures, what it does now."""

from typing import Literal, TypeAlias

from msgspec import Struct

from chainrule.studio.messages.answers.general import Told
from chainrule.studio.messages.shared import Block, Number, Quantity, Scalar, Situation, Value

State: TypeAlias = Literal["preparing", "running", "paused", "finished", "interrupted", "error", "killed"]


class Parent(Struct, frozen=True):
    """Where a fork comes from.

    Args:
        run: the parent's name.
        step: the first step that is its own.
        changes: what is other, by name.
    """

    run: str
    step: int
    changes: dict[str, str]


class Hyperparameters(Struct, frozen=True):
    """What a run was told before it began.

    Args:
        network: its layers in a phrase.
        optimizer: its name; empty where there is none.
        learning_rate: that it was given, or that its schedule was.
        schedule: the name of the one that sets the learning rate; empty where there is none.
        batch_size: examples in a batch.
        seed: all that is random hangs on it.
    """

    network: str
    optimizer: str
    learning_rate: Number
    schedule: str
    batch_size: int
    seed: int


class RunLine(Struct, frozen=True):
    """A run in a list.

    Args:
        name: of its folder.
        state: what it is doing.
        data: what it learned from.
        created: seconds since 1970.
        epochs: done.
        epochs_planned: at most.
        steps: made.
        figures: of the last epoch, by name.
        best: the smallest validation loss and the highest validation accuracies of all epochs, by name.
        test: figures of the test part, where they are kept.
        parent: where it was forked from.
        steered: whether this studio can pause it.
        hyperparameters: what it was told.
    """

    name: str
    state: State
    data: str
    created: float
    epochs: int
    epochs_planned: int
    steps: int
    figures: dict[str, Number]
    best: dict[str, float]
    test: dict[str, Number]
    parent: Parent | None
    steered: bool
    hyperparameters: Hyperparameters


class Runs(Told, frozen=True, tag="runs"):
    """The runs of the folder.

    Args:
        runs: the newest first.
    """

    runs: list[RunLine]


class Weight(Struct, frozen=True):
    """A weight of a layer.

    Args:
        address: such as "dense/kernel".
        name: in its layer: "kernel".
        shape: its axes.
        learns: whether the optimiser changes it.
    """

    address: str
    name: str
    shape: list[int]
    learns: bool


class Layer(Struct, frozen=True):
    """A layer, or an input, of a network.

    Args:
        path: its name in the network, such as "conv2d"; "input" of an input.
        kind: its class; "Input" of an input.
        shape: of its output, without the batch's axis.
        output: the address of its output; None of an input.
        comes_from: the numbers of those it takes its inputs from.
        parameters: numbers in its weights.
        weights: them.
        arguments: of its constructor, those that are not the default.
        formula: what it computes, in a line.
        stage: "input", "preparation", "weighted sum", "activation", "pooling", "shape", "memory", "noise" or "other": how it is drawn.
        line: of the program at which it was made.
    """

    path: str
    kind: str
    shape: list[int]
    output: str | None
    comes_from: list[int]
    parameters: int
    weights: list[Weight]
    arguments: dict[str, Value]
    formula: str
    stage: str
    line: str = ""


class Epoch(Struct, frozen=True):
    """An epoch that is over.

    Args:
        epoch: counted from 0.
        step: updates made when it ended.
        seconds: it took.
        figures: by name.
    """

    epoch: int
    step: int
    seconds: float
    figures: dict[str, Number]


class Event(Struct, frozen=True):
    """Something that happened.

    Args:
        time: seconds since 1970.
        kind: "started", "finished", "edited", ...
        step: at which; None where it hangs on none.
        text: in words.
        learning_rate: that was set by hand, from this step on; None where none was.
    """

    time: float
    kind: str
    step: int | None
    text: str
    learning_rate: Number


class Reading(Struct, frozen=True):
    """What a probe reads.

    Args:
        name: such as "norm of gradient of dense/kernel".
        statistic: "norm".
        address: "dense/kernel"; empty of what belongs to the whole step.
        quantity: of that address.
        size: how many numbers it is.
        every: how many steps lie between two looks; 0 of what follows from others.
    """

    name: str
    statistic: str
    address: str
    quantity: Quantity
    size: int
    every: int


class Column(Struct, frozen=True):
    """A column of a table.

    Args:
        name: its.
        kind: "number", "category", "text", "date", "dropped".
        categories: those that were met in training.
        mean: of numbers.
        low: of numbers.
        high: of numbers.
        missing: rows without it.
        reason: why it is taken so.
    """

    name: str
    kind: str
    categories: list[str]
    mean: Number
    low: Number
    high: Number
    missing: int
    reason: str


class Task(Struct, frozen=True):
    """What is learned.

    Args:
        kind: of the examples: "image", "table", "text", "audio", "series" or "numbers".
        task: "classification" or "regression".
        classes: in the order of their numbers; empty where there are none.
        target: the name of what is foretold.
        shape: of an input, as the network takes it.
        columns: of a table.
        low: smallest number of the inputs.
        high: largest.
    """

    kind: str
    task: str
    classes: list[str]
    target: str
    shape: list[int]
    columns: list[Column]
    low: Number
    high: Number


class RunOpened(Told, frozen=True, tag="run_opened"):
    """A run.

    Args:
        line: as in the list.
        layers: of its network, in order; inputs too.
        parameters: of all of them.
        loss: as a line of code.
        optimizer: as a line of code.
        has_schedule: whether a schedule sets the learning rate, which then cannot be set by hand.
        metrics: names.
        settings: batch size, epochs, seed, ... by name.
        parts: how many examples each part has.
        environment: versions, device, threads.
        changed: of these, what is other now, in lines.
        facts: what was found and decided about the data, in lines.
        task: what is learned.
        first: the first step; None where none is made.
        last: the last step.
        steps_per_epoch: updates in an epoch.
        figures: names.
        readings: of probes.
        epochs: those that are over.
        events: what happened.
        snapshots: steps that have one.
        forks: runs that come from this one.
        situation: that makes it again; None where it was not made from one.
        code: the Python program that makes it again; empty where there is none, as where the rate was set by hand on the way.
    """

    line: RunLine
    layers: list[Layer]
    parameters: int
    loss: str
    optimizer: str
    has_schedule: bool
    metrics: list[str]
    settings: dict[str, Scalar]
    parts: dict[str, int]
    environment: dict[str, str]
    changed: list[str]
    facts: list[str]
    task: Task
    first: int | None
    last: int | None
    steps_per_epoch: int
    figures: list[str]
    readings: list[Reading]
    epochs: list[Epoch]
    events: list[Event]
    snapshots: list[int]
    forks: list[RunLine]
    situation: Situation | None
    code: str


class Curve(Struct, frozen=True):
    """A figure over the steps, in buckets.

    Args:
        name: of the figure.
        steps: int32, the first step of each bucket.
        mean: float32, over the bucket; NaN where a step's figure is, or none was kept.
        low: float32, the smallest of the bucket.
        high: float32, the largest.
    """

    name: str
    steps: Block
    mean: Block
    low: Block
    high: Block


class Figures(Told, frozen=True, tag="figures"):
    """Figures of steps.

    Args:
        run: its name.
        first: the first step that was asked for.
        last: the last.
        every: steps in a bucket.
        curves: one for each figure.
    """

    run: str
    first: int
    last: int
    every: int
    curves: list[Curve]


class Sight(Struct, frozen=True):
    """What a probe saw.

    Args:
        name: of the reading.
        steps: int32, at which it looked.
        values: float32, of shape (looks,), or (looks, n) where a reading is several numbers. A histogram's are the lowest, the
            highest, and the shares of 32 bins between them; quantiles' are those at 0, 5, 25, 50, 75, 95 and 100 %.
    """

    name: str
    steps: Block
    values: Block


class Probes(Told, frozen=True, tag="probes"):
    """What probes saw.

    Args:
        run: its name.
        sights: one for each reading.
    """

    run: str
    sights: list[Sight]


class Grown(Told, frozen=True, tag="grown"):
    """What a run has done since it was told last.

    Args:
        run: its name.
        state: what it does now.
        message: why it ended, or what it waits for; empty where there is nothing to say.
        first: its first step; None where none is made.
        last: its last step.
        every: steps in a bucket of the curves.
        curves: figures of the new steps.
        epochs: new ones.
        events: new ones.
        snapshots: all steps that have one; None where they are as they were.
        speed: steps in a second, lately; None where it stands.
    """

    run: str
    state: State
    message: str
    first: int | None
    last: int | None
    every: int
    curves: list[Curve]
    epochs: list[Epoch]
    events: list[Event]
    snapshots: list[int] | None
    speed: Number


class Finding(Struct, frozen=True):
    """What the doctor has found.

    Args:
        symptom: its name.
        certainty: "possible", "likely" or "certain".
        seen: with numbers.
        cause: in plain words.
        remedy: a line of code.
        stage: "before", "during" or "after" training.
        step: at which it arose; None where it hangs on none.
    """

    symptom: str
    certainty: str
    seen: str
    cause: str
    remedy: str
    stage: str
    step: int | None


class Diagnosed(Told, frozen=True, tag="diagnosed"):
    """What the doctor has found.

    Args:
        run: its name.
        findings: causes before their consequences.
    """

    run: str
    findings: list[Finding]


class Started(Told, frozen=True, tag="started"):
    """A training that has begun; `follow` tells how it goes.

    Args:
        run: its name.
    """

    run: str
