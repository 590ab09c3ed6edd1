"""What a page asks the server. The answer's type stands beside each."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from chainrule.studio.messages.shared import (
    Choice,
    Count,
    DataChoice,
    Given,
    Name,
    PartName,
    Pixels,
    Place,
    Quantity,
    Situation,
    Step,
)

Identity: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]


class Ask(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """The base of requests.

    Args:
        id: of the request; its answers carry it too.
    """

    id: Identity


# Runs


class WatchRuns(Ask, frozen=True, tag="watch_runs"):
    """List the runs of the folder, now and whenever one of them changes its status. Answer: `runs`, again and again."""


class OpenRun(Ask, frozen=True, tag="open_run"):
    """Open a run: all that is known of it except figures and tensors. Answer: `run_opened`.

    Args:
        run: its name.
    """

    run: Name


class ReadFigures(Ask, frozen=True, tag="read_figures"):
    """Read figures of steps, reduced to what a width of the screen can show. Answer: `figures`.

    Args:
        run: its name.
        names: of figures, such as "loss"; empty for all.
        first: the first step; None for the run's own.
        last: the last step, which is among them; None for the run's own.
        width: how many buckets at most.
    """

    run: Name
    names: Annotated[list[Name], Meta(max_length=64)] = []
    first: Step | None = None
    last: Step | None = None
    width: Pixels = 1000


class ReadProbes(Ask, frozen=True, tag="read_probes"):
    """Read what probes saw. Answer: `probes`.

    Args:
        run: its name.
        names: of readings, such as "histogram of dense/kernel", or patterns, such as "norm of gradient of *".
        first: the first step; None for the run's own.
        last: the last step; None for the run's own.
        width: how many looks at most.
    """

    run: Name
    names: Annotated[list[Name], Meta(min_length=1, max_length=64)]
    first: Step | None = None
    last: Step | None = None
    width: Pixels = 500


class Follow(Ask, frozen=True, tag="follow"):
    """Hear of what a run does from now on. Answer: `grown`, about ten times a second at most while it grows, and when its state changes.

    Args:
        run: its name.
        after: the last step that the page knows already; None where it knows none.
    """

    run: Name
    after: Step | None = None


class Unfollow(Ask, frozen=True, tag="unfollow"):
    """Hear no more: of what is told again and again, or of a question whose answer is no longer wanted, which, if it still waits for its
    turn, is not worked out. Answer: `done`.

    Args:
        of: the id of that request.
    """

    of: Identity


class Diagnose(Ask, frozen=True, tag="diagnose"):
    """Ask the doctor. Answer: `diagnosed`.

    Args:
        run: its name.
    """

    run: Name


# Rewind


class Seek(Ask, frozen=True, tag="seek"):
    """Go to a step. A newer seek of the same run takes the place of one that waits. Answer: `moment`, or `superseded`.

    Args:
        run: its name.
        step: counted from 0.
        coarse: whether the nearest moment that can be had at once is enough, as while dragging.
    """

    run: Name
    step: Step
    coarse: bool = False


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A tensor that is wanted, and how large it will be on the screen.

    Args:
        address: such as "dense/kernel" or "conv2d/output".
        quantity: which of it: the value, the loss's gradient with respect to it, or the optimiser's update of it.
        example: of an output, which of the batch, by its place; None for the mean over all.
        width: pixels at most.
        height: pixels at most.
        maps: of feature maps or kernels, how many at most.
    """

    address: Name
    quantity: Quantity = "value"
    example: Step | None = 0
    width: Pixels = 256
    height: Pixels = 256
    maps: Annotated[int, Meta(ge=1, le=256)] = 32


class ReadTensors(Ask, frozen=True, tag="read_tensors"):
    """Look at tensors of a moment, reduced to the asked pixels. Newest takes the place of one that waits.
    Answer: `tensors`, or `superseded`.

    Args:
        run: its name.
        step: counted from 0; a moment that answered a coarse seek is at hand.
        wanted: which.
    """

    run: Name
    step: Step
    wanted: Annotated[list[Wanted], Meta(min_length=1, max_length=64)]


class CompareMoments(Ask, frozen=True, tag="compare_moments"):
    """Lay a moment of one run beside one of another: figures, weights, and what either network makes of the same example, with what
    differs. A step that a run has not made gives way to the nearest that it has. Newest takes the place of one that waits. Answer:
    `compared`, or `superseded`.

    Args:
        run: the first run's name.
        step: of it, counted from 0.
        other: the second run's name.
        other_step: of it.
        example: of the first one's batch, by its place.
        width: pixels for each tensor.
        height: pixels for each tensor.
        maps: of feature maps or kernels, how many at most.
    """

    run: Name
    step: Step
    other: Name
    other_step: Step
    example: Step = 0
    width: Pixels = 128
    height: Pixels = 128
    maps: Annotated[int, Meta(ge=1, le=256)] = 16


