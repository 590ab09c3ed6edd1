import { useState } from "preact/hooks";
import type { Why } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { number } from "../../numbers";
import { SetByHand } from "./SetByHand";

const ENDS = 100;

/** Return the change that a slider means: finely near zero, up to three times the weight, or three where that is small. */
export function changeOf(position: number, weight: number): number {
  const share = position / ENDS;
  return Math.sign(share) * share * share * 3 * Math.max(1, Math.abs(weight));
}

/** What if the weight were another: the loss computed again, beside what the gradient alone foretells. */
export function Nudge({ why }: { why: Why }) {
  const [position, setPosition] = useState(0);
  const change = Number(changeOf(position, why.weight ?? 0).toPrecision(3));
  const { answer, error } = useAnswer(
    position ? { type: "ask_nudge", run: why.run, step: why.step, address: why.address, place: why.place, change } : null,
    `${why.run} ${why.step} ${why.address} ${why.place}`,
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
          The loss of the batch would be <strong>{number(answer.loss)}</strong> instead of {number(answer.loss_before)}; the gradient alone
          foretells {number(answer.predicted_loss)}.
        </p>
      ) : null}
      <SetByHand key={change} why={why} tried={change ? (why.weight ?? 0) + change : null} />
    </section>
  );
}
