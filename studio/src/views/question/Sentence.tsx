import { Figure } from "../../components/Figure";
import type { Why } from "../../generated/messages";
import { count, number } from "../../numbers";

/** The answer in one sentence and three numbers. */
export function Sentence({ why }: { why: Why }) {
  const name = `${why.name}[${why.index.join(", ")}]`;
  const direction = (why.update ?? 0) < 0 ? "down" : "up";
  return (
    <section class="part">
      <dl class="figures">
        <Figure name="weight" value={why.weight} source={`${name} before step ${count(why.step)}`} />
        <Figure
          name="gradient"
          value={why.gradient}
          source={`of the loss of the batch of step ${count(why.step)} with respect to ${name}`}
        />
        <Figure name="update" value={why.update} source="what the optimiser adds to it in this step" />
      </dl>
      <p class="lead">
        {why.blocked
          ? `Nothing of the loss depends on ${name} here: ${why.blocked}.`
          : `If ${name} grew by a little, the loss would change by ${number(why.gradient)} times as much. So the optimiser moves it ${direction}, by ${number(Math.abs(why.update ?? 0))}.`}
      </p>
    </section>
  );
}
