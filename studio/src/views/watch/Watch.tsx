import { WithRun } from "../../components/WithRun";
import { Curves } from "./Curves";
import { Findings } from "./Findings";
import { Flow } from "./Flow";
import { Head } from "./Head";
import { Rooms } from "./Rooms";
import "./watch.css";

/** A run as it learns: its figures, its network from inside, what flows through it, and what the doctor says. */
export function Watch() {
  return (
    <WithRun>
      {(run) => (
        <div class="stack">
          <Head run={run} />
          <Curves run={run} />
          <Rooms />
          <Flow run={run} />
          <Findings run={run} />
        </div>
      )}
    </WithRun>
  );
}
