import type { Tensor } from "../generated/messages";
import { number, shape } from "../numbers";
import { type Drawn, drawnAt, placeIn, rasterOfTensor } from "../raster";
import { Matrix } from "./Matrix";

interface Props {
  readonly tensor: Tensor;
  readonly size?: number;
  readonly cell?: number;
  /** The largest size that the colours are for; the tensor's own if not given. */
  readonly end?: number;
  readonly picked?: readonly number[];
  /** Hears the place in the whole tensor; not called where what is drawn stands for several numbers. */
  readonly onPick?: ((place: number[]) => void) | undefined;
}

const WORDS = { value: "", gradient: "gradient of ", update: "update of " } as const;

/** Return how a tensor is called: "gradient of dense/kernel". */
export const nameOf = ({ quantity, address }: Tensor): string => WORDS[quantity] + address;

/** Return the size of a tensor's largest number; 1 where all are 0. */
export const largest = ({ statistics }: Tensor): number => Math.max(Math.abs(statistics.low ?? 0), Math.abs(statistics.high ?? 0)) || 1;

/** A tensor of a moment, drawn around zero: orange below, blue above. */
export function TensorPicture({ tensor, size = 160, cell = 12, end = largest(tensor), picked, onPick }: Props) {
  const raster = rasterOfTensor(tensor);
  const describe = (at: Drawn, value: number): string => {
    const place = placeIn(tensor, at);
    if (place) return `${number(value)}\n${nameOf(tensor)}[${place.join(", ")}]`;
    const several = tensor.of.map((entries) => number(Math.round(entries * 10) / 10)).join(" × ");
    return `${number(value)}\nmean of ${several} numbers of ${nameOf(tensor)}`;
  };
  const pick =
    onPick &&
    ((at: Drawn) => {
      const place = placeIn(tensor, at);
      if (place) onPick(place);
    });
  return (
    <Matrix
      raster={raster}
      size={size}
      cell={cell}
      stretch={tensor.block.shape.length === 2 ? 6 : 1}
      range={{ low: -end, high: end }}
      picked={(picked?.length && drawnAt(tensor, picked)) || undefined}
      onPick={pick}
      describe={describe}
      label={`${nameOf(tensor)}, ${shape(tensor.shape)}, from ${number(tensor.statistics.low)} to ${number(tensor.statistics.high)}`}
    />
  );
}