class ReadAttention(Ask, frozen=True, tag="read_attention"):
    """Look at what the steps of an example look at, in each head of a layer of attention. Answer: `attended`.

    Args:
        run: its name.
        step: counted from 0.
        layer: the layer's path.
        example: its place in the batch.
        most: steps that are shown, of those that look and of those that are seen.
    """

    run: Name
    step: Step
    layer: Name
    example: Step = 0
    most: Annotated[int, Meta(ge=1, le=256)] = 64


class ReadBatch(Ask, frozen=True, tag="read_batch"):
    """Look at the examples of a step's batch. Answer: `examples`.

    Args:
        run: its name.
        step: counted from 0.
        limit: how many.
    """

    run: Name
    step: Step
    limit: Annotated[int, Meta(ge=1, le=512)] = 64


class Travel(Ask, frozen=True, tag="travel"):
    """Let one example travel: through the layers, to the loss, and its gradient back. Answer: `travelled`.

    Args:
        run: its name.
        step: with the weights before which it travels.
        given: the example; one whose target is not known has no loss and no gradient.
        width: pixels for each tensor.
        height: pixels for each tensor.
        maps: feature maps for each layer.
    """

    run: Name
    step: Step
    given: Given
    width: Pixels = 128
    height: Pixels = 128
    maps: Annotated[int, Meta(ge=1, le=256)] = 16


class ReadUnit(Ask, frozen=True, tag="read_unit"):
    """Write out one unit: its weighted sum in numbers, its activation, its gradient. Answer: `unit`.

    Args:
        run: its name.
        step: with the weights before which it is computed.
        given: the example.
        layer: the layer's path, such as "dense".
        place: of the unit in the layer's output, without the batch's axis.
        terms: how many of the sum's terms are written out, the largest first.
    """

    run: Name
    step: Step
    given: Given
    layer: Name
    place: Place
    terms: Annotated[int, Meta(ge=1, le=1024)] = 12


class AskWhy(Ask, frozen=True, tag="ask_why"):
    """Ask why one number of a weight has its gradient. Answer: `why`.

    Args:
        run: its name.
        step: counted from 0.
        address: of the weight, such as "dense/kernel".
        place: of the number in it; None for the one whose gradient is largest.
        example: whose paths are listed, by its place in the batch; None for the one with the largest contribution.
        paths: how many are listed.
    """

    run: Name
    step: Step
    address: Name
    place: Place | None = None
    example: Step | None = None
    paths: Annotated[int, Meta(ge=1, le=100)] = 5


class AskWalk(Ask, frozen=True, tag="ask_walk"):
    """Walk the backward pass, operation by operation. Answer: `walked`.

    Args:
        run: its name.
        step: counted from 0.
        layer: to stay in; None for all of the way.
    """

    run: Name
    step: Step
    layer: Name | None = None


class AskNudge(Ask, frozen=True, tag="ask_nudge"):
    """Ask what would be if one number of a weight were another. Answer: `nudged`.

    Args:
        run: its name.
        step: counted from 0.
        address: of the weight.
        place: of the number in it.
        change: what is added to it.
    """

    run: Name
    step: Step
    address: Name
    place: Place
    change: float


class Fork(Ask, frozen=True, tag="fork"):
    """Go on from a step as a new run, with something changed; it trains in a process of its own. Answer: `started`.

    Args:
        run: the parent's name.
        step: the first step that the new run makes.
        learning_rate: another one; None leaves it.
        optimizer: another one, by name.
        epochs: at which to stop, counted from the parent's first.
        batch_size: another one.
        seed: another one.
    """

    run: Name
    step: Step
    learning_rate: Annotated[float, Meta(gt=0)] | None = None
    optimizer: Name | None = None
    epochs: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    batch_size: Annotated[int, Meta(ge=1, le=65_536)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32)] | None = None


# Question: `step` is None for the run's model as it is at the end.


class ReadJudgement(Ask, frozen=True, tag="read_judgement"):
    """Judge the model on a part: figures, confusion, worst mistakes. Answer: `judged`.

    Args:
        run: its name.
        part: of its data; "test" where the run knows one.
        step: before which step; None for the end.
        mistakes: how many of the worst.
    """

    run: Name
    part: PartName = "test"
    step: Step | None = None
    mistakes: Annotated[int, Meta(ge=0, le=200)] = 24


