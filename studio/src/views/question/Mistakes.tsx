import { useState } from "preact/hooks";
import { rowsOf } from "../../blocks";
import { Choices } from "../../components/Choices";
import { Confusion } from "../../components/Confusion";
import { ExampleCard } from "../../components/ExampleCard";
import { Figure } from "../../components/Figure";
import type { RunProps } from "../../components/WithRun";
import type { Example, PartEvaluation } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { count, counted, number, percent } from "../../numbers";
import { part } from "../../run";
import { change, state } from "../../state";
import { ClassCurves } from "./ClassCurves";

/** Examples, each of which leads to the question why. */
function Sheet({ examples }: { examples: readonly Example[] }) {
  const ask = ({ part, number }: Example) => (part ? () => change({ question: "answer", part, row: number }) : undefined);
  return (
    <div class="sheet">
      {examples.map((example) => (
        <ExampleCard key={example.place} example={example} size={60} onPick={ask(example)} />
      ))}
    </div>
  );
}

function Cell({ evaluated, cell }: { evaluated: PartEvaluation; cell: readonly number[] }) {
  const [row = 0, column = 0] = cell;
  const { answer, error } = useAnswer(
    { type: "read_cell", run: evaluated.run, true: row, predicted: column, part: evaluated.part, step: evaluated.step, limit: 96 },
    `${evaluated.run} ${cell}`,
  );
  return (
    <section class="part">
      <header>
        <h2>
          {evaluated.classes[row]} {row === column ? "given as itself" : `taken for ${evaluated.classes[column]}`}
        </h2>
        <p class="small quiet">{answer ? counted(answer.of, "example") : ""}</p>
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      <Sheet examples={answer?.examples ?? []} />
    </section>
  );
}

function Suspects({ run }: { run: string }) {
  const [isAsked, setAsked] = useState(false);
  const { answer, error, isWaiting } = useAnswer(isAsked ? { type: "read_suspects", run, limit: 24 } : null, run);
  return (
    <section class="part">
      <header>
        <h2>Is a label wrong?</h2>
        <p class="small quiet">Training examples whose label the network contradicts most surely.</p>
      </header>
      {isAsked ? null : (
        <div>
          <button type="button" class="button" onClick={() => setAsked(true)}>
            Look through the training examples
          </button>
        </div>
      )}
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting ? <p class="waiting">The training examples are being looked through</p> : null}
      {answer ? <Sheet examples={answer.examples} /> : null}
    </section>
  );
}

const plainly = (name: string, value: number | null | undefined): string =>
  value === undefined ? "no such figure" : name.endsWith("accuracy") ? percent(value) : number(value);

/** Where the network is wrong: how often which class is taken for which, the examples behind each number, the worst mistakes. */
export function Mistakes({ run, opened }: RunProps) {
  const parts = (["test", "validation", "train"] as const).filter((part) => opened.parts[part]);
  const { answer, error, isWaiting } = useAnswer(
    { type: "read_evaluation", run: run.name, part: part.value, step: state.step.value, mistakes: 24 },
    run.name,
  );
  const cell = state.cell.value;
  const isQuantity = opened.task.is_quantity;
  return (
    <>
      <header class="head">
        <div>
          <h1>Where is it wrong?</h1>
          <p class="lead">
            {answer ? `Of ${counted(answer.examples, "example")} of the ${part.value} part` : "Of a part of the data"}
            {state.step.value === null ? ", at the end of the run" : `, as the network was before step ${count(state.step.value)}`}.
            {isQuantity ? ` What is predicted is ${opened.task.target}; errors are in its own unit.` : ""}
            {answer?.evaluation.confusion ? " Each number of the table leads to its examples." : ""}
          </p>
        </div>
        <Choices
          label="Part"
          among={parts.map((one) => [one, one] as const)}
          value={part.value}
          onChange={(next) => change({ part: next, cell: [] })}
        />
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting && !answer ? <p class="waiting">The network is being evaluated</p> : null}
      {answer ? (
        <>
          <dl class="figures">
            {Object.entries(answer.evaluation.figures).map(([name, value]) => (
              <Figure
                key={name}
                name={name.replaceAll("_", " ")}
                value={value}
                isShare={name.endsWith("accuracy")}
                source={`on the ${part.value} part; the plainest answer would have ${plainly(name, answer.evaluation.baseline[name])}`}
              />
            ))}
          </dl>
          <div class="evaluated">
            {answer.evaluation.confusion ? (
              <Confusion
                classes={answer.classes}
                table={rowsOf(answer.evaluation.confusion)}
                picked={cell}
                onPick={(row, column) => change({ cell: [row, column] }, "replace")}
              />
            ) : null}
            {cell.length === 2 && answer.classes.length ? <Cell evaluated={answer} cell={cell} /> : null}
          </div>
          <section class="part">
            <header>
              <h2>The worst mistakes</h2>
              <p class="small quiet">
                {isQuantity ? "Its answers that are farthest off." : "Its surest wrong answers."} Pick one to see why.
              </p>
            </header>
            <Sheet examples={answer.mistakes} />
          </section>
        </>
      ) : null}
      {opened.task.chooses_class ? (
        <>
          <ClassCurves run={run.name} />
          <Suspects run={run.name} />
        </>
      ) : null}
    </>
  );
}
