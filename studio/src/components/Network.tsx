import type { LayerView, TaskSummary } from "../generated/messages";
import { number, percent, shape } from "../numbers";
import type { Look } from "../tensors";
import { colour } from "../theme/colours";
import { Bars } from "./Bars";
import "./Network.css";
import { TensorPicture } from "./TensorPicture";

interface Props {
  readonly layers: readonly LayerView[];
  readonly look: Look;
  readonly task?: TaskSummary | undefined;
  readonly quantity: "value" | "gradient";
  readonly open: string;
  readonly onOpen: (path: string) => void;
}

const kernelOf = (layer: LayerView) =>
  layer.weights.find(({ learns, shape }) => learns && shape.length > 1) ?? layer.weights.find(({ learns }) => learns);

/** A meter on a scale of powers of ten. */
function Meter({
  name,
  value,
  low,
  high,
  usual,
  text,
}: {
  name: string;
  value: number | null;
  low: number;
  high: number;
  usual?: readonly [number, number];
  text: string;
}) {
  const at = (power: number) => `${Math.max(0, Math.min(1, (power - low) / (high - low))) * 100}%`;
  return (
    <div class="meter" title={text}>
      <span>{name}</span>
      <i>
        {usual ? <s style={{ left: at(usual[0]), right: `calc(100% - ${at(usual[1])})` }} /> : null}
        {value !== null && value > 0 ? <b style={{ left: at(Math.log10(value)) }} /> : null}
      </i>
      <span class="visually-hidden">{text}</span>
    </div>
  );
}

function Meters({ layer, look }: { layer: LayerView; look: Look }) {
  const kernel = kernelOf(layer);
  if (!kernel) return null;
  const norm = (quantity: "value" | "gradient" | "update") => look(kernel.address, quantity)?.statistics.norm ?? null;
  const [weight, gradient, update] = [norm("value"), norm("gradient"), norm("update")];
  const ratio = weight && update !== null ? update / weight : null;
  return (
    <div class="meters">
      <Meter name="gradient" value={gradient} low={-5} high={2} text={`Norm of the gradient of ${kernel.address}: ${number(gradient)}`} />
      <Meter
        name="update"
        value={ratio}
        low={-6}
        high={0}
        usual={[-3.5, -2]}
        text={`The update's norm beside the weight's, ${kernel.address}: ${number(ratio)}. About 0.001 is usual (the shaded part), 0.1 is wild, 0.00001 is standstill.`}
      />
    </div>
  );
}

/** What comes out of the last room, with the names of the classes. */
function Outcome({ layer, look, classes }: { layer: LayerView; look: Look; classes: readonly string[] }) {
  const values = layer.output ? look(layer.output)?.block.values : undefined;
  if (!values) return null;
  return <Bars label="Outputs" rows={classes.map((name, i) => ({ name, value: values[i] ?? null, text: number(values[i]) }))} />;
}

function Room({ layer, isLast, ...props }: Props & { layer: LayerView; isLast: boolean }) {
  const { look, task, quantity, open, onOpen } = props;
  const output = layer.output ? look(layer.output, quantity) : undefined;
  const kernel = kernelOf(layer);
  const weights = kernel && look(kernel.address, quantity);
  const classes = task?.classes ?? [];
  const zeros = layer.output ? look(layer.output)?.statistics.zeros : undefined;
  const outcome = isLast && quantity === "value" && classes.length > 1 && classes.length <= 12 && layer.shape.length === 1;
  return (
    <section class="room" data-open={open === layer.path} aria-label={`Layer ${layer.path}`}>
      <button type="button" class="name" aria-expanded={open === layer.path} onClick={() => onOpen(open === layer.path ? "" : layer.path)}>
        <strong>{layer.path}</strong>
        <span>
          {layer.kind} · {shape(layer.shape)}
        </span>
      </button>
      <div class="inside">
        {outcome ? (
          <Outcome layer={layer} look={look} classes={classes} />
        ) : output ? (
          <TensorPicture tensor={output} size={132} cell={output.block.shape.length < 2 ? 10 : 40} />
        ) : (
          <span class="blank" />
        )}
        {weights ? (
          <div class="weights">
            <span class="caption">{quantity === "gradient" ? `gradient of ${kernel?.name}` : kernel?.name}</span>
            <TensorPicture tensor={weights} size={132} cell={8} />
          </div>
        ) : null}
      </div>
      <Meters layer={layer} look={look} />
      {zeros !== undefined && layer.role === "activation" ? <p class="caption">{percent(zeros)} zero</p> : null}
    </section>
  );
}

/** A network as rooms that an example goes through, from left to right: what comes out of each, its weights, and how they are moving. */
export function Network(props: Props) {
  const rooms = props.layers.filter(({ output }) => output !== null);
  return (
    <div class="network" style={{ "--edge": colour(0) }}>
      {rooms.map((layer, i) => (
        <Room key={layer.path} {...props} layer={layer} isLast={i === rooms.length - 1} />
      ))}
    </div>
  );
}