class ReadToldApart(Ask, frozen=True, tag="read_told_apart"):
    """Ask how well the model tells each class from all others, at every threshold. Answer: `told_apart`.

    Args:
        run: its name.
        part: of its data.
        step: before which step; None for the end.
    """

    run: Name
    part: PartName = "test"
    step: Step | None = None


class ReadCell(Ask, frozen=True, tag="read_cell"):
    """Show the examples in one cell of the confusion matrix. Answer: `examples`.

    Args:
        run: its name.
        true: the number of the true class.
        given: the number of the class that was given.
        part: of its data.
        step: before which step; None for the end.
        limit: how many.
    """

    run: Name
    true: Step
    given: Step
    part: PartName = "test"
    step: Step | None = None
    limit: Annotated[int, Meta(ge=1, le=512)] = 64


class ReadSuspects(Ask, frozen=True, tag="read_suspects"):
    """Show the training examples whose label the model contradicts most. Answer: `examples`.

    Args:
        run: its name.
        limit: how many.
    """

    run: Name
    limit: Annotated[int, Meta(ge=1, le=512)] = 24


class ReadExamples(Ask, frozen=True, tag="read_examples"):
    """Show examples of a part, with the model's answers. Answer: `examples`.

    Args:
        run: its name.
        part: of its data.
        first: row.
        limit: how many.
        step: before which step; None for the end.
    """

    run: Name
    part: PartName = "test"
    first: Step = 0
    limit: Annotated[int, Meta(ge=1, le=512)] = 32
    step: Step | None = None


class Hear(Ask, frozen=True, tag="hear"):
    """Hear the recording that an example was made of. Answer: `heard`.

    Args:
        run: its name.
        part: of its data.
        number: the example's row there.
    """

    run: Name
    part: PartName
    number: Step


class AskAnswer(Ask, frozen=True, tag="ask_answer"):
    """Ask the model, with its reasons. Newest takes the place of one that waits. Answer: `answered`, or `superseded`.

    Args:
        run: its name.
        given: what it is asked about.
        step: before which step; None for the end.
        method: of explanation, one of those that `welcome` lists; None for the answer alone.
        target: the class that is explained; None for the one that is given.
    """

    run: Name
    given: Given
    step: Step | None = None
    method: Name | None = None
    target: Step | None = None


class AskInfluence(Ask, frozen=True, tag="ask_influence"):
    """Ask which training examples taught the model its answer. Answer: `influenced`.

    Args:
        run: its name.
        given: what it is asked about.
        limit: how many for it and how many against it.
    """

    run: Name
    given: Given
    limit: Annotated[int, Meta(ge=1, le=32)] = 6


class AskNearest(Ask, frozen=True, tag="ask_nearest"):
    """Show the training examples that the network sees as most alike. Answer: `examples`.

    Args:
        run: its name.
        given: to what.
        layer: in whose output; None for the last but one.
        limit: how many.
    """

    run: Name
    given: Given
    layer: Name | None = None
    limit: Annotated[int, Meta(ge=1, le=64)] = 8


class ReadLandscape(Ask, frozen=True, tag="read_landscape"):
    """Look at the loss around the way of a run. Answer: `landscape`.

    Args:
        run: its name.
        view: "path" for the plane in which the run moved, "plane" for two random directions around its end.
        points: on each side of the grid.
    """

    run: Name
    view: Literal["path", "plane"] = "path"
    points: Annotated[int, Meta(ge=3, le=51)] = 21


class ReadEmbedding(Ask, frozen=True, tag="read_embedding"):
    """Lay a layer's outputs out in two dimensions, or three. Answer: `embedded`.

    Args:
        run: its name.
        layer: its path; None for the last but one.
        part: of its data.
        limit: how many examples at most.
        step: before which step; None for the end.
        method: along the directions in which they differ most, or so that neighbours stay together.
        dimensions: of the layout.
    """

    run: Name
    layer: Name | None = None
    part: PartName = "test"
    limit: Count = 2000
    step: Step | None = None
    method: Literal["pca", "tsne"] = "pca"
    dimensions: Literal[2, 3] = 2


class ReadPlane(Ask, frozen=True, tag="read_plane"):
    """Draw what a network of two inputs gives all over their plane, and what its units do. Answer: `plane`.

    Args:
        run: its name.
        cells: on each side of the grid.
        step: before which step; None for the latest.
    """

    run: Name
    cells: Annotated[int, Meta(ge=3, le=100)] = 40
    step: Step | None = None


