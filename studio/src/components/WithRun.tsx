import { type ComponentChildren, Fragment } from "preact";
import type { RunDetails } from "../generated/messages";
import { type FollowedRun, run, runs } from "../run";
import { link } from "../state";

/** What a view of one run is given. */
export interface RunProps {
  readonly run: FollowedRun;
  readonly opened: RunDetails;
}

/** What is shown of a run, once there is one. */
export function WithRun({ children }: { children: (run: FollowedRun, opened: RunDetails) => ComponentChildren }) {
  const now = run.value;
  const listed = runs.value?.find(({ name }) => name === now?.name)?.state;
  if (now && listed === "preparing" && !now.opened.value) return <p class="waiting">{now.name} is being prepared</p>;
  if (now?.error.value) return <p class="trouble">{now.error.value}</p>;
  if (now?.opened.value) return <Fragment key={now.number}>{children(now, now.opened.value)}</Fragment>;
  if (now || runs.value === null) return <p class="waiting">Opening the run</p>;
  return <NoRun />;
}

/** How one comes by a run. */
export function NoRun() {
  return (
    <div class="empty part">
      <h1>No run yet</h1>
      <p class="lead">
        A run is what a training leaves behind: every step of it can be watched, gone back to and questioned here.{" "}
        <a href={link({ view: "build" })}>Build and train a network</a>, or type <code>chainrule learn digits</code> in the folder that the
        studio was started in.
      </p>
    </div>
  );
}
