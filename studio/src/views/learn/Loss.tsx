import { useEffect, useState } from "preact/hooks";
import type { RunProps } from "../../components/WithRun";
import type { ExamplePass } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { number, percent } from "../../numbers";
import { shown } from "../../run";
import { Chosen, useChosen } from "./Chosen";
import { Softmax } from "./Formula";
import { Passage } from "./Passage";
import { Plot } from "./Plot";

/** Return the shares of the exponentials; the largest is taken off first, which changes nothing but keeps them within range. */
export function softmax(outputs: readonly number[]): number[] {
  const most = Math.max(...outputs);
  const powers = outputs.map((output) => Math.exp(output - most));
  const sum = powers.reduce((total, one) => total + one, 0);
  return powers.map((one) => one / sum);
}

const fixed = (value: number, digits: number): string => value.toFixed(digits).replace("-", "−");

function Sliders({ way, classes }: { way: ExamplePass; classes: readonly string[] }) {
  const came = way.outputs.map((one) => one ?? 0);
  const [outputs, setOutputs] = useState(came);
  const [target, setTarget] = useState(way.example.target ?? 0);
  useEffect(() => {
    setOutputs(came);
    setTarget(way.example.target ?? 0);
  }, [way]);
  const probabilities = softmax(outputs);
  const probability = probabilities[target] ?? 0;
  const loss = -Math.log(probability);
  return (
    <>
      <p class="equation loss-now" aria-live="polite">
        L = −ln p<sub>{classes[target]}</sub> = −ln {number(probability)} = <strong>{number(loss)}</strong>
      </p>
      <div class="sliders">
        <div class="line caption">
          <span>class</span>
          <span>what came out (drag)</span>
          <span class="number">z</span>
          <span class="number">p</span>
          <span />
          <span class="number">∂L/∂z</span>
        </div>
        {classes.map((name, i) => (
          <label key={name} class={i === target ? "true" : ""}>
            <span>{name}</span>
            <input
              type="range"
              min={-15}
              max={15}
              step={0.1}
              value={outputs[i] ?? 0}
              aria-label={`Output for ${name}`}
              onInput={(event) => setOutputs(outputs.map((one, j) => (i === j ? Number(event.currentTarget.value) : one)))}
            />
            <span class="number">{fixed(outputs[i] ?? 0, 2)}</span>
            <span class="number">{percent(probabilities[i])}</span>
            <span class="share" style={{ width: `${(probabilities[i] ?? 0) * 100}%` }} />
            <span class="number">{fixed((probabilities[i] ?? 0) - (i === target ? 1 : 0), 3)}</span>
          </label>
        ))}
      </div>
      <div class="row">
        <label class="row small">
          What it should be
          <select
            class="field"
            aria-label="What it should be"
            value={target}
            onChange={(event) => setTarget(Number(event.currentTarget.value))}
          >
            {classes.map((name, i) => (
              <option key={name} value={i}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button small" onClick={() => setOutputs(came)}>
          As the network gave it
        </button>
        <span class="caption">reckoned here on the page, by the formulas</span>
      </div>
      <Plot
        label="minus the logarithm of p"
        of={(p) => -Math.log(Math.max(p, 1e-9))}
        from={0}
        to={1}
        low={0}
        high={6}
        at={probability}
        across="p of the right class → 1"
        up={`loss ${number(loss)}`}
      />
    </>
  );
}

/** Loss: how wrong the answer is, as one number. */
export function Loss({ run, opened }: RunProps) {
  const [given, give, isOwn] = useChosen();
  const { answer: way } = useAnswer(
    { type: "read_example_pass", run: run.name, step: shown.value ?? 0, input: given, width: 64, height: 64, maps: 1 },
    run.name,
  );
  return (
    <>
      <Passage
        title="How wrong was it?"
        text="To get better, the network must know how far its answer is from what it should have been, as a single number: the loss. It looks only at the probability that was given to the right class. If that is 1, the loss is 0. The less it is, the faster the loss grows, without bound."
        task="Drag the output of the right class up, and watch the loss fall. Then make the network sure of a wrong answer."
        more={
          <>
            This loss is called the cross-entropy: L = −ln p of the class that is right, where p comes by softmax, <Softmax />. Its slope
            with respect to each output is as simple as can be: p − 1 for the right class, p for all others. So it pulls the right one up,
            and pushes the others down by as much as they claim.
          </>
        }
      >
        <Chosen run={run.name} isOwn={isOwn} onGive={give} />
        {way ? <Sliders way={way} classes={opened.task.classes} /> : <p class="waiting">The network is being asked</p>}
      </Passage>
      <Passage
        title="One number for a whole batch"
        text="A network learns from several examples at once. The loss of a batch is the mean of the losses of its examples. The course of that number over all steps is the curve at the foot of this page: learning is nothing but making it fall."
      />
    </>
  );
}
