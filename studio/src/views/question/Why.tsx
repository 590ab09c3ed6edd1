import { TensorPicture } from "../../components/TensorPicture";
import type { RunProps } from "../../components/WithRun";
import type { TensorSelection } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { moment, momentError } from "../../moment";
import { count, shape } from "../../numbers";
import { layers } from "../../run";
import { change, state } from "../../state";
import { useTensors } from "../../tensors";
import { Contributions } from "./Contributions";
import { Nudge } from "./Nudge";
import { Paths } from "./Paths";
import { Sentence } from "./Sentence";

const WEIGHT = { width: 360, height: 360, maps: 128 } as const;

/** Choose a weight of a layer, and in it a number. */
function Chooser({ address, index }: { address: string; index: readonly number[] }) {
  const weights = layers.value.flatMap(({ weights }) => weights.filter(({ learns }) => learns));
  const wanted: TensorSelection[] = address
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
              <TensorPicture tensor={tensor} size={300} cell={28} picked={index} onPick={pick} />
            </figure>
          ) : null,
        )}
      </div>
      <Index address={address} index={index} />
    </div>
  );
}

/** The number's index, typed; what is none is taken back. */
function Index({ address, index }: { address: string; index: readonly number[] }) {
  const take = (field: HTMLInputElement) => {
    const typed = field.value.split(/[ ,]+/).filter(Boolean);
    if (typed.every((one) => /^\d{1,9}$/.test(one))) change({ weight: address, index: typed.map(Number) });
    else field.value = index.join(", ");
  };
  return (
    <label class="labelled">
      <span>index</span>
      <input
        key={index.join()}
        class="field"
        defaultValue={index.join(", ")}
        placeholder="3, 7"
        onChange={(event) => take(event.currentTarget)}
      />
    </label>
  );
}

/** Why one number of a weight has its gradient: what each example contributed, and each path of the chain rule. */
export function WhyWeight({ run }: RunProps) {
  const learning = layers.value.flatMap(({ weights }) => weights.filter(({ learns }) => learns));
  const address =
    learning.find((weight) => weight.address === state.weight.value)?.address ?? learning.at(-2)?.address ?? learning[0]?.address ?? "";
  const index = state.index.value;
  const isChosen = index.length > 0;
  const step = moment.value?.step;
  const place = isChosen ? [...index] : null;
  const { answer, error, isWaiting } = useAnswer(
    step !== undefined && address ? { type: "ask_why", run: run.name, step, address, place, example: state.example.value, paths: 8 } : null,
    `${run.name} ${address} ${index}`,
  );
  return (
    <>
      {momentError.value ? <p class="trouble">{momentError.value}</p> : null}
      <div class="asking">
        <Chooser address={address} index={isChosen ? index : (answer?.why.index ?? [])} />
        <div class="stack">
          {error ? <p class="trouble">{error}</p> : null}
          {isWaiting && !answer ? <p class="waiting">The gradient is being taken apart</p> : null}
          {answer ? (
            <>
              {isChosen ? null : (
                <p class="quiet">
                  Of all numbers of {answer.why.name} this one has the largest gradient in step {count(answer.why.step)}. Pick any other.
                </p>
              )}
              <Sentence why={answer.why} />
              <Contributions answer={answer} />
              <Paths why={answer.why} />
              <Nudge key={`${answer.why.step} ${answer.why.name} ${answer.why.index}`} answer={answer} />
            </>
          ) : null}
        </div>
      </div>
    </>
  );
}

/** The question why of any weight. */
export function Why(props: RunProps) {
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
