import { Choices } from "../../components/Choices";
import { Curve, type Line } from "../../components/Curve";
import { go } from "../../moment";
import { type FollowedRun, others, runs, shown } from "../../run";
import { MOST_SMOOTH } from "../../smoothing";
import { change, state } from "../../state";
import { colour } from "../../theme/colours";

const MOST = 500; // epochs that are drawn

/** Return the lines of one figure: of the training steps, and, for each epoch, of the validation part; of the run and of those beside it. */
export function linesOf(run: FollowedRun, beside: readonly FollowedRun[], figure: string): Line[] {
  return [run, ...beside].flatMap((one, i): Line[] => {
    const name = beside.length ? `${one.name}, ` : "";
    const ends = one.epochs.value;
    const every = Math.ceil(ends.length / MOST);
    const validation = ends
      .filter((_, at) => at % every === 0 || at === ends.length - 1)
      .flatMap(({ step, figures }) => {
        const value = figures[`val_${figure}`];
        return value === undefined ? [] : [[step, value] as const];
      });
    return [
      { label: `${name}training`, colour: colour(beside.length ? i : 0), course: one.courses.get(figure) },
      ...(validation.length
        ? [
            {
              label: `${name}validation`,
              colour: colour(beside.length ? i : 1),
              points: validation,
              dots: validation.length <= 60,
              dashed: beside.length > 0,
            },
          ]
        : []),
    ];
  });
}

function Beside({ run }: { run: FollowedRun }) {
  const candidates = (runs.value ?? []).filter(({ name }) => name !== run.name && !state.beside.value.includes(name));
  return (
    <>
      {state.beside.value.map((name) => (
        <button
          key={name}
          type="button"
          class="button bare small"
          onClick={() => change({ beside: state.beside.peek().filter((one) => one !== name) })}
        >
          {name} ×
        </button>
      ))}
      {candidates.length ? (
        <select
          class="field small"
          aria-label="Lay a run beside"
          value=""
          onChange={(event) => change({ beside: [...state.beside.peek(), event.currentTarget.value] })}
        >
          <option value="">beside …</option>
          {candidates.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      ) : null}
    </>
  );
}

/** How much the curves are smoothed. */
function Smoothing() {
  const weight = state.smoothing.value;
  return (
    <label class="row small smoothing" title="An exponential moving average, drawn over the figures themselves">
      <span>smoothed</span>
      <input
        type="range"
        min={0}
        max={MOST_SMOOTH}
        step={0.01}
        value={weight}
        aria-label="Smoothing of the curves"
        onInput={(event) => change({ smoothing: Number(event.currentTarget.value) }, "replace")}
      />
      <output>{weight.toFixed(2)}</output>
    </label>
  );
}

/** The figures over the steps, live; a click goes to that step. */
export function Curves({ run }: { run: FollowedRun }) {
  const names = run.opened.value?.figures ?? ["loss"];
  const beside = others.value;
  const ticking = () => [run.grown.value, ...beside.map(({ grown }) => grown.value)];
  void run.epochs.value;
  return (
    <section class="part" aria-label="Figures over the steps">
      <header>
        <h2>How it learns</h2>
        <span class="end">
          <Beside run={run} />
          <Smoothing />
          <Choices
            label="Scale of the loss"
            among={[
              ["linear", "linear"],
              ["log", "logarithmic"],
            ]}
            value={state.scale.value}
            onChange={(scale) => change({ scale }, "replace")}
          />
        </span>
      </header>
      <div class="even curves">
        {names.slice(0, 4).map((name) => (
          <div key={name}>
            <h3>{name.replaceAll("_", " ")}</h3>
            <Curve
              lines={linesOf(run, beside, name)}
              label={`${name} over the steps of ${run.name}`}
              logarithmic={state.scale.value === "log" && name === "loss"}
              smoothing={state.smoothing.value}
              step={shown.value}
              tick={ticking}
              onPick={go}
            />
          </div>
        ))}
      </div>
    </section>
  );
}
