import { useAnswer } from "../../live/useAnswer";
import { count } from "../../numbers";
import { FIRST } from "../../situation";
import { link, state } from "../../state";
import { Distributions } from "./Distributions";
import { Doubts } from "./Doubts";
import { Sheet } from "./Sheet";
import "./data.css";

const PARTS: Readonly<Record<string, string>> = { train: "to learn from", validation: "to decide by", test: "to be judged by" };

/** The preparation's report: what each verb did, how the columns are distributed, what is doubtful, what augmentation does. */
export function Data() {
  const data = state.situation.value?.data ?? FIRST;
  const key = JSON.stringify(data);
  const { answer, error, isWaiting } = useAnswer({ type: "read_report", data }, key);
  return (
    <div class="stack data-view">
      <header class="head">
        <div>
          <p class="eyebrow">Data</p>
          <h1>{data.source.replace("upload:", "")}</h1>
          <p class="lead">
            What was done to the data before anything learned from them, and what was found in doing so. Every number that was learned here
            was learned from the training part alone. <a href={link({ view: "build" })}>Choose other data.</a>
          </p>
        </div>
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting && !answer ? <p class="waiting">The report is made …</p> : null}
      {answer ? (
        <>
          <section class="part" aria-label="What was done">
            <header>
              <h2>What was done</h2>
              <p class="small quiet">
                {Object.entries(answer.parts)
                  .map(([name, size]) => `${count(size)} ${PARTS[name] ?? name}`)
                  .join(", ")}
              </p>
            </header>
            <dl class="verbs">
              {answer.steps.map(([verb, text], i) => (
                <div key={i}>
                  <dt>{verb}</dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </section>
          <Doubts leaks={answer.leaks} findings={answer.findings} />
          <Distributions among={answer.distributions} />
          <Sheet data={data} />
        </>
      ) : null}
    </div>
  );
}
