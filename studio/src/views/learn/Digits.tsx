import { useState } from "preact/hooks";
import { ExampleCard } from "../../components/ExampleCard";
import { ExamplePicture } from "../../components/ExamplePicture";
import { Figure } from "../../components/Figure";
import type { DataDescription, PreparedExamples, ShowPreparation } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { count, counted, number, percent } from "../../numbers";
import { rasterOfPicture } from "../../raster";
import { runNamed } from "../../run";
import { FIRST_DATA } from "../../settings";
import { link } from "../../state";
import { Grid } from "./Convolution";
import { FOR_LARGER, type Lesson } from "./lessons";
import { Passage } from "./Passage";
import { Begin, SideBySide } from "./SideBySide";
import { Switch } from "./Switch";

const FIVE = 5;

type Verb = ShowPreparation["verbs"][number];

/** Collect: examples, and the numbers that one of them is. */
export function Collect({ data }: { data: DataDescription }) {
  const [chosen, choose] = useState(3);
  const examples = data.samples.filter(({ picture }) => picture).slice(0, 10);
  const example = examples[chosen];
  const raster = example?.picture ? rasterOfPicture(example.picture) : null;
  const { train = 0, validation = 0, test = 0 } = data.parts;
  return (
    <Passage
      title="Collect: it begins with examples"
      text={`A network learns from examples alone: here ${counted(train + validation + test, "handwritten digit")}, each an image and what it should be taken for. To the machine, an image is a table of numbers: how much ink each pixel has.`}
      task="Choose a digit, and find its strokes in the numbers."
      more="What is wrong in the examples, a network will learn as well, and what is not in them it cannot learn. So look at them first."
    >
      <div class="sheet">
        {examples.map((one, i) => (
          <ExampleCard key={one.place} example={{ ...one, answer: null }} size={44} isChosen={i === chosen} onPick={() => choose(i)} />
        ))}
      </div>
      {example?.picture && raster ? (
        <div class="example-and-numbers">
          <ExamplePicture picture={example.picture} label={`a ${example.label}`} size={200} />
          <Grid
            title={`the same ${example.label}, as the machine has it`}
            rows={raster.rows}
            columns={raster.columns}
            at={(row, column) => raster.values[row * raster.columns + column] ?? 0}
            most={1}
          />
        </div>
      ) : null}
    </Passage>
  );
}

const PRACTISED: Lesson = "learn-by-heart";

/** What a network that learned 60 examples by heart says of them, and of others. */
function Practised() {
  const run = runNamed(PRACTISED);
  const figures = run?.epochs.value.at(-1)?.figures;
  return (
    <>
      <p class="caption">A network that has seen 60 digits for 240 epochs, judged by these same 60, and by digits that it has not seen:</p>
      <Begin names={[PRACTISED]} text="Train it" />
      {figures ? (
        <dl class="row" aria-label="Judged twice">
          <Figure name="of those that it practised" value={figures.accuracy} source={`accuracy of ${PRACTISED}`} isShare />
          <Figure name="of others" value={figures.val_accuracy} source={`validation accuracy of ${PRACTISED}`} isShare />
        </dl>
      ) : null}
      {figures ? (
        <p class="equation">
          Without a split, one would have believed the first, and met the second: {percent(figures.val_accuracy)} right.
        </p>
      ) : null}
    </>
  );
}

/** Split: what is learned from, and what is judged by. */
export function Split({ data }: { data: DataDescription }) {
  const [isOn, setOn] = useState(true);
  const parts = Object.entries(data.parts);
  return (
    <Passage
      title="Split: some are set aside"
      text="An examination with questions that were practised says little. So the examples are split: most are learned from, some tell during training when to stop, and some are kept for the very end, and looked at once."
      task="Turn it off, and see what one would have believed."
    >
      <Switch label="split" isOn={isOn} onChange={setOn} />
      {isOn ? (
        <div class="split" role="img" aria-label={parts.map(([part, size]) => `${part}: ${size}`).join(", ")}>
          {parts.map(([part, size]) => (
            <span key={part} style={{ flexGrow: size }} data-part={part}>
              {part} {count(size)}
            </span>
          ))}
        </div>
      ) : (
        <Practised />
      )}
    </Passage>
  );
}

