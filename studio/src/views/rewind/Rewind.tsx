import { WithRun } from "../../components/WithRun";
import { shown } from "../../run";
import { Curves } from "../watch/Curves";
import { Batch } from "./Batch";
import { Beside } from "./Beside";
import { Forking } from "./Forking";
import { Head } from "./Head";
import { Way } from "./Way";
import "./rewind.css";

/** One step of a run, computed again: its batch, an example's way there and back, what if it had gone on otherwise, another run beside it. */
export function Rewind() {
  return (
    <WithRun>
      {(run, opened) =>
        shown.value === null ? (
          <p class="lead">The run has made no step yet.</p>
        ) : (
          <div class="stack">
            <Head run={run} opened={opened} />
            <Batch run={run} />
            <Way run={run} />
            <Forking run={run} opened={opened} />
            <Curves run={run} />
            <Beside run={run} />
          </div>
        )
      }
    </WithRun>
  );
}
