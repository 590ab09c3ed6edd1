import { useAnswer } from "../../live/useAnswer";
import { moment } from "../../moment";
import { count } from "../../numbers";
import { type FollowedRun, runNamed, runs } from "../../run";
import { change, state } from "../../state";
import { Comparison } from "./Compared";

const within = (step: number, { first, last }: FollowedRun): number => Math.max(first.value, Math.min(last.value ?? 0, step));

function Choice({ run, other }: { run: FollowedRun; other: FollowedRun | undefined }) {
  const own = state.against_step.value;
  const all = (runs.value ?? []).filter(({ steps }) => steps > 0);
  const go = (text: string) => /^\d+$/.test(text) && change({ against_step: Number(text) }, "replace");
  return (
    <span class="end">
      <select
        class="field small"
        aria-label="Compare with"
        value={state.against.value}
        onChange={({ currentTarget }) => change({ against: currentTarget.value, against_step: null })}
      >
        <option value="">compare with …</option>
        {all.map(({ name }) => (
          <option key={name} value={name}>
            {name === run.name ? `${name}, another step` : name}
          </option>
        ))}
      </select>
      {other ? (
        <label class="row small">
          <input
            type="checkbox"
            checked={own === null}
            onChange={({ currentTarget }) =>
              change({ against_step: currentTarget.checked ? null : within(moment.peek()?.step ?? 0, other) })
            }
          />
          the same step
        </label>
      ) : null}
      {other && own !== null ? (
        <input
          class="field small"
          aria-label="Step of the other run"
          inputMode="numeric"
          size={7}
          value={own}
          onChange={({ currentTarget }) => go(currentTarget.value)}
        />
      ) : null}
    </span>
  );
}

/** Another run, or another step of this one, beside the moment that is shown: figures, what comes out, weights, and what differs. */
export function Beside({ run }: { run: FollowedRun }) {
  const other = runNamed(state.against.value);
  const step = moment.value?.step;
  const isThere = other !== undefined && other.last.value !== null;
  const { answer, error, isWaiting } = useAnswer(
    isThere && step !== undefined
      ? {
          type: "compare_moments",
          run: run.name,
          step,
          other: other.name,
          other_step: within(state.against_step.value ?? step, other),
          example: state.example.value ?? 0,
        }
      : null,
    `${run.name} ${other?.name}`,
  );
  return (
    <section class="part" aria-label="Side by side">
      <header>
        <h2>Side by side</h2>
        <p class="small quiet">
          {answer
            ? `What differs between ${answer.first.run} before step ${count(answer.first.step)} and ${answer.second.run} before step ${count(answer.second.step)}.`
            : "Lay another run beside this moment: its figures, its weights, and what it makes of the same example."}
        </p>
        <Choice run={run} other={other} />
      </header>
      {other?.error.value ? <p class="trouble">{other.error.value}</p> : null}
      {other && !isThere && !other.error.value ? <p class="waiting">{other.name} has made no step yet</p> : null}
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting && !answer ? <p class="waiting">Both moments are being computed again</p> : null}
      {answer ? <Comparison found={answer} /> : null}
    </section>
  );
}
