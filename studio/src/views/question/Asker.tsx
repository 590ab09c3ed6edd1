import { useState } from "preact/hooks";
import { DrawPad } from "../../components/DrawPad";
import { Drop } from "../../components/Drop";
import { ExampleCard } from "../../components/ExampleCard";
import type { ColumnSummary, RunDetails } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import type { ExampleInput } from "../../own";
import { part } from "../../run";
import { change, state } from "../../state";
import { Sound } from "./Sound";

interface Props {
  readonly opened: RunDetails;
  readonly own: ExampleInput | null;
  readonly onGive: (given: ExampleInput | null) => void;
}

const AT_ONCE = 24;

/** Some of the examples of a part, page after page. */
function Examples({ opened, own, onGive }: Props) {
  const [first, setFirst] = useState(0);
  const { answer } = useAnswer(
    { type: "read_examples", run: opened.line.name, part: part.value, first, limit: AT_ONCE, step: state.step.value },
    opened.line.name,
  );
  const of = answer?.of ?? 0;
  return (
    <div class="part">
      <header>
        <p class="eyebrow">From the {part.value} part</p>
        <span class="end">
          <button type="button" class="button bare small" disabled={first === 0} onClick={() => setFirst(Math.max(0, first - AT_ONCE))}>
            ‹ before
          </button>
          <button type="button" class="button bare small" disabled={first + AT_ONCE >= of} onClick={() => setFirst(first + AT_ONCE)}>
            next ›
          </button>
        </span>
      </header>
      <div class="sheet">
        {answer?.examples.map((example) => (
          <ExampleCard
            key={example.place}
            example={example}
            size={40}
            isChosen={own === null && example.number === (state.row.value ?? 0)}
            onPick={() => {
              onGive(null);
              change({ part: part.value, row: example.number }, "replace");
            }}
          />
        ))}
      </div>
    </div>
  );
}

type Cells = Record<string, string>;

function Cell({ column, value, onChange }: { column: ColumnSummary; value: string; onChange: (value: string) => void }) {
  return (
    <div class="labelled">
      <span>{column.name}</span>
      {column.categories.length ? (
        <select class="field" aria-label={column.name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">missing</option>
          {column.categories.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      ) : (
        <input class="field" aria-label={column.name} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
    </div>
  );
}

const inWords = (cells: Readonly<Record<string, unknown>>): Cells =>
  Object.fromEntries(Object.entries(cells).map(([name, value]) => [name, value === null ? "" : String(value)]));

/** A row of a table, to be edited. */
function Row({ opened, own, onGive }: Props) {
  const columns = opened.task.columns.filter(({ kind }) => kind !== "dropped");
  const begin = Object.fromEntries(
    columns.map(({ name, mean, categories }) => [name, categories[0] ?? (mean === null ? "" : String(Number(mean.toPrecision(4))))]),
  );
  const [cells, setCells] = useState<Cells>(() => (own?.type === "row" ? { ...begin, ...inWords(own.cells) } : begin));
  const set = (name: string, value: string) => {
    const next = { ...cells, [name]: value };
    setCells(next);
    const typed = columns.map((column) => {
      const said = next[column.name] ?? "";
      return [column.name, said === "" ? null : column.kind === "number" && Number.isFinite(Number(said)) ? Number(said) : said];
    });
    onGive({ type: "row", cells: Object.fromEntries(typed) });
  };
  return (
    <div class="part">
      <p class="eyebrow">A row of your own</p>
      <div class="cells">
        {columns.map((column) => (
          <Cell key={column.name} column={column} value={cells[column.name] ?? ""} onChange={(value) => set(column.name, value)} />
        ))}
      </div>
    </div>
  );
}

function Text({ own, onGive }: Props) {
  return (
    <label class="labelled">
      <span>A text of your own</span>
      <textarea
        class="field"
        rows={4}
        value={own?.type === "text" ? own.text : ""}
        onInput={(event) => {
          const text = event.currentTarget.value;
          onGive(text ? { type: "text", text } : null);
        }}
      />
    </label>
  );
}

/** A question of one's own, and the text that it is about. */
function AboutText({ own, onGive }: Props) {
  const begin = own?.type === "question" ? own : { question: "", text: "" };
  const [question, setQuestion] = useState(begin.question);
  const [text, setText] = useState(begin.text);
  const give = (question: string, text: string) => onGive(question.trim() && text.trim() ? { type: "question", question, text } : null);
  return (
    <>
      <label class="labelled">
        <span>A text of your own</span>
        <textarea
          class="field"
          rows={6}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            give(question, event.currentTarget.value);
          }}
        />
      </label>
      <label class="labelled">
        <span>Your question about it</span>
        <input
          class="field"
          value={question}
          onInput={(event) => {
            setQuestion(event.currentTarget.value);
            give(event.currentTarget.value, text);
          }}
        />
      </label>
    </>
  );
}

/** Where an example comes from: drawn, dropped, typed, edited, or one of the network's own. */
export function Asker(props: Props) {
  const { opened, onGive } = props;
  const { kind, shape } = opened.task;
  const isGrey = kind === "image" && (shape.at(-1) ?? 1) === 1;
  return (
    <div class="part chooser">
      {isGrey ? <DrawPad label="Draw here" onDraw={(drawing) => onGive(drawing && { type: "drawn", ...drawing, fit: true })} /> : null}
      {kind === "image" ? (
        <Drop
          text="Drop a picture here, or choose one"
          accept="image/*"
          onUpload={({ name }) => onGive({ type: "uploaded", name, row: 0 })}
        />
      ) : null}
      {kind === "audio" ? <Sound {...props} /> : null}
      {kind === "table" ? <Row {...props} /> : null}
      {kind === "text" ? <Text {...props} /> : null}
      {kind === "reading" ? <AboutText {...props} /> : null}
      <Examples {...props} />
    </div>
  );
}