/** The same five digits after a verb, with the figures of their numbers. */
function Sheet({ stage, labels, title }: { stage: PreparedExamples; labels: readonly string[]; title: string }) {
  const copies = stage.examples.length / Math.max(1, labels.length);
  const size = stage.examples[0]?.block.shape.slice(-2).join(" × ");
  return (
    <div class="verb">
      <p class="caption">{title}</p>
      <div class="sheet">
        {stage.examples.map((picture, i) => (
          <ExamplePicture
            key={picture.block.offset}
            picture={picture}
            size={58}
            label={`${labels[Math.floor(i / copies)]}, ${stage.verb}`}
          />
        ))}
      </div>
      <p class="caption">
        {size} pixels, from {number(stage.statistics.low)} to {number(stage.statistics.high)}, mean {number(stage.statistics.mean)},
        deviation {number(stage.statistics.deviation)}
      </p>
    </div>
  );
}

/** Five digits before and after some verbs. */
function Verbs({ verbs, copies = 1, titles }: { verbs: readonly Verb[]; copies?: number; titles: readonly string[] }) {
  const { answer, error } = useAnswer(
    verbs.length ? { type: "show_preparation", data: FIRST_DATA, verbs: [...verbs], examples: FIVE, copies } : null,
  );
  if (error) return <p class="trouble">{error}</p>;
  if (verbs.length && !answer) return <p class="waiting">The examples are being prepared</p>;
  return (
    <div class="stages-of-it">
      {answer?.stages.map((stage, i) => (
        <Sheet key={stage.verb} stage={stage} labels={answer.labels} title={titles[i] ?? stage.verb} />
      ))}
    </div>
  );
}

const LARGER: readonly Verb[] = [{ kind: "UpSampling2D", arguments: { size: 2 } }];

/** What the library says of a network for larger images, given these. */
function Refusal() {
  const { answer } = useAnswer({ type: "check_settings", settings: FOR_LARGER });
  if (!answer) return <p class="waiting">The network is being put together</p>;
  return (
    <p class="trouble" role="status">
      {answer.problems.map(({ message }) => message).join(" ")}
    </p>
  );
}

/** Transform: one form for all. */
export function Transform() {
  const [isOn, setOn] = useState(true);
  return (
    <Passage
      title="Transform: one form for all"
      text="A network takes examples of one form: images of one size, sounds of one length, dates as numbers. Whatever comes otherwise is transformed. Here the five digits are made twice as large, as they would be for a network that was made for 16 × 16: its windows of 9 × 9 pixels find no place in an image of 8 × 8."
      task="Turn the verb off, and give the small digits to that network."
      more="Sounds become pictures of their frequencies, and texts rows of words. What each step does to each column is told by the preparation's report."
    >
      <Switch label="transform" isOn={isOn} onChange={setOn} />
      {isOn ? <Verbs verbs={LARGER} titles={["as they are", "transformed"]} /> : <Refusal />}
    </Passage>
  );
}

/** Scale, of images: the same network on pixels from 0 to 1 and from 0 to 255. */
export function ScaleImages() {
  return (
    <Passage
      title="Scale: of images, too"
      text="Cameras write light as whole numbers up to 255. The digits here have been divided already, and go from 0 to 1. What if not? Here is the same network, once with each."
      task="Train the one that gets pixels up to 255, beside the one that you know."
    >
      <SideBySide
        among={[
          ["learn-digits", "from 0 to 1"],
          ["learn-unscaled", "from 0 to 255"],
        ]}
        label="The loss with pixels up to 1 and up to 255"
        begin="Train it without scaling"
        logarithmic
      />
    </Passage>
  );
}

