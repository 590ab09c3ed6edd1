import { Figure } from "../../components/Figure";
import { Steering } from "../../components/Steering";
import type { RunDetails } from "../../generated/messages";
import { count, counted } from "../../numbers";
import { type FollowedRun, runs } from "../../run";
import { STATES } from "../../states";

/** Return a network in a phrase: "Conv2D 16 → Flatten → Dense 10". */
function phrase({ layers }: RunDetails): string {
  const shown = layers.filter(({ parameters, role }) => parameters > 0 || role === "pooling" || role === "recurrent");
  return shown.map(({ kind, shape }) => `${kind} ${shape.at(-1)}`).join(" → ");
}

/** What the run is, how far it is, and how good. */
export function Head({ run }: { run: FollowedRun }) {
  const opened = run.opened.value as RunDetails;
  const epoch = run.epochs.value.at(-1);
  const figures = epoch ? Object.entries(epoch.figures).slice(0, 4) : [];
  const line = runs.value?.find(({ name }) => name === run.name) ?? opened.line; // the test part is judged after the last step
  const test = Object.entries(line.test).filter(([name]) => name !== "loss");
  const state = run.state.value;
  return (
    <header class="head">
      <div>
        <p class="eyebrow state" data-state={state}>
          {STATES[state]}
          {run.speed.value ? ` · ${count(Math.round(run.speed.value))} steps a second` : ""}
        </p>
        <h1>{run.name}</h1>
        <p class="lead">
          {phrase(opened)}. {counted(opened.parameters, "weight")}, {counted(opened.parts.train ?? 0, "example")}
          {opened.line.data.endsWith("examples") ? "" : ` from ${opened.line.data}`}; {opened.optimizer}, batches of{" "}
          {String(opened.fit_arguments.batch_size ?? "?")}.
        </p>
        {run.message.value ? <p class="small quiet">{run.message.value}</p> : null}
      </div>
      <div class="part">
        <dl class="figures">
          {figures.map(([name, value]) => (
            <Figure
              key={name}
              name={name.replaceAll("_", " ")}
              value={value}
              isShare={name.endsWith("accuracy")}
              source={`of epoch ${count((epoch?.epoch ?? 0) + 1)}, after ${counted(epoch?.step ?? 0, "step")}`}
            />
          ))}
          {test.slice(0, 1).map(([name, value]) => (
            <Figure
              key={`test${name}`}
              name={`test ${name}`}
              value={value}
              isShare={name.endsWith("accuracy")}
              source="of the test part, which nothing was learned from"
            />
          ))}
        </dl>
        <Steering run={run} />
      </div>
    </header>
  );
}
