import { useEffect, useState } from "preact/hooks";
import { Curve, type Line } from "../../components/Curve";
import { go } from "../../moment";
import { count, number, percent } from "../../numbers";
import { type FollowedRun, runNamed, runs, shown } from "../../run";
import { change, link, state } from "../../state";
import { colour } from "../../theme/colours";
import type { StageProps } from "./Learn";
import { LESSONS, type Lesson, train } from "./lessons";
import { Passage } from "./Passage";

const RATES: readonly Lesson[] = ["learn-too-low", "learn-right", "learn-too-high"];
const OVERFITTED: Lesson = "learn-by-heart";

const rateOf = (name: Lesson): number => LESSONS[name].optimizer.arguments?.learning_rate as number;

/** Lay runs beside the one that is looked at, training those that there are not yet. */
function useLessons(names: readonly Lesson[]): readonly [begin: () => void, error: string] {
  const [error, setError] = useState("");
  const begin = () => {
    for (const name of names) train(name).catch((refusal: Error) => setError(refusal.message));
    change({ beside: [...new Set([...state.beside.peek(), ...names])] }, "replace");
  };
  useEffect(() => {
    if (names.every((name) => runs.peek()?.some((run) => run.name === name))) begin();
  }, []);
  return [begin, error];
}

function Rates() {
  const [begin, error] = useLessons(RATES);
  const there = RATES.flatMap((name) => runNamed(name) ?? []);
  const lines = there.map(
    (one, i): Line => ({ label: `${number(rateOf(one.name as Lesson))}`, colour: colour(i), course: one.courses.get("loss") }),
  );
  return (
    <>
      {there.length < RATES.length ? (
        <div>
          <button type="button" class="button first" onClick={begin}>
            Train three networks
          </button>
        </div>
      ) : null}
      {error ? <p class="trouble">{error}</p> : null}
      {there.length ? (
        <>
          <Curve lines={lines} label="The loss with three learning rates" height={260} tick={() => there.map(({ grown }) => grown.value)} />
          <ul class="verdicts">
            {there.map((one, i) => (
              <li key={one.name} style={{ color: colour(i) }}>
                learning rate {number(rateOf(one.name as Lesson))}: after {count(one.epochs.value.length)} epochs,{" "}
                {percent(one.epochs.value.at(-1)?.figures.val_accuracy)} right
              </li>
            ))}
          </ul>
        </>
      ) : null}
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
  const [begin, error] = useLessons([OVERFITTED]);
  const now = runNamed(OVERFITTED);
  const least = now ? best(now) : null;
  const parts = (name: "loss" | "val_loss") => (now?.epochs.value ?? []).map(({ step, figures }) => [step, figures[name] ?? null] as const);
  const lines: Line[] = [
    { label: "training", colour: colour(0), points: parts("loss") },
    { label: "validation", colour: colour(1), points: parts("val_loss") },
  ];
  return (
    <>
      {now ? null : (
        <div>
          <button type="button" class="button first" onClick={begin}>
            Train with 60 examples
          </button>
        </div>
      )}
      {error ? <p class="trouble">{error}</p> : null}
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
export function Iteration({ run, opened }: StageProps) {
  const perEpoch = opened.steps_per_epoch;
  return (
    <>
      <Passage
        title="The same, again and again"
        text={`Forward, loss, backward, a small step: that is one update, made for a batch of ${opened.settings.batch_size ?? 32} examples. ${count(perEpoch)} batches make an epoch: then every example has been seen once, and the next epoch begins, in another order.`}
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
      </Passage>
      <Passage
        title="How large a step?"
        text="The learning rate says how far each weight goes against its gradient. Too low, and learning takes for ever. Too high, and each step overshoots: the loss jumps about, or grows. All three networks here begin with the same weights."
        task="Train all three, here and now, and see which learns."
      >
        <Rates />
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