/** What can be done to digits that leaves them what they are. */
const VARIATIONS: readonly (Verb & { readonly title: string })[] = [
  { kind: "RandomTranslation", arguments: { height_factor: 0.13, width_factor: 0.13 }, title: "shift" },
  { kind: "RandomRotation", arguments: { factor: 0.06 }, title: "turn" },
  { kind: "RandomZoom", arguments: { height_factor: 0.2 }, title: "zoom" },
];

/** Augment: more out of few. */
export function Augment() {
  const [chosen, setChosen] = useState<readonly string[]>(["RandomTranslation"]);
  const verbs = VARIATIONS.filter(({ kind }) => chosen.includes(kind));
  const flip = (kind: string, isOn: boolean) => setChosen(isOn ? [...chosen, kind] : chosen.filter((one) => one !== kind));
  return (
    <Passage
      title="Augment: more out of few"
      text="A digit a pixel further is the same digit. So each time an example is learned from, it is shifted, turned or zoomed a little, otherwise every time. But not too far: a 6 turned over is a 9."
      task="Take verbs in and out. Then train with 60 examples, as they are and shifted, and compare how many unseen digits each reads."
      more={<a href={link({ view: "data" })}>All kinds of augmentation, with their settings</a>}
    >
      <div class="row">
        {VARIATIONS.map(({ kind, title }) => (
          <Switch key={kind} label={title} isOn={chosen.includes(kind)} onChange={(isOn) => flip(kind, isOn)} />
        ))}
      </div>
      <Verbs
        verbs={verbs.map(({ kind, arguments: given }) => ({ kind, arguments: given ?? {} }))}
        copies={2}
        titles={["as they are", ...verbs.map(({ title }) => `after ${title}, each drawn twice`)]}
      />
      <SideBySide
        among={[
          ["learn-by-heart", "60 digits as they are"],
          ["learn-varied", "60 digits, shifted"],
        ]}
        label="The validation loss with and without augmentation"
        begin="Train with and without"
        figure="val_loss"
      />
    </Passage>
  );
}

const SIZES = [
  ["learn-one-by-one", "1"],
  ["learn-in-batches", "32"],
  ["learn-all-at-once", "all"],
] as const satisfies readonly (readonly [Lesson, string])[];

/** Batch: how many are learned from at once. */
export function Batch({ data }: { data: DataDescription }) {
  const there = SIZES.flatMap(([name, size]) => {
    const run = runNamed(name);
    return run ? [{ run, size }] : [];
  });
  return (
    <Passage
      title="Batch: some at a time"
      text="The examples are shuffled, and handed over in batches. After each batch the network takes one step. One by one, there are many steps, but each follows the whim of a single example. All at once, each step is sure of its way, but there are few of them."
      task="Train three networks for two epochs, in batches of 1, of 32, and with all at once."
      more="A batch is one array: 32 digits of 8 × 8 pixels with one number each make one of shape (32, 8, 8, 1), which is computed as a whole. That is also why batches are fast."
    >
      <Begin names={SIZES.map(([name]) => name)} text="Train three networks" />
      {there.length ? (
        <table aria-label="Batches">
          <thead>
            <tr>
              <th scope="col">batch</th>
              <th scope="col">steps in an epoch</th>
              <th scope="col">steps made</th>
              <th scope="col">validation part right</th>
            </tr>
          </thead>
          <tbody>
            {there.map(({ run, size }) => (
              <tr key={size}>
                <th scope="row">{size === "all" ? `all ${count(data.parts.train ?? 0)}` : size}</th>
                <td>{number(run.opened.value?.steps_per_epoch)}</td>
                <td>{number((run.last.value ?? -1) + 1)}</td>
                <td>{percent(run.epochs.value.at(-1)?.figures.val_accuracy)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </Passage>
  );
}
