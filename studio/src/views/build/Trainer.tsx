import { useState } from "preact/hooks";
import { Curve } from "../../components/Curve";
import { Steering } from "../../components/Steering";
import type { Finding, Settings } from "../../generated/messages";
import { ask } from "../../live/connection";
import { count, counted, number } from "../../numbers";
import { type FollowedRun, run, runs } from "../../run";
import { change, fresh, link, state } from "../../state";
import { linesOf } from "../watch/Curves";
import { Plane } from "./Plane";

const WORDS: Record<string, string> = {
  preparing: "It is being compiled",
  running: "It learns",
  paused: "It waits",
  finished: "It has learned",
  interrupted: "It was stopped",
  killed: "It was ended from outside",
  error: "It failed",
};

/** The run that was begun here: its course, and the ways into it. */
function Course({ now }: { now: FollowedRun }) {
  const names = (now.opened.value?.figures ?? ["loss"]).slice(0, 2);
  const last = now.epochs.value.at(-1);
  return (
    <>
      <p class="small quiet" role="status">
        {WORDS[now.state.value] ?? now.state.value}
        {now.last.value === null ? "." : `: ${counted(now.last.value - now.first.value + 1, "step")}.`}{" "}
        {last
          ? Object.entries(last.figures)
              .map(([name, value]) => `${name.replaceAll("_", " ")} ${number(value)}`)
              .join(", ")
          : ""}{" "}
        {now.message.value}
      </p>
      <div class="even curves">
        {names.map((name) => (
          <div key={name}>
            <h3>{name.replaceAll("_", " ")}</h3>
            <Curve
              lines={linesOf(now, [], name)}
              label={`${name} over the steps of ${now.name}`}
              tick={() => now.grown.value}
              height={200}
            />
          </div>
        ))}
      </div>
      <Plane now={now} />
      <p class="row">
        <a href={link({ view: "watch", step: null })}>Watch it</a>
        <a href={link({ view: "rewind", step: null })}>Rewind it</a>
        <a href={link({ view: "question" })}>Question it</a>
      </p>
    </>
  );
}

interface Props {
  readonly settings: Settings;
  readonly isFit: boolean;
  readonly findings: readonly Finding[];
}

/** Train what was built. */
export function Trainer({ settings, isFit, findings }: Props) {
  const [error, setError] = useState("");
  const [begun, setBegun] = useState("");
  const [isBusy, setBusy] = useState(false);
  const now = run.value;
  const isOurs = now !== null && (now.name === begun || runs.value?.some(({ name, steered }) => name === now.name && steered) === true);
  const start = async (paused: boolean) => {
    setBusy(true);
    try {
      const started = await ask({ type: "train", settings, paused });
      setError("");
      setBegun(started.run);
      change(fresh(started.run));
    } catch (refusal) {
      setError((refusal as Error).message);
    }
    setBusy(false);
  };
  return (
    <section class="part" aria-label="Training">
      <header>
        <h2>Training</h2>
        <p class="small quiet">{isOurs ? now.name : `Seed ${count(settings.seed)}: the same settings give the same run.`}</p>
      </header>
      {findings.map(({ symptom, seen, remedy, certainty }) => (
        <p key={symptom} class="note">
          <strong>{symptom}</strong> ({certainty}): {seen} {remedy}
        </p>
      ))}
      <div class="row">
        <button type="button" class="button first" disabled={!isFit || isBusy} onClick={() => start(false)}>
          Train
        </button>
        <button type="button" class="button" disabled={!isFit || isBusy} onClick={() => start(true)}>
          Begin paused
        </button>
        {isOurs ? <Steering run={now} /> : null}
        {state.settings.value ? (
          <button type="button" class="button bare" onClick={() => change({ settings: null })}>
            Back to the beginning
          </button>
        ) : null}
      </div>
      {error ? (
        <p class="trouble" role="alert">
          {error}
        </p>
      ) : null}
      {isOurs ? <Course now={now} /> : null}
    </section>
  );
}
