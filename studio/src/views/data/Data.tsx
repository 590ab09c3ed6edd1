import { Choices } from "../../components/Choices";
import type { DataReport } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { count } from "../../numbers";
import { runs } from "../../run";
import { FIRST_DATA } from "../../settings";
import { change, link, state } from "../../state";
import { Distributions } from "./Distributions";
import { Doubts } from "./Doubts";
import { Examples } from "./Examples";
import { Sheet } from "./Sheet";
import "./data.css";

const PARTS: Readonly<Record<string, string>> = { train: "for training", validation: "for validation", test: "for the test" };

/** Axes of an example of a kind that can be varied. */
const AXES: Readonly<Record<string, number>> = { image: 3, audio: 2, series: 2 };

function Done({ report }: Pick<DataReport, "report">) {
  const { parts, facts, left_out } = report;
  return (
    <section class="part" aria-label="What was done">
      <header>
        <h2>What was done</h2>
        <p class="small quiet">
          {Object.entries(parts)
            .map(([name, size]) => `${count(size)} ${PARTS[name] ?? name}`)
            .join(", ")}
        </p>
      </header>
      <ul class="facts">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
        {left_out.slice(0, 8).map((one) => (
          <li key={one}>left out: {one}</li>
        ))}
        {left_out.length > 8 ? <li>and {count(left_out.length - 8)} more left out</li> : null}
      </ul>
    </section>
  );
}

/** The preparation's report, a run's own or that of data: what was done, what is doubtful, distributions, examples, augmentation. */
export function Data() {
  const chosen = state.settings.value?.data ?? FIRST_DATA;
  const run = runs.value?.find(({ name, steps }) => name === state.run.value && steps > 0)?.name ?? "";
  const isOfRun = state.reported.value === "run" && run !== "";
  const request = isOfRun ? { run, data: chosen } : { data: chosen };
  const key = JSON.stringify(request);
  const { answer, error, isWaiting } = useAnswer(runs.value === null ? null : { type: "read_report", ...request }, key);
  const axes = Math.max(0, ...(answer?.report.columns ?? []).map(({ kind }) => AXES[kind] ?? 0));
  const source = chosen.source.replace("upload:", "");
  return (
    <div class="stack data-view">
      <header class="head">
        <div>
          <p class="eyebrow">
            {answer?.run
              ? `Data that ${answer.run} learned from`
              : isOfRun && answer
                ? `Data; ${run} learned from arrays, and keeps no report`
                : "Data"}
          </p>
          <h1>{answer?.report.name ?? source}</h1>
          <p class="lead">
            What was done to the data before anything learned from them, and what was found in doing so. Every number that was learned here
            was learned from the training part alone. <a href={link({ view: "build" })}>Choose other data.</a>
          </p>
        </div>
        {run ? (
          <Choices
            label="Whose data"
            among={[
              ["run", `of ${run}`],
              ["build", `chosen in Build: ${source}`],
            ]}
            value={state.reported.value}
            onChange={(reported) => change({ reported })}
          />
        ) : null}
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting && !answer ? <p class="waiting">The report is made …</p> : null}
      {answer ? (
        <>
          <Done report={answer.report} />
          <Doubts issues={answer.report.issues} />
          <Distributions target={answer.report.target} columns={answer.report.columns} />
          <Examples among={answer.report.examples} />
          {axes ? <Sheet of={answer.run ? { run: answer.run } : { data: answer.data }} axes={axes} /> : null}
        </>
      ) : null}
    </div>
  );
}
