import { useState } from "preact/hooks";
import { ExampleCard } from "../../components/ExampleCard";
import type { InfluentialExample } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import type { ExampleInput } from "../../own";
import type { FollowedRun } from "../../run";

function Row({ title, examples }: { title: string; examples: readonly InfluentialExample[] }) {
  if (!examples.length) return null;
  return (
    <div>
      <p class="eyebrow">{title}</p>
      <div class="sheet">
        {examples.map(({ example }) => (
          <ExampleCard key={example.place} example={example} size={56} />
        ))}
      </div>
    </div>
  );
}

/** The training examples that the network takes for alike, and, when asked, those that taught it this answer. */
export function Teachers({ run, given }: { run: FollowedRun; given: ExampleInput }) {
  const key = `${run.name} ${JSON.stringify(given)}`;
  const [asked, setAsked] = useState("");
  const near = useAnswer({ type: "ask_nearest", run: run.name, input: given, limit: 8 }, run.name);
  const taught = useAnswer(asked === key ? { type: "ask_influence", run: run.name, input: given, limit: 6 } : null, key);
  return (
    <section class="part" aria-label="Who taught it this">
      <header>
        <h2>Who taught it this?</h2>
      </header>
      {near.answer ? (
        <div>
          <p class="eyebrow">Nearest to it in the last hidden layer</p>
          <div class="sheet">
            {near.answer.examples.map((example) => (
              <ExampleCard key={example.place} example={example} size={56} />
            ))}
          </div>
        </div>
      ) : null}
      {asked === key ? null : (
        <div>
          <button type="button" class="button" onClick={() => setAsked(key)}>
            Follow its learning back
          </button>
          <p class="caption">Which training examples lowered the loss of this one, step by step over the run (TracIn).</p>
        </div>
      )}
      {taught.error ? <p class="trouble">{taught.error}</p> : null}
      {taught.isWaiting ? <p class="waiting">The run is being gone through</p> : null}
      {taught.answer ? (
        <>
          <Row title="Helped" examples={taught.answer.helpful} />
          <Row title="Hindered" examples={taught.answer.harmful} />
        </>
      ) : null}
    </section>
  );
}
