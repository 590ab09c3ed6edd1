import { useEffect, useState } from "preact/hooks";
import { ask } from "../live/connection";
import { moment } from "../moment";
import { count } from "../numbers";
import { type FollowedRun, runs } from "../run";

/** Return the rate that a field says, as a person writes it; nothing where it is none. */
export function rateIn(said: string): number | undefined {
  const rate = Number(said.trim().replace(",", ".") || Number.NaN);
  return rate > 0 && rate <= 1e6 ? rate : undefined;
}

/** The learning rate, to be turned while it trains: another one holds from the next step on. */
function Rate({ run, onTurn }: { run: FollowedRun; onTurn: (rate: number) => void }) {
  const [wished, setWished] = useState<string | null>(null);
  const turned = run.events.value.findLast(({ learning_rate }) => learning_rate !== null);
  useEffect(() => setWished(null), [turned?.time]);
  const now = turned?.learning_rate ?? (moment.value?.run === run.name ? moment.value.learning_rate : null);
  const kept = now === null ? "" : String(Number(now.toPrecision(6)));
  const isWrong = wished !== null && rateIn(wished) === undefined;
  const isWaiting = wished !== null && rateIn(wished) !== Number(kept);
  const since = turned?.step ?? null;
  const said = isWaiting ? "from the next step on" : since === null ? "" : `from step ${count(since)} on`;
  return (
    <span class="row small">
      <label class="row">
        <span>learning rate</span>
        <input
          class="field"
          size={8}
          inputMode="decimal"
          autocomplete="off"
          value={wished ?? kept}
          aria-invalid={isWrong}
          onChange={({ currentTarget }) => {
            const rate = rateIn(currentTarget.value);
            setWished(currentTarget.value);
            if (rate !== undefined) onTurn(rate);
          }}
        />
      </label>
      <span class="quiet" aria-live="polite">
        {isWrong ? "must be a number above 0" : said}
      </span>
    </span>
  );
}

/** Pause, go on, one step at a time, another learning rate, stop: for trainings that the studio has begun. */
export function Steering({ run }: { run: FollowedRun }) {
  const [error, setError] = useState("");
  const isSteered = runs.value?.find(({ name }) => name === run.name)?.steered;
  if (!isSteered || !run.isLive.value) return null;
  const steer = (what: "pause" | "go on" | "step" | "stop" | "rate", rate: number | null = null) => {
    ask({ type: "steer", run: run.name, do: what, rate }).then(
      () => setError(""),
      (refusal: Error) => setError(refusal.message),
    );
  };
  const isPaused = run.state.value === "paused";
  return (
    <div class="row" role="group" aria-label="Steer the training">
      {isPaused ? (
        <button type="button" class="button" onClick={() => steer("go on")}>
          Go on
        </button>
      ) : (
        <button type="button" class="button" onClick={() => steer("pause")}>
          Pause
        </button>
      )}
      <button type="button" class="button" disabled={!isPaused} onClick={() => steer("step")}>
        One step
      </button>
      <button type="button" class="button" onClick={() => steer("stop")}>
        Stop
      </button>
      {run.opened.value && !run.opened.value.has_schedule ? <Rate key={run.name} run={run} onTurn={(rate) => steer("rate", rate)} /> : null}
      {error ? <p class="trouble">{error}</p> : null}
    </div>
  );
}
