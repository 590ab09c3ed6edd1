import { useState } from "preact/hooks";
import type { WhyAnswer } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { number } from "../../numbers";
import { SetByHand } from "./SetByHand";

const ENDS = 100;

/** Return the change that a slider means: finely near zero, up to three times the weight, or three where that is small. */
export function changeOf(position: number, weight: number): number {
  const share = position / ENDS;
  return Math.sign(share) * share * share * 3 * Math.max(1, Math.abs(weight));
}

/** What if the weight were another: the loss computed again, beside what the gradient alone predicts. */
export function Nudge({ answer: { run, why } }: { answer: WhyAnswer }) {
  const [position, setPosition] = useState(0);
  const change = Number(changeOf(position, why.weight ?? 0).toPrecision(3));
  const { answer, error } = useAnswer(
    position ? { type: "ask_nudge", run, step: why.step, address: why.name, place: why.index, change } : null,
    `${run} ${why.step} ${why.name} ${why.index}`,
  );
  return (
    <section class="part" aria-label="What if it were another">
      <header>
        <h2>And if it were another?</h2>
        <p class="small quiet">The gradient holds near by. Far away, the loss has to be computed again.</p>
      </header>
      <div class="row">
        <label class="row grow">
          <span class="visually-hidden">Change of the weight</span>
          <input type="range" min={-ENDS} max={ENDS} value={position} onInput={(event) => setPosition(Number(event.currentTarget.value))} />
        </label>
        <output class="nudged">
          {number(why.weight)} {change < 0 ? "−" : "+"} {number(Math.abs(change))}
        </output>
      </div>
      {error ? <p class="trouble">{error}</p> : null}
      {answer && position ? (
        <p>
          The loss of the batch would be <strong>{number(answer.nudge.loss)}</strong> instead of {number(answer.nudge.loss_before)}; the
          gradient alone predicts {number(answer.nudge.predicted_loss)}.
        </p>
      ) : null}
      <SetByHand key={change} run={run} why={why} tried={change ? (why.weight ?? 0) + change : null} />
    </section>
  );
}
