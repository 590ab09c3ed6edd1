import { Scatter } from "../../components/Scatter";
import { useAnswer } from "../../live/useAnswer";
import { number, percent } from "../../numbers";
import { layers, part } from "../../run";
import { change, state } from "../../state";
import type { QuestionProps } from "./Question";

/** How a layer sees the data: each example a point, alike those that its outputs lay together. */
export function Embedding({ run }: QuestionProps) {
  const rooms = layers.value.filter(({ output }) => output !== null);
  const layer = rooms.find(({ path }) => path === state.layer.value)?.path ?? rooms.at(-2)?.path ?? null;
  const { answer, error, isWaiting } = useAnswer(
    { type: "read_embedding", run: run.name, layer, part: part.value, limit: 2000, step: state.step.value },
    run.name,
  );
  const word = (value: number | undefined) => answer?.classes[value ?? -1] ?? number(value);
  return (
    <>
      <header class="head">
        <div>
          <h1>What looks alike to it?</h1>
          <p class="lead">
            Each example of the {part.value} part is a point, laid out by the outputs of {layer} along the two directions in which they
            differ most
            {answer ? ` (${percent(answer.shares.reduce((sum, one) => sum + one, 0))} of all difference)` : ""}.{" "}
            {answer && !answer.classes.length
              ? "The brighter, the larger is what is to be foretold."
              : "Ringed are those that it takes for another class."}{" "}
            Drag the time line to see them part.
          </p>
        </div>
        <label class="labelled">
          <span>Layer</span>
          <select class="field" value={layer ?? ""} onChange={(event) => change({ layer: event.currentTarget.value })}>
            {rooms.map(({ path }) => (
              <option key={path}>{path}</option>
            ))}
          </select>
        </label>
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting && !answer ? <p class="waiting">The examples are being laid out</p> : null}
      {answer ? (
        <Scatter
          places={answer.places.values}
          classes={answer.targets.values}
          names={answer.classes}
          label={`The ${part.value} part in the outputs of ${answer.layer}`}
          isMarked={(i) => answer.classes.length > 0 && answer.targets.values[i] !== answer.answers.values[i]}
          describe={(i) =>
            `${part.value}[${answer.numbers.values[i]}]: ${word(answer.targets.values[i])}, taken for ${word(answer.answers.values[i])}`
          }
          onPick={(i) => change({ question: "answer", part: answer.part, row: answer.numbers.values[i] ?? 0 })}
        />
      ) : null}
    </>
  );
}
