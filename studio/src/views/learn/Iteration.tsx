import { Curve, type Line } from "../../components/Curve";
import { ExamplePicture } from "../../components/ExamplePicture";
import type { RunProps } from "../../components/WithRun";
import { useAnswer } from "../../live/useAnswer";
import { go } from "../../moment";
import { count, number } from "../../numbers";
import { type FollowedRun, runNamed, shown } from "../../run";
import { link } from "../../state";
import { colour } from "../../theme/colours";
import { LESSONS, type Lesson } from "./lessons";
import { Passage } from "./Passage";
import "./preparation.css";
import { Begin, SideBySide } from "./SideBySide";

const OVERFITTED: Lesson = "learn-by-heart";

const said = (name: Lesson): string => `learning rate ${number(LESSONS[name].optimizer.arguments?.learning_rate as number)}`;

/** The examples of the batch of the step that is shown, and which of its epoch's batches it is. */
function Now({ run, opened }: RunProps) {
  const step = shown.value ?? 0;
  const [first, last] = [run.first.value, run.last.value ?? 0];
  const perEpoch = Math.max(1, opened.steps_per_epoch ?? 1);
  const { answer, error } = useAnswer({ type: "read_batch", run: run.name, step, limit: 32 }, run.name);
  return (
    <>
      <div class="row">
        <button type="button" class="button" disabled={step <= first} onClick={() => go(step - 1)}>
          ‹ batch before
        </button>
        <button type="button" class="button" disabled={step >= last} onClick={() => go(step + 1)}>
          next batch ›
        </button>
        <button type="button" class="button" disabled={step + perEpoch > last} onClick={() => go(step + perEpoch)}>
          an epoch on »
        </button>
        <p class="now-at" aria-live="polite">
          step {count(step)}: batch {count((step % perEpoch) + 1)} of {count(perEpoch)}, in epoch {count(Math.floor(step / perEpoch) + 1)}
        </p>
      </div>
      {error ? <p class="trouble">{error}</p> : null}
      {answer ? (
        <div class="sheet" role="group" aria-label={`The batch of step ${step}`}>
          {answer.examples.map((example) =>
            example.picture ? (
              <ExamplePicture key={example.place} picture={example.picture} size={40} label={example.label ?? "a digit"} />
            ) : null,
          )}
        </div>
      ) : (
        <p class="waiting">The batch is being put together again</p>
      )}
    </>
  );
}

function best(run: FollowedRun): { step: number; loss: number } | null {
  const losses = run.epochs.value.flatMap(({ step, figures }) =>
    typeof figures.val_loss === "number" ? [{ step, loss: figures.val_loss }] : [],
  );
  return losses.length ? losses.reduce((least, one) => (one.loss < least.loss ? one : least)) : null;
}

function Overfitting() {
  const now = runNamed(OVERFITTED);
  const least = now ? best(now) : null;
  const parts = (name: "loss" | "val_loss") => (now?.epochs.value ?? []).map(({ step, figures }) => [step, figures[name] ?? null] as const);
  const lines: Line[] = [
    { label: "training", colour: colour(0), points: parts("loss") },
    { label: "validation", colour: colour(1), points: parts("val_loss") },
  ];
  return (
    <>
      <Begin names={[OVERFITTED]} text="Train with 60 examples" />
      {now?.epochs.value.length ? (
        <>
          <Curve lines={lines} label="Training and validation loss with 60 examples" height={260} step={least?.step ?? null} />
          {least ? (
            <p class="equation">
              The validation loss was least, {number(least.loss)}, after step {count(least.step)}: the upright line. There one would stop.
            </p>
          ) : null}
        </>
      ) : null}
    </>
  );
}

/** Iteration: the same again and again, and when to stop. */
export function Iteration({ run, opened }: RunProps) {
  const perEpoch = opened.steps_per_epoch;
  return (
    <>
      <Passage
        title="The same, again and again"
        text={`Forward, loss, backward, a small step: that is one update, made for a batch of ${opened.fit_arguments.batch_size ?? 32} examples. ${count(perEpoch)} batches make an epoch: then every example has been seen once, and the next epoch begins, in another order.`}
        task="Click into the curve, or drag the time line, and step forward and back. Everything on the other pages shows that moment."
        more={<a href={link({ view: "rewind" })}>Look at the batch of this step</a>}
      >
        <Curve
          lines={[{ label: "loss of each batch", colour: colour(0), course: run.courses.get("loss") }]}
          label="The loss over the steps"
          height={240}
          step={shown.value}
          tick={() => run.grown.value}
          onPick={go}
        />
        <Now run={run} opened={opened} />
      </Passage>
      <Passage
        title="How large a step?"
        text="The learning rate says how far each weight goes against its gradient. Too low, and learning takes for ever. Too high, and each step overshoots: the loss jumps about, or grows. All three networks here begin with the same weights."
        task="Train all three, here and now, and see which learns."
      >
        <SideBySide
          among={[
            ["learn-too-low", said("learn-too-low")],
            ["learn-right", said("learn-right")],
            ["learn-too-high", said("learn-too-high")],
          ]}
          label="The loss with three learning rates"
          begin="Train three networks"
        />
      </Passage>
      <Passage
        title="When to stop?"
        text="With only 60 examples, the network can learn each by heart. Its loss on them falls on and on; but on examples that it has not seen, the loss stops falling, and rises again. That is overfitting: it now learns what is particular to the 60."
        more="Early stopping keeps the weights of the best epoch. More examples, dropout, or a smaller network help as well."
      >
        <Overfitting />
      </Passage>
    </>
  );
}
