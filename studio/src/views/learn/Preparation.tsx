import { useState } from "preact/hooks";
import { ExamplePicture } from "../../components/ExamplePicture";
import { Histogram } from "../../components/Histogram";
import type { Preparing, ShowPreparation } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { count, counted, number } from "../../numbers";
import { link } from "../../state";
import type { StageProps } from "./Learn";
import { DATA } from "./lessons";
import { Passage } from "./Passage";

type Verb = ShowPreparation["verbs"][number];

/** What can be done to the digits before they are learned from, each with what it is good for. */
const VERBS: readonly (Verb & { readonly title: string; readonly text: string })[] = [
  {
    kind: "Rescaling",
    arguments: { scale: 2, offset: -1 },
    title: "scale",
    text: "Pixels from −1 to 1, around zero: gradients of the first layer then point both ways.",
  },
  {
    kind: "RandomTranslation",
    arguments: { height_factor: 0.15, width_factor: 0.15 },
    title: "shift",
    text: "A digit a pixel further is the same digit. Each epoch sees it elsewhere.",
  },
  {
    kind: "RandomRotation",
    arguments: { factor: 0.06 },
    title: "turn",
    text: "People do not write upright. Not too far, though: a 6 turned over is a 9.",
  },
  { kind: "RandomZoom", arguments: { height_factor: 0.2 }, title: "zoom", text: "Large writing and small." },
];

function Stage({ stage, labels, text }: { stage: Preparing; labels: readonly string[]; text: string }) {
  const copies = stage.examples.length / Math.max(1, labels.length);
  return (
    <div class="verb">
      <p>
        <code>{stage.verb}</code> <span class="caption">{text}</span>
      </p>
      <div class="sheet">
        {stage.examples.map((picture, i) => (
          <ExamplePicture
            key={`${picture.block.offset}`}
            picture={picture}
            size={58}
            label={`${labels[Math.floor(i / copies)]}, ${stage.verb}`}
          />
        ))}
      </div>
      <p class="caption">
        from {number(stage.statistics.low)} to {number(stage.statistics.high)}, mean {number(stage.statistics.mean)}, deviation{" "}
        {number(stage.statistics.deviation)}
      </p>
    </div>
  );
}

function Verbs() {
  const [chosen, setChosen] = useState<readonly string[]>(["Rescaling", "RandomTranslation"]);
  const verbs = VERBS.filter(({ kind }) => chosen.includes(kind));
  const { answer, error, isWaiting } = useAnswer(
    verbs.length
      ? {
          type: "show_preparation",
          data: DATA,
          verbs: verbs.map(({ kind, arguments: given }) => ({ kind, arguments: given ?? {} })),
          examples: 5,
          copies: 2,
        }
      : null,
  );
  return (
    <>
      <div class="row">
        {VERBS.map(({ kind, title }) => (
          <label key={kind} class="row small">
            <input
              type="checkbox"
              checked={chosen.includes(kind)}
              onChange={() => setChosen(chosen.includes(kind) ? chosen.filter((one) => one !== kind) : [...chosen, kind])}
            />
            {title}
          </label>
        ))}
      </div>
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting && !answer ? <p class="waiting">The examples are being prepared</p> : null}
      <div class="stages-of-it">
        {answer?.stages.map((stage, i) => (
          <Stage key={stage.verb} stage={stage} labels={answer.labels} text={i ? (verbs[i - 1]?.text ?? "") : "each twice"} />
        ))}
      </div>
    </>
  );
}

/** Preparation: what is done to examples before anything is learned from them. */
export function Preparation({ opened }: StageProps) {
  const { answer: data } = useAnswer({ type: "describe_data", data: DATA, samples: 40 });
  const { answer: report } = useAnswer({ type: "read_report", data: DATA });
  const pixels = report?.distributions.find(({ kind }) => kind === "number");
  const counts = data?.counts ?? [];
  const most = Math.max(1, ...counts.map(({ train }) => train));
  const total = pixels?.train.reduce((sum, one) => sum + one, 0) ?? 1;
  return (
    <>
      <Passage
        title="It begins with examples"
        text={`A network learns from examples alone: here ${counted((data?.parts.train ?? 0) + (data?.parts.validation ?? 0) + (data?.parts.test ?? 0), "handwritten digit")}, each an image and what it should be taken for. What is wrong in them, it will learn too. So first: look at them.`}
      >
        <div class="sheet">
          {data?.samples.map((example) =>
            example.picture ? (
              <ExamplePicture key={example.place} picture={example.picture} size={44} label={example.label ?? "a digit"} />
            ) : null,
          )}
        </div>
        {pixels ? (
          <div>
            <p class="caption">how light the pixels are: most are paper</p>
            <Histogram
              label="Pixels"
              statistics={{
                low: pixels.edges[0] ?? 0,
                high: pixels.edges.at(-1) ?? 1,
                bins: pixels.train.map((one) => one / total),
                mean: null,
                deviation: null,
                norm: null,
                zeros: 0,
                lost: 0,
              }}
            />
          </div>
        ) : null}
      </Passage>
      <Passage
        title="Some are set aside"
        text="An examination with questions that were practised says little. So the examples are split: most are learned from, some tell during training when to stop, and some are kept for the very end, and looked at once."
        more="What a preparation learns, such as means and scales, it learns from the training part alone. Otherwise the test part would have had a say in it, which is called a leak."
      >
        <div
          class="split"
          role="img"
          aria-label={Object.entries(opened.parts)
            .map(([part, size]) => `${part}: ${size}`)
            .join(", ")}
        >
          {Object.entries(data?.parts ?? {}).map(([part, size]) => (
            <span key={part} style={{ flexGrow: size }} data-part={part}>
              {part} {count(size)}
            </span>
          ))}
        </div>
        <div class="classes">
          {counts.map(({ name, train }) => (
            <span key={name} title={`${name}: ${train} to learn from`}>
              <i style={{ height: `${(train / most) * 4}rem` }} />
              {name}
            </span>
          ))}
        </div>
        <p class="caption">The classes are balanced: none is much rarer than another.</p>
      </Passage>
      <Passage
        title="They are scaled, and varied"
        text="Then they are brought into a form that is easy to learn from. Scaling brings numbers near to 1. Augmentation makes more of few examples: shifted, turned, zoomed, a little differently each time, but still what they were."
        task="Take verbs in and out, and see what they make of the same five digits."
        more={<a href={link({ view: "data" })}>All that is known of a data set</a>}
      >
        <Verbs />
      </Passage>
    </>
  );
}
