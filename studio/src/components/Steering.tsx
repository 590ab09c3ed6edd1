import { useState } from "preact/hooks";
import { ask } from "../live/connection";
import { type FollowedRun, runs } from "../run";

/** Pause, go on, one step at a time, stop: for trainings that the studio has begun. */
export function Steering({ run }: { run: FollowedRun }) {
  const [error, setError] = useState("");
  const isSteered = runs.value?.find(({ name }) => name === run.name)?.steered;
  if (!isSteered || !run.isLive.value) return null;
  const steer = (what: "pause" | "go on" | "step" | "stop") => {
    ask({ type: "steer", run: run.name, do: what }).then(
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
      {error ? <p class="trouble">{error}</p> : null}
    </div>
  );
}
