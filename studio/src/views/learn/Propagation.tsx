import { Bars } from "../../components/Bars";
import { ExamplePicture } from "../../components/ExamplePicture";
import { Matrix } from "../../components/Matrix";
import { TensorPicture } from "../../components/TensorPicture";
import type { RunProps } from "../../components/WithRun";
import type { ExamplePass, ReadUnit, Tensor, Unit } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { number, percent } from "../../numbers";
import { type Drawn, drawnAt, loudest, placeIn, rasterOfTensor } from "../../raster";
import { shown } from "../../run";
import { change, link, state } from "../../state";
import { Sum } from "../rewind/Sum";
import { Channels } from "./Channels";
import { Chosen, useChosen } from "./Chosen";
import { Convolution, Grid } from "./Convolution";
import { Softmax } from "./Formula";
import { Passage } from "./Passage";
import { Plot } from "./Plot";
import { Sizes } from "./Sizes";
import { Sliding } from "./Sliding";

const CONVOLUTION = "conv2d";
const SECOND = "conv2d_1";
const POOLING = "max_pooling2d";
const HIDDEN = "dense";

/** The maps of a layer, one of whose places is chosen by pointing at it. */
function Maps({ tensor, place, onPlace }: { tensor: Tensor; place: readonly number[]; onPlace: (place: number[]) => void }) {
  const choose = (at: Drawn) => {
    const found = placeIn(tensor, at);
    if (found && found.join() !== place.join()) onPlace(found);
  };
  return (
    <Matrix
      raster={rasterOfTensor(tensor)}
      size={330}
      cell={22}
      perLine={4}
      picked={drawnAt(tensor, place) ?? undefined}
      onPick={choose}
      onHover={choose}
      label={`${tensor.address}: point at a place`}
    />
  );
}

/** The window of a pooling, from the values below. */
function Pooling({ below, place, output }: { below: Tensor; place: readonly number[]; output: number | null | undefined }) {
  const [row = 0, column = 0, channel = 0] = place;
  const [rows = 1, columns = 1] = below.shape;
  const at = (r: number, c: number) => below.block.values[(channel * rows + row * 2 + r) * columns + column * 2 + c];
  return (
    <div class="grids">
      <Grid title={`window of map ${channel}`} rows={2} columns={2} at={at} most={Math.max(...below.block.values)} />
      <span class="operator">→</span>
      <Grid title="the largest" rows={1} columns={1} at={() => output} most={Math.max(...below.block.values)} />
    </div>
  );
}

