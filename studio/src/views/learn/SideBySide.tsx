import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Curve, type Line } from "../../components/Curve";
import { count, percent } from "../../numbers";
import { type FollowedRun, runNamed, runs } from "../../run";
import { change, state } from "../../state";
import { colour } from "../../theme/colours";
import { type Lesson, train } from "./lessons";

/** Lay runs beside the one that is looked at, once they are there. Returns what trains those that there are not yet. */
export function useLessons(names: readonly Lesson[]): readonly [begin: () => void, error: string] {
  const [error, setError] = useState("");
  const begin = () => {
    for (const name of names) train(name).catch((refusal: Error) => setError(refusal.message));
    change({ beside: [...new Set([...state.beside.peek(), ...names])] }, "replace");
  };
  useEffect(
    () =>
      effect(() => {
        if (names.every((name) => runs.value?.some((run) => run.name === name))) begin();
      }),
    [],
  );
  return [begin, error];
}

/** Trains what is to be looked at, where it has not been trained yet. */
export function Begin({ names, text }: { names: readonly Lesson[]; text: string }) {
  const [begin, error] = useLessons(names);
  return (
    <>
      {names.every((name) => runNamed(name)) ? null : (
        <div>
          <button type="button" class="button first" onClick={begin}>
            {text}
          </button>
        </div>
      )}
      {error ? <p class="trouble">{error}</p> : null}
    </>
  );
}

/** Return how a network did after its last epoch, in words. */
function verdict({ isLive, epochs }: FollowedRun): string {
  const last = epochs.value.at(-1);
  if (!last) return isLive.value ? "is about to begin" : "has made no epoch";
  const { val_accuracy } = last.figures;
  return `after ${count(epochs.value.length)} epochs, ${percent(val_accuracy)} of the validation part right`;
}

interface Props {
  /** The runs, each with what is to be said of it. */
  readonly among: readonly (readonly [Lesson, string])[];
  readonly label: string;
  /** What the button that trains them says. */
  readonly begin: string;
  /** The figure of each epoch that is drawn; else the loss of each step. */
  readonly figure?: string;
  readonly logarithmic?: boolean;
}

/** Networks that differ in one thing, trained here and now, and how they do. */
export function SideBySide({ among, label, begin, figure, logarithmic = false }: Props) {
  const there = among.flatMap(([name, words], i) => {
    const run = runNamed(name);
    return run ? [{ run, words, i }] : [];
  });
  const lines = there.map(
    ({ run, words, i }): Line => ({
      label: words,
      colour: colour(i),
      ...(figure
        ? { points: run.epochs.value.map(({ step, figures }) => [step, figures[figure] ?? null] as const) }
        : { course: run.courses.get("loss") }),
    }),
  );
  return (
    <>
      <Begin names={among.map(([name]) => name)} text={begin} />
      {there.length ? (
        <>
          <Curve lines={lines} label={label} height={240} logarithmic={logarithmic} tick={() => there.map(({ run }) => run.grown.value)} />
          <ul class="verdicts">
            {there.map(({ run, words, i }) => (
              <li key={run.name} style={{ color: colour(i) }}>
                {words}: {verdict(run)}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}
