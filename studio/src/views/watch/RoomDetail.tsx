import { Histogram } from "../../components/Histogram";
import { nameOf, TensorPicture } from "../../components/TensorPicture";
import type { LayerView, Tensor, TensorSelection } from "../../generated/messages";
import { number, percent, shape } from "../../numbers";
import { run } from "../../run";
import { change, link, state } from "../../state";
import { useTensors } from "../../tensors";
import { Attention } from "./Attention";
import { OverTime } from "./OverTime";

const LARGE = { width: 320, height: 320, maps: 64 } as const;

function Large({ tensor, layer }: { tensor: Tensor; layer: LayerView }) {
  const { statistics } = tensor;
  const isWeight = layer.weights.some(({ address, learns }) => learns && address === tensor.address);
  const onPick = isWeight ? (index: number[]) => change({ view: "question", question: "why", weight: tensor.address, index }) : undefined;
  return (
    <figure class="large">
      <figcaption>
        <strong>{nameOf(tensor)}</strong> <span class="quiet">{shape(tensor.shape)}</span>
      </figcaption>
      <TensorPicture tensor={tensor} size={288} cell={26} onPick={onPick} />
      <Histogram statistics={statistics} label={`Distribution of ${nameOf(tensor)}`} />
      <p class="caption">
        mean {number(statistics.mean)}, deviation {number(statistics.deviation)}, {percent(statistics.zeros)} zero
        {statistics.lost ? `, ${statistics.lost} not finite` : ""}
      </p>
    </figure>
  );
}

/** One room, opened: its formula, and all that is in it, large enough to be read and picked. */
export function RoomDetail({ layer }: { layer: LayerView }) {
  const example = state.example.value ?? 0;
  const learning = layer.weights.filter(({ learns }) => learns);
  const output: TensorSelection[] = layer.output
    ? [
        { address: layer.output, example, ...LARGE },
        { address: layer.output, quantity: "gradient", example, ...LARGE },
      ]
    : [];
  const weights = learning.slice(0, 3).flatMap(({ address }): TensorSelection[] => [
    { address, ...LARGE },
    { address, quantity: "gradient", ...LARGE },
    { address, quantity: "update", ...LARGE },
  ]);
  const wanted = [...output, ...weights];
  const look = useTensors(wanted).value;
  const found = wanted.flatMap(({ address, quantity }) => look(address, quantity) ?? []);
  return (
    <div class="card part detail">
      <header>
        <h3>{layer.path}</h3>
        <span class="quiet">
          {layer.kind}
          {Object.entries(layer.arguments).map(([name, value]) => ` · ${name}=${JSON.stringify(value)}`)}
        </span>
        <button type="button" class="button bare end" aria-label="Close" onClick={() => change({ layer: "" })}>
          ×
        </button>
      </header>
      {layer.formula ? <p class="formula">{layer.formula}</p> : null}
      {layer.role === "attention" ? <Attention layer={layer} example={example} /> : null}
      <div class="larges">
        {found.map((tensor) => (
          <Large key={nameOf(tensor)} tensor={tensor} layer={layer} />
        ))}
      </div>
      {run.value ? <OverTime run={run.value} layer={layer} /> : null}
      {learning.length ? (
        <p class="caption">
          Click a weight to ask{" "}
          <a href={link({ view: "question", question: "why", weight: learning[0]?.address ?? "" })}>why it has its gradient</a>.
        </p>
      ) : null}
    </div>
  );
}
