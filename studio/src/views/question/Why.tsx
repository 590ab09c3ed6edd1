import { TensorPicture } from "../../components/TensorPicture";
import type { Wanted } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { moment, momentError } from "../../moment";
import { count, shape } from "../../numbers";
import { layers } from "../../run";
import { change, state } from "../../state";
import { useTensors } from "../../tensors";
import { Contributions } from "./Contributions";
import { Nudge } from "./Nudge";
import { Paths } from "./Paths";
import type { QuestionProps } from "./Question";
import { Sentence } from "./Sentence";

const WEIGHT = { width: 360, height: 360, maps: 128 } as const;

/** Choose a weight of a layer, and in it a number. */
function Chooser({ address }: { address: string }) {
  const weights = layers.value.flatMap(({ weights }) => weights.filter(({ learns }) => learns));
  const wanted: Wanted[] = address
    ? [
        { address, ...WEIGHT },
        { address, quantity: "gradient", ...WEIGHT },
      ]
    : [];
  const look = useTensors(wanted).value;
  const pick = (index: number[]) => change({ index, weight: address });
  const [value, gradient] = [look(address), look(address, "gradient")];
  return (
    <div class="part chooser">
      <label class="labelled">
        <span>Weight</span>
        <select class="field" value={address} onChange={(event) => change({ weight: event.currentTarget.value, index: [] })}>
          {weights.map((weight) => (
            <option key={weight.address} value={weight.address}>
              {weight.address} ({shape(weight.shape)})
            </option>
          ))}
        </select>
      </label>
      <div class="pair">
        {[gradient, value].map((tensor) =>
          tensor ? (
            <figure key={tensor.quantity} class="large">
              <figcaption class="caption">
                {tensor.quantity === "gradient" ? "its gradient: pick a number" : "the weight itself"}
              </figcaption>
              <TensorPicture tensor={tensor} size={300} cell={28} picked={state.index.value} onPick={pick} />
            </figure>
          ) : null,
        )}
      </div>
      <Index address={address} />
    </div>
  );
}

/** The number's index, typed. */
function Index({ address }: { address: string }) {
  return (
    <label class="labelled">
      <span>index</span>
      <input
        key={state.index.value.join()}
        class="field"
        defaultValue={state.index.value.join(", ")}
        placeholder="3, 7"
        onChange={(event) => change({ weight: address, index: event.currentTarget.value.split(/[ ,]+/).filter(Boolean).map(Number) })}
      />
    </label>
  );
}

/** Why one number of a weight has its gradient: what each example contributed, and each path of the chain rule. */
export function WhyWeight({ run }: QuestionProps) {
  const learning = layers.value.flatMap(({ weights }) => weights.filter(({ learns }) => learns));
  const address =
    learning.find((weight) => weight.address === state.weight.value)?.address ?? learning.at(-2)?.address ?? learning[0]?.address ?? "";
  const index = state.index.value;
  const step = moment.value?.step;
  const isAsked = step !== undefined && address !== "" && index.length > 0;
  const { answer, error, isWaiting } = useAnswer(
    isAsked ? { type: "ask_why", run: run.name, step, address, place: [...index], example: state.example.value, paths: 8 } : null,
    `${run.name} ${address} ${index}`,
  );
  return (
    <>
      {momentError.value ? <p class="trouble">{momentError.value}</p> : null}
      <div class="asking">
        <Chooser address={address} />
        <div class="stack">
          {isAsked ? null : (
            <p class="lead quiet">Pick a number of the weight{step === undefined ? "" : `, as it was before step ${count(step)}`}.</p>
          )}
          {error ? <p class="trouble">{error}</p> : null}
          {isWaiting && !answer ? <p class="waiting">The gradient is being taken apart</p> : null}
          {answer ? (
            <>
              <Sentence why={answer} />
              <Contributions why={answer} />
              <Paths why={answer} />
              <Nudge key={`${answer.step} ${answer.address} ${answer.place}`} why={answer} />
            </>
          ) : null}
        </div>
      </div>
    </>
  );
}

/** The question why of any weight. */
export function Why(props: QuestionProps) {
  return (
    <>
      <header>
        <h1>Why this weight?</h1>
        <p class="lead">
          Backpropagation gives each weight one number. Here it is taken apart: into what each example of the batch contributed, and into
          the paths of the chain rule that carried it.
        </p>
      </header>
      <WhyWeight {...props} />
    </>
  );
}
