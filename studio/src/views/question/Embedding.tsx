import { Choices } from "../../components/Choices";
import { Cloud } from "../../components/Cloud";
import { Scatter } from "../../components/Scatter";
import type { RunProps } from "../../components/WithRun";
import type { EmbeddedExamples } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { count, number, percent } from "../../numbers";
import { layers, part } from "../../run";
import { change, state } from "../../state";

const MOST = { pca: 2000, tsne: 500 } as const; // examples; to find out who stays beside whom takes far longer

const SHAPES = [
  ["2", "plane"],
  ["3", "space"],
] as const;

const LAYOUTS = [
  ["pca", "principal directions"],
  ["tsne", "neighbours, t-SNE"],
] as const;

/** How the points are to be read. */
function Reading({ layer, answer }: { layer: string | null; answer: EmbeddedExamples | null }) {
  const directions = state.dimensions.value === "3" ? "three directions" : "two directions";
  const shown = answer?.variance_shares.reduce((sum, one) => sum + one, 0);
  return (
    <p class="lead">
      Each point is an example of the {part.value} part, laid out by the outputs of {layer}{" "}
      {state.layout.value === "pca"
        ? `along the ${directions} in which they differ most${shown === undefined ? "" : ` (${percent(shown)} of all difference)`}.`
        : `so that those stay neighbours that are alike to it; how far apart groups lie, and how large they are, means nothing. It shows at most ${count(MOST.tsne)} examples.`}{" "}
      {answer && !answer.classes.length
        ? "The brighter, the larger is what is to be predicted."
        : "Ringed are those that it takes for another class."}{" "}
      {state.dimensions.value === "3" ? "Drag to turn them." : "Drag the time line to see them part."}
    </p>
  );
}

function Points({ answer }: { answer: EmbeddedExamples }) {
  const word = (value: number | undefined) => answer.classes[value ?? -1] ?? number(value);
  const { targets, answers, numbers } = answer;
  const Drawn = answer.places.shape[1] === 3 ? Cloud : Scatter;
  return (
    <Drawn
      places={answer.places.values}
      classes={targets.values}
      names={answer.classes}
      label={`The ${answer.part} part in the outputs of ${answer.layer}`}
      isMarked={(i) => answer.classes.length > 0 && targets.values[i] !== answers.values[i]}
      describe={(i) => `${answer.part}[${numbers.values[i]}]: ${word(targets.values[i])}, taken for ${word(answers.values[i])}`}
      onPick={(i) => change({ question: "answer", part: answer.part, row: numbers.values[i] ?? 0 })}
    />
  );
}

/** How a layer sees the data: each example a point, alike those that its outputs lay together. */
export function Embedding({ run }: RunProps) {
  const rooms = layers.value.filter(({ output }) => output !== null);
  const layer = rooms.find(({ path }) => path === state.layer.value)?.path ?? rooms.at(-2)?.path ?? null;
  const method = state.layout.value;
  const dimensions = state.dimensions.value === "3" ? 3 : 2;
  const { answer, error, isWaiting } = useAnswer(
    { type: "read_embedding", run: run.name, layer, part: part.value, limit: MOST[method], step: state.step.value, method, dimensions },
    `${run.name} ${method} ${dimensions}`,
  );
  return (
    <>
      <header class="head">
        <div>
          <h1>What looks alike to it?</h1>
          <Reading layer={layer} answer={answer} />
        </div>
        <div class="laid-out">
          <label class="labelled">
            <span>Layer</span>
            <select class="field" value={layer ?? ""} onChange={(event) => change({ layer: event.currentTarget.value })}>
              {rooms.map(({ path }) => (
                <option key={path}>{path}</option>
              ))}
            </select>
          </label>
          <Choices label="Laid out by" among={LAYOUTS} value={method} onChange={(layout) => change({ layout })} />
          <Choices label="Laid out in" among={SHAPES} value={state.dimensions.value} onChange={(dimensions) => change({ dimensions })} />
        </div>
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting && !answer ? <p class="waiting">The examples are being laid out</p> : null}
      {answer ? <Points answer={answer} /> : null}
    </>
  );
}
