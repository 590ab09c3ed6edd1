import { Bars } from "../../components/Bars";
import { Drop } from "../../components/Drop";
import { ExampleCard } from "../../components/ExampleCard";
import type { DataChoice, DataDescription } from "../../generated/messages";
import { useAnswer, type Waiting } from "../../live/useAnswer";
import { count, counted, percent, shape } from "../../numbers";
import { FIRST_DATA, HELD_OUT } from "../../settings";
import { change, link } from "../../state";
import { begin } from "./begin";
import { Formulas } from "./Formulas";
import { OwnPoints } from "./OwnPoints";

/** The columns of a table, with what each is taken for and why. */
function Columns({ described }: { described: DataDescription }) {
  return (
    <details>
      <summary>{counted(described.task.columns.length, "column")}: what each is taken for, and why</summary>
      <table class="columns">
        <tbody>
          {described.task.columns.map(({ name, kind, reason, missing }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{kind}</td>
              <td class="quiet">
                {reason}
                {missing ? `; ${counted(missing, "value is", "values are")} missing` : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

interface SliderProps {
  readonly name: string;
  /** What is chosen, in words. */
  readonly said: string;
  readonly most: number;
  readonly step: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A number from 0 on that is chosen by sliding. */
function Slider({ name, said, most, step, value, onChange }: SliderProps) {
  return (
    <label class="row small">
      <span>{said}</span>
      <input
        type="range"
        aria-label={name}
        min={0}
        max={most}
        step={step}
        value={value}
        onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
      />
    </label>
  );
}

interface DescribedProps {
  readonly described: DataDescription;
  readonly data: DataChoice;
  readonly onData: (data: DataChoice) => void;
}

function Described({ described, data, onData }: DescribedProps) {
  const { task, parts, counts, facts, samples, formulas, is_divided } = described;
  const isAllLearned = !is_divided && data.held_out === 0;
  const targets = [...new Set([...task.columns.map(({ name }) => name), task.target])];
  return (
    <>
      <p class="row">
        <span>
          {count(parts.train ?? 0)} training examples,{" "}
          {isAllLearned ? "the same" : `${count(parts.validation ?? 0)} for validation, ${count(parts.test ?? 0)}`} for the test; each{" "}
          {shape(task.shape)}.
        </span>
        {task.columns.length ? (
          <label class="labelled inline">
            <span>to predict</span>
            <select
              class="field small"
              value={task.target}
              onChange={(event) => begin({ ...data, target: event.currentTarget.value, features: [], noise: 0 })}
            >
              {targets.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        ) : null}
      </p>
      <div class="two data">
        <div class="sheet" role="group" aria-label="Training examples">
          {samples.map((example) => (
            <ExampleCard key={example.place} example={example} size={44} />
          ))}
        </div>
        {counts.length ? (
          <Bars
            label="Examples of each class"
            rows={counts.slice(0, 20).map(({ name, train }) => ({ name, value: train, text: count(train) }))}
          />
        ) : null}
      </div>
      {formulas.length ? (
        <>
          <Formulas
            formulas={formulas}
            columns={formulas.filter((name) => task.columns.some((column) => column.name === name))}
            data={data}
            onChange={onData}
          />
          <Slider
            name="noise, in standard deviations"
            said={`noise ${data.noise ? `of ${data.noise} standard deviations` : "none"}`}
            most={1}
            step={0.05}
            value={data.noise ?? 0}
            onChange={(noise) => onData({ ...data, noise })}
          />
        </>
      ) : null}
      {is_divided ? null : (
        <Slider
          name="share of the examples that is held out"
          said={`held out ${percent(data.held_out ?? HELD_OUT)}`}
          most={0.8}
          step={0.1}
          value={data.held_out ?? HELD_OUT}
          onChange={(held_out) => onData({ ...data, held_out })}
        />
      )}
      <ul class="small quiet facts">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {task.columns.length ? <Columns described={described} /> : null}
      <p class="small">
        <a href={link({ view: "data" })}>What the preparation does to them</a>
      </p>
    </>
  );
}

interface Props {
  readonly described: Waiting<DataDescription>;
  readonly data: DataChoice;
  /** Takes other data for the same network. */
  readonly onData: (data: DataChoice) => void;
}

/** What is learned from: a named data set, or a file of one's own. */
export function DataPart({ described, data, onData }: Props) {
  const { answer } = useAnswer({ type: "list_data" }, "data");
  const sets = answer?.sets ?? [];
  return (
    <section class="part" aria-label="Data">
      <header>
        <h2>Data</h2>
        <span class="end">
          <select
            class="field"
            aria-label="Data set"
            value={data.source}
            onChange={(event) => begin({ ...FIRST_DATA, source: event.currentTarget.value })}
          >
            {sets.some(({ source }) => source === data.source) ? null : <option value={data.source}>{data.source}</option>}
            {sets.map(({ source, name, here }) => (
              <option key={source} value={source} disabled={!here}>
                {name}
                {here ? "" : " (to be downloaded: chainrule learn)"}
              </option>
            ))}
          </select>
        </span>
      </header>
      {described.error ? <p class="trouble">{described.error}</p> : null}
      {described.answer ? <Described described={described.answer} data={data} onData={onData} /> : null}
      {described.isWaiting ? <p class="waiting">The data are read and prepared …</p> : null}
      <Drop
        text="Or drop a file of your own: a table, a picture archive, arrays"
        onUpload={({ source }) => {
          change({ run: "" }, "replace");
          begin({ ...FIRST_DATA, source });
        }}
      />
      <OwnPoints
        onPoints={(source, areMany) => {
          change({ run: "" }, "replace");
          begin({ ...FIRST_DATA, source, target: "class", task: "classification", held_out: areMany ? HELD_OUT : 0 });
        }}
      />
    </section>
  );
}
