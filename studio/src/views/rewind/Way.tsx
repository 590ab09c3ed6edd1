import { Bars } from "../../components/Bars";
import { ExamplePicture } from "../../components/ExamplePicture";
import { TensorPicture } from "../../components/TensorPicture";
import type { ExampleLoss, ExamplePass, LayerPass, LayerView } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { moment } from "../../moment";
import { number, percent, shape } from "../../numbers";
import { type FollowedRun, layers } from "../../run";
import { change, state } from "../../state";
import { Sum } from "./Sum";

function Station({ passage, layer }: { passage: LayerPass; layer: LayerView | undefined }) {
  const isOpen = state.layer.value === passage.path;
  const pick = (unit: number[]) => change({ layer: passage.path, unit }, "replace");
  const cell = passage.value.block.shape.length < 2 ? 11 : 40;
  return (
    <div class="station">
      <p class="name">
        <strong>{passage.path}</strong>
        <span>
          {layer?.kind} · {shape(passage.value.shape)}
        </span>
      </p>
      <TensorPicture tensor={passage.value} size={124} cell={cell} picked={isOpen ? state.unit.value : []} onPick={pick} />
      {passage.gradient ? (
        <TensorPicture tensor={passage.gradient} size={124} cell={cell} picked={isOpen ? state.unit.value : []} onPick={pick} />
      ) : (
        <span />
      )}
    </div>
  );
}

function Verdict({ way, loss, classes }: { way: ExamplePass; loss: ExampleLoss | null; classes: readonly string[] }) {
  const names = classes.length === way.outputs.length ? classes : way.outputs.map((_, i) => `output ${i}`);
  const rows = names.slice(0, 16).map((name, i) => {
    const probability = way.probabilities[i];
    const value = probability ?? way.outputs[i] ?? null;
    return { name, value, text: probability === undefined ? number(value) : percent(probability), isChosen: i === way.example.target };
  });
  return (
    <div class="verdict">
      <p class="name">
        <strong>answer</strong>
        <span>{way.example.label === null ? "" : `it is ${way.example.label}`}</span>
      </p>
      <Bars label="What comes out" rows={rows} {...(way.probabilities.length ? { full: 1 } : {})} />
      {loss ? (
        <div>
          <p class="eyebrow">{loss.name}</p>
          <p class="formula">{loss.formula}</p>
          <p class="small">{loss.text}</p>
        </div>
      ) : null}
    </div>
  );
}

/** One example's way through the network, and its gradient's way back. Each unit can be picked, and is then written out. */
export function Way({ run }: { run: FollowedRun }) {
  const step = moment.value?.step;
  const given = { type: "in_batch", place: state.example.value ?? 0 } as const;
  const { answer, error, isWaiting } = useAnswer(
    step === undefined ? null : { type: "read_example_pass", run: run.name, step, input: given, width: 124, height: 124, maps: 16 },
    run.name,
  );
  const classes = run.opened.value?.task.classes ?? [];
  return (
    <section class="part" aria-label="An example's way">
      <header>
        <h2>There and back</h2>
        <p class="small quiet">
          Above, what each layer makes of the example. Below, how the loss changes with it: the gradient, on its way back. Pick a unit to
          see it written out.
        </p>
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {!answer && isWaiting ? <p class="waiting">The example is on its way</p> : null}
      {answer ? (
        <div class="way">
          <div class="station">
            <p class="name">
              <strong>example</strong>
              <span>{answer.example.place}</span>
            </p>
            {answer.example.picture ? (
              <ExamplePicture picture={answer.example.picture} label="The example" size={124} />
            ) : (
              <span class="small">{answer.example.text}</span>
            )}
            <span class="direction">
              <b>→ values</b>
              <b>← gradients</b>
            </span>
          </div>
          {answer.layers.map((passage) => (
            <Station key={passage.path} passage={passage} layer={layers.value.find(({ path }) => path === passage.path)} />
          ))}
          <Verdict way={answer} loss={answer.loss} classes={classes} />
        </div>
      ) : null}
      {step !== undefined && state.layer.value && state.unit.value.length ? <Sum run={run.name} step={step} given={given} /> : null}
    </section>
  );
}
