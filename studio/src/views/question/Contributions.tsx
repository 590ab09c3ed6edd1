import { ExampleCard } from "../../components/ExampleCard";
import { hint } from "../../components/Hint";
import type { WhyAnswer } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { counted, number } from "../../numbers";
import { change } from "../../state";

/** What each example of the batch adds to the gradient; one can be chosen, whose paths are then shown. */
export function Contributions({ answer: { run, why, total } }: { answer: WhyAnswer }) {
  const { answer: batch } = useAnswer({ type: "read_batch", run, step: why.step, limit: 512 }, `${run} ${why.step}`);
  const contributions = Array.from(why.contributions.values);
  const most = Math.max(...contributions.map((one) => Math.abs(one))) || 1;
  const chosen = batch?.examples[why.example];
  const say = (i: number) => {
    const label = batch?.examples[i]?.label;
    return `example ${i + 1}${label ? `, ${label}` : ""}: ${number(contributions[i])}\nits loss: ${number(why.example_losses.values[i])}`;
  };
  return (
    <section class="part" aria-label="By example">
      <header>
        <h2>By example</h2>
        <p class="small quiet">
          The gradient is a sum: {counted(contributions.length, "term")}
          {why.penalty ? `, and ${number(why.penalty)} of penalties on weights` : ""}. Together {number(total)}.
        </p>
      </header>
      <div class="contributions">
        <div class="terms" role="listbox" aria-label="Contributions of the examples">
          {contributions.map((value, i) => (
            <button
              key={`${why.rows.values[i]} ${i}`}
              type="button"
              role="option"
              aria-selected={i === why.example}
              aria-label={say(i)}
              onClick={() => change({ example: i }, "replace")}
              onMouseMove={(event) => hint(event, say(i))}
              onMouseLeave={() => hint(null)}
            >
              <i
                class={(value ?? 0) < 0 ? "under" : ""}
                style={{ height: `${(Math.abs(value ?? 0) / most) * 50}%`, [(value ?? 0) < 0 ? "top" : "bottom"]: "50%" }}
              />
            </button>
          ))}
        </div>
        {chosen ? (
          <div class="chosen">
            <ExampleCard example={chosen} size={84} />
            <p class="small quiet">
              example {why.example + 1}: {number(contributions[why.example])}
            </p>
          </div>
        ) : null}
      </div>
    </section>
  );
}
