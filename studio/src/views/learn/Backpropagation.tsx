import { Bars } from "../../components/Bars";
import { ExampleCard } from "../../components/ExampleCard";
import type { RunProps } from "../../components/WithRun";
import { useAnswer } from "../../live/useAnswer";
import { go, moment } from "../../moment";
import { count, number, percent } from "../../numbers";
import { change, link, state } from "../../state";
import { WhyWeight } from "../question/Why";
import { Way } from "../rewind/Way";
import { ChainRule } from "./Formula";
import { Passage } from "./Passage";

const EARLY = 20; // a step at which gradients are still large

/** Weights to begin with: from one path to the loss to a great many. */
const WEIGHTS = [
  { title: "One of the last layer", weight: "dense_1/kernel", index: [3, 4] },
  { title: "One of the hidden layer", weight: "dense/kernel", index: [30, 3] },
  { title: "One of the window", weight: "conv2d/kernel", index: [1, 1, 0, 1] },
] as const;

/** The same example of the batch, answered before the step and after it. */
function Nudged({ run, opened }: RunProps) {
  const step = moment.value?.step;
  const place = state.example.value ?? 0;
  const batch = useAnswer(step === undefined ? null : { type: "read_batch", run: run.name, step, limit: 64 }, run.name).answer;
  const example = batch?.examples[place];
  const given = example?.part ? ({ type: "in_part", part: example.part, number: example.number } as const) : null;
  const ask = (at: number) =>
    given && at <= (run.last.value ?? 0)
      ? ({ type: "read_example_pass", run: run.name, step: at, input: given, width: 1, height: 1, maps: 1 } as const)
      : null;
  const before = useAnswer(step === undefined ? null : ask(step), run.name).answer;
  const after = useAnswer(step === undefined ? null : ask(step + 1), run.name).answer;
  if (step !== undefined && step >= (run.last.value ?? 0))
    return <p class="quiet">This is the last step, and nothing comes after it. Go a step back.</p>;
  if (!example || !before || !after || step === undefined) return <p class="waiting">The example is asked before and after</p>;
  const right = example.target ?? 0;
  const rows = (probabilities: readonly (number | null)[]) =>
    opened.task.classes.map((name, i) => ({
      name,
      value: probabilities[i] ?? null,
      text: percent(probabilities[i]),
      isChosen: i === right,
    }));
  return (
    <>
      <div class="before-after">
        <div>
          <p class="eyebrow">before step {count(step)}</p>
          <Bars label="Before" rows={rows(before.probabilities)} full={1} />
        </div>
        <div>
          <p class="eyebrow">after it</p>
          <Bars label="After" rows={rows(after.probabilities)} full={1} />
        </div>
        <ExampleCard example={example} size={84} />
      </div>
      <p class="equation">
        The loss of this example went from {number(before.loss?.value)} to <strong>{number(after.loss?.value)}</strong>. The step was made
        for all {batch.of} examples of its batch together, so for a single one it may rise.
      </p>
    </>
  );
}

/** Backpropagation: what each weight has to do with the loss. */
export function Backpropagation({ run, opened }: RunProps) {
  return (
    <>
      <Passage
        title="Who is to blame?"
        text={`The loss says how wrong the answer was. But there are ${count(opened.parameters)} weights. Which of them should change, which way, and by how much? For each there is a number that tells: its gradient, by how much the loss would grow if the weight grew by a little.`}
        task="The first steps of a run have the largest gradients. Go there, and drag the time line on from it."
      >
        <div>
          <button type="button" class="button" onClick={() => go(EARLY)}>
            Go to step {EARLY}
          </button>
        </div>
      </Passage>
      <Passage
        title="Back, from layer to layer"
        text="The gradient begins at the loss, and goes back the way that the example came: each layer hands on to the one below what of the blame belongs to it."
        more={
          <>
            That is the chain rule: where the loss L depends on z, z on a, and a on w, <ChainRule />. Each factor is a local matter of one
            layer, and computed only once for all weights below.
          </>
        }
      />
      <Way run={run} />
      <Passage
        title="The chain, for one weight"
        text="Here is the chain rule written out for one weight. The loss depends on it by several paths; what each carries is the product of the local slopes along it, and the gradient is the sum over all paths, and over all examples of the batch."
        task="Pick a number of the weight. Then choose another path, and check the product."
        more={<a href={link({ view: "question", question: "why" })}>Ask any weight why</a>}
      >
        <div class="row">
          {WEIGHTS.map(({ title, weight, index }) => (
            <button key={title} type="button" class="button" onClick={() => change({ weight, index })}>
              {title}
            </button>
          ))}
        </div>
      </Passage>
      <WhyWeight run={run} opened={opened} />
      <Passage
        title="All weights take a small step"
        text="Last, each weight is changed a little against its gradient: minus the learning rate times the gradient. Then the next batch comes. The right class should have risen, and the wrong ones fallen."
        task="Step on with the arrow at the time line, and watch it happen."
      >
        <Nudged run={run} opened={opened} />
        <p class="small">
          <a href={link({ view: "rewind" })} onClick={() => change({ layer: "" }, "replace")}>
            All of this step
          </a>
        </p>
      </Passage>
    </>
  );
}
