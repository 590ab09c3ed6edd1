import { ExampleCard } from "../../components/ExampleCard";
import type { Example } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { moment } from "../../moment";
import { counted } from "../../numbers";
import type { FollowedRun } from "../../run";
import { change, state } from "../../state";

function Loss({ example, most }: { example: Example; most: number }) {
  return <i class="loss" style={{ width: `${((example.loss ?? 0) / (most || 1)) * 100}%` }} />;
}

/** The examples that this step learned from, each with its share of the loss; one of them can be sent through the network. */
export function Batch({ run }: { run: FollowedRun }) {
  const step = moment.value?.step;
  const { answer, error } = useAnswer(step === undefined ? null : { type: "read_batch", run: run.name, step, limit: 64 }, run.name);
  const chosen = state.example.value ?? 0;
  const most = Math.max(...(answer?.examples ?? []).map(({ loss }) => loss ?? 0));
  return (
    <section class="part" aria-label="The batch">
      <header>
        <h2>The batch</h2>
        <p class="small quiet">
          {answer
            ? `${counted(answer.of, "example")} that this step learned from; the line under each is its loss. Choose one to send it through.`
            : ""}
        </p>
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      <div class="sheet batch">
        {answer?.examples.map((example, i) => (
          <div key={example.place + example.number}>
            <ExampleCard example={example} size={44} isChosen={i === chosen} onPick={() => change({ example: i, unit: [] }, "replace")} />
            <Loss example={example} most={most} />
          </div>
        ))}
      </div>
    </section>
  );
}