# Build and train


class ListData(Ask, frozen=True, tag="list_data"):
    """List named data sets and uploads. Answer: `data_sets`."""


class DescribeData(Ask, frozen=True, tag="describe_data"):
    """Describe data as they will be learned from. Answer: `data_described`.

    Args:
        data: which.
        samples: how many examples are shown.
    """

    data: DataChoice
    samples: Annotated[int, Meta(ge=0, le=512)] = 48


class ListKinds(Ask, frozen=True, tag="list_kinds"):
    """List what situations are put together from: layers, losses, optimisers, metrics. Answer: `kinds`."""


class CheckSituation(Ask, frozen=True, tag="check_situation"):
    """Check a situation: shapes as they go, what does not fit and where, the Python code. Newest takes the place of one that waits.
    Answer: `checked`, or `superseded`.

    Args:
        situation: which.
    """

    situation: Situation


class Train(Ask, frozen=True, tag="train"):
    """Train a situation in a process of its own. Answer: `started`.

    Args:
        situation: which.
        name: of the run; None for the data's with a number.
        paused: whether to wait before the first step.
    """

    situation: Situation
    name: Name | None = None
    paused: bool = False


class Steer(Ask, frozen=True, tag="steer"):
    """Steer a training that the studio has begun. Answer: `done`; what becomes of it is told by `grown`.

    Args:
        run: its name.
        do: pause before the next step, go on, make steps and pause again, set the learning rate or a weight, or stop for good.
        steps: of "step", how many.
        rate: of "rate", the learning rate from the next step on.
        address: of "weight", which, such as "dense/kernel".
        place: of "weight", of the number in it.
        value: of "weight", what the number is from the next step on.
    """

    run: Name
    do: Literal["pause", "go on", "step", "rate", "weight", "stop"]
    steps: Annotated[int, Meta(ge=1, le=10_000)] = 1
    rate: Annotated[float, Meta(gt=0, le=1e6)] | None = None
    address: Name = ""
    place: Place = []
    value: Annotated[float, Meta(ge=-1e6, le=1e6)] = 0.0


# Data


class ListUploads(Ask, frozen=True, tag="list_uploads"):
    """List uploads. Answer: `uploads`."""


class ReadReport(Ask, frozen=True, tag="read_report"):
    """Report on the preparation of data: what each verb did, distributions, leaks. Answer: `data_report`.

    Args:
        run: whose own report is wanted, as it was kept with it; "" for none.
        data: which are reported on where no run is named, or it keeps no report, as one that was trained from arrays; None for none.
    """

    run: Name = ""
    data: DataChoice | None = None


class ShowPreparation(Ask, frozen=True, tag="show_preparation"):
    """Show training examples before and after each of some verbs of preparation or augmentation. Answer: `prepared`.

    Args:
        verbs: the layers that prepare or augment, one after the other.
        examples: how many.
        copies: how many draws of each, where there is chance in it.
        run: whose examples they are; "" for those of data.
        data: which; None for those of a run.
    """

    verbs: Annotated[list[Choice], Meta(min_length=1, max_length=16)]
    examples: Annotated[int, Meta(ge=1, le=32)] = 6
    copies: Annotated[int, Meta(ge=1, le=16)] = 1
    run: Name = ""
    data: DataChoice | None = None


class ShowVerbs(Ask, frozen=True, tag="show_verbs"):
    """Show what each verb of preparation makes of a small table that the studio has of its own. Answer: `verbs_shown`.

    Args:
        without: verbs that are left out.
    """

    without: Annotated[list[Literal["clean", "encode", "scale"]], Meta(max_length=3)] = []


Request: TypeAlias = (
    WatchRuns
    | OpenRun
    | ReadFigures
    | ReadProbes
    | Follow
    | Unfollow
    | Diagnose
    | Seek
    | ReadTensors
    | CompareMoments
    | ReadAttention
    | ReadBatch
    | Travel
    | ReadUnit
    | AskWhy
    | AskWalk
    | AskNudge
    | Fork
    | ReadJudgement
    | ReadToldApart
    | ReadCell
    | ReadSuspects
    | ReadExamples
    | Hear
    | AskAnswer
    | AskInfluence
    | AskNearest
    | ReadLandscape
    | ReadEmbedding
    | ReadPlane
    | ListData
    | DescribeData
    | ListKinds
    | CheckSituation
    | Train
    | Steer
    | ListUploads
    | ReadReport
    | ShowPreparation
    | ShowVerbs
)