const ACTIVATIONS: Readonly<Record<string, (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

function Activation({ unit }: { unit: Unit }) {
  const of = ACTIVATIONS[unit.activation];
  const at = unit.total ?? 0;
  const end = Math.max(2, Math.ceil(Math.abs(at)));
  if (!of || unit.total === null) return null;
  return (
    <Plot
      label={unit.activation}
      of={of}
      from={-end}
      to={end}
      low={Math.min(0, of(-end))}
      high={of(end)}
      at={at}
      across="weighted sum"
      up={`${unit.activation}: ${number(unit.output)}`}
    />
  );
}

/** The last step of the way: from numbers to probabilities. */
function Probabilities({ way, classes }: { way: ExamplePass; classes: readonly string[] }) {
  const best = way.probabilities.indexOf(Math.max(...way.probabilities.map((one) => one ?? 0)));
  const exponentials = way.outputs.map((one) => Math.exp(one ?? 0));
  const total = exponentials.reduce((sum, one) => sum + one, 0);
  return (
    <div class="before-after">
      <Bars
        label="Outputs"
        rows={classes.map((name, i) => ({ name, value: way.outputs[i] ?? null, text: number(way.outputs[i]), isChosen: i === best }))}
      />
      <Bars
        label="Probabilities"
        full={1}
        rows={classes.map((name, i) => ({
          name,
          value: way.probabilities[i] ?? null,
          text: percent(way.probabilities[i]),
          isChosen: i === best,
        }))}
      />
      <p class="equation">
        <Softmax />, here e<sup>{number(way.outputs[best])}</sup> / {number(total)} = {number(exponentials[best])} / {number(total)} ={" "}
        <strong>{percent((exponentials[best] ?? 0) / total)}</strong>
      </p>
    </div>
  );
}

/** Propagation: how an example becomes an answer. */
export function Propagation({ run, opened }: RunProps) {
  const [given, give, isOwn] = useChosen();
  const step = shown.value ?? 0;
  const { answer: way } = useAnswer(
    { type: "read_example_pass", run: run.name, step, input: given, width: 128, height: 128, maps: 64 },
    run.name,
  );
  const values = (path: string) => way?.layers.find((layer) => layer.path === path)?.value;
  const [maps, seconds, pools, units] = [values(CONVOLUTION), values(SECOND), values(POOLING), values(HIDDEN)];
  // What is looked at: what was pointed at, else the unit of the layer that answers most, for of a silent one there is little to be told.
  const place = (path: string, tensor: Tensor | undefined) =>
    tensor && state.layer.value === path && state.unit.value.length === tensor.shape.length ? state.unit.value : loudest(tensor);
  const [convolved, summed, pooled, hidden] = [
    place(CONVOLUTION, maps),
    place(SECOND, seconds),
    place(POOLING, pools),
    place(HIDDEN, units),
  ];
  const ask = (layer: string, at: readonly number[]): Omit<ReadUnit, "id"> | null =>
    at.length ? { type: "read_unit", run: run.name, step, input: given, layer, place: [...at], terms: 1024 } : null;
  const convolution = useAnswer(ask(CONVOLUTION, convolved), run.name).answer;
  const second = useAnswer(ask(SECOND, summed), run.name).answer;
  const pooling = useAnswer(ask(POOLING, pooled), run.name).answer;
  const neuron = useAnswer(ask(HIDDEN, hidden), run.name).answer;
  const choose = (layer: string) => (unit: number[]) => change({ layer, unit }, "replace");
  return (
    <>
      <Passage
        title="An example goes in"
        text="To a network, an image is nothing but numbers: here 8 × 8 of them, from 0 for paper to 1 for ink. It has never seen the digits on the right. What happens between these numbers and the answer is called propagation: layer after layer, numbers are multiplied by weights and added up."
        task="Choose a digit, or draw one. Then drag the time line at the foot of the page back to step 0: the same example, and a network that has learned nothing yet."
      >
        <Chosen run={run.name} isOwn={isOwn} onGive={give} />
        {way?.example.picture ? (
          <ExamplePicture picture={way.example.picture} label="The example" size={190} />
        ) : (
          <p class="waiting">The example is on its way</p>
        )}
      </Passage>
      <Passage
        title="A window slides over it"
        text="The first layer looks at the image through a window of 3 × 3. Each number in the window is multiplied by the weight at its place in a kernel, and all products are added up. One kernel makes one map; this layer has eight, and has found out by itself what each should look for."
        task="Let the window walk, and see a map being made. Point at the maps: the window goes there, and the numbers are worked out anew."
        more="The layer is called a convolution, though mathematicians would call it a correlation: the kernel is not turned around. All places share the kernel's weights, so what is learned at one place is known at all."
      >
        {maps ? <Maps tensor={maps} place={convolved} onPlace={choose(CONVOLUTION)} /> : null}
        {maps && way?.example.picture ? (
          <Sliding picture={way.example.picture} maps={maps} place={convolved} onPlace={choose(CONVOLUTION)} />
        ) : null}
        {convolution ? <Convolution unit={convolution} /> : null}
      </Passage>
      <Passage
        title="What is below zero is cut off"
        text="After the sum comes the activation. This one, relu, lets positive numbers through and makes all others zero. Without such a bend, all layers together could do no more than one."
      >
        {convolution ? <Activation unit={convolution} /> : null}
      </Passage>
      <Passage
        title="How large is what comes out?"
        text="The window must lie within the image, so it has fewer places than the image has pixels, unless zeros are laid around. With a stride of 2 it skips every second place."
        task="Set an image of 8, a kernel of 3, and a stride of 2. How can the output become 4 × 4?"
      >
        <Sizes />
      </Passage>
      <Passage
        title="Then a window over all maps at once"
        text="The second layer no longer sees the image, but the eight maps of the first, one upon the other. So its window is 3 × 3 × 8, and each of its kernels has a slice for every map. Slice by slice the products are added up, and then the eight sums, and a bias, to one number."
        task="Point at the maps, and see which map below speaks for the number and which against it."
        more="That is what is meant when a convolution is said to be summed over the channels. One kernel of this layer has 3 × 3 × 8 weights and a bias; there are eight of them."
      >
        {seconds ? <Maps tensor={seconds} place={summed} onPlace={choose(SECOND)} /> : null}
        {second ? <Channels unit={second} /> : null}
      </Passage>
      <Passage
        title="Only the strongest stays"
        text="Pooling keeps the largest of each 2 × 2 numbers, and forgets where exactly it was. The maps get smaller, and a digit that is shifted by a pixel looks nearly the same."
        task="Point at the maps."
      >
        <div class="grids">
          {pools ? <Maps tensor={pools} place={pooled} onPlace={choose(POOLING)} /> : null}
          {seconds && pooling ? <Pooling below={seconds} place={pooled} output={pooling.output} /> : null}
        </div>
      </Passage>
      <Passage
        title="A neuron adds up everything"
        text="Now all numbers are laid in one row, and each unit of the next layer, each neuron, takes all of them: every one times a weight of its own, added up, plus a bias, through relu."
        task="Pick a neuron. Its sum is written out, the largest terms first."
      >
        {units ? <TensorPicture tensor={units} size={330} cell={30} picked={hidden} onPick={choose(HIDDEN)} /> : null}
        {neuron ? <Activation unit={neuron} /> : null}
        {state.layer.value === HIDDEN && state.unit.value.length ? <Sum run={run.name} step={step} given={given} /> : null}
      </Passage>
      <Passage
        title="And an answer comes out"
        text="The last layer has a neuron for each digit. Softmax makes probabilities of their numbers: each is raised to a power of e, so that none is negative, and divided by the sum, so that all add up to 1."
        more={<a href={link({ view: "question", question: "answer" })}>Ask it why it gave this answer</a>}
      >
        {way ? <Probabilities way={way} classes={opened.task.classes} /> : null}
      </Passage>
    </>
  );
}
