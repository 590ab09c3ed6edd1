import type { Block, Picture, Tensor } from "./generated/messages";
import type { Table } from "./theme/colours";

/** Numbers laid out as pictures side by side: `maps` of them, each of rows × columns, of one number or three (red, green, blue). */
export interface Raster {
  readonly values: ArrayLike<number>;
  readonly maps: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: 1 | 3;
}

/** Which numbers the ends of a palette stand for. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Return the smallest range around all finite numbers; around zero to both sides where `even`. */
export function rangeOf(values: ArrayLike<number>, even = false): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { low: -1, high: 1 };
  if (!even) return low === high ? { low, high: low + 1 } : { low, high };
  const end = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return { low: -end, high: end };
}

const NOT_A_NUMBER = [255, 0, 255] as const; // magenta: no palette has it

/** Write numbers as colours, four bytes each. */
export function paint({ values, depth }: Raster, range: Range, table: Table, into: Uint8ClampedArray): void {
  const scale = 255 / (range.high - range.low || 1);
  for (let pixel = 0; pixel * 4 < into.length; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = values[depth === 3 ? pixel * 3 + channel : pixel] as number;
      const level = Math.max(0, Math.min(255, Math.round((value - range.low) * scale)));
      const seen = depth === 3 ? level : (table[level * 3 + channel] as number);
      into[pixel * 4 + channel] = Number.isNaN(value) ? (NOT_A_NUMBER[channel] as number) : seen;
    }
    into[pixel * 4 + 3] = 255;
  }
}

/** Return numbers of a shape as pictures: a vector as one cell for each number, higher axes as maps. */
export function raster(values: ArrayLike<number>, shape: readonly number[], depth: 1 | 3 = 1): Raster {
  const [rows = 1, columns = 1] = shape.slice(-2);
  if (shape.length === 0) return { values, maps: 1, rows: 1, columns: 1, depth };
  if (shape.length === 1) return { values, maps: shape[0] as number, rows: 1, columns: 1, depth };
  return { values, maps: shape.slice(0, -2).reduce((product, axis) => product * axis, 1), rows, columns, depth };
}

/** Return an example's picture, or a picture of what speaks for an answer, ready to be drawn. */
export function rasterOfPicture({ block }: Picture): Raster {
  const isColour = block.shape.length > 2 && block.shape.at(-1) === 3;
  return raster(block.values, isColour ? block.shape.slice(0, -1) : block.shape, isColour ? 3 : 1);
}

/** Return a tensor ready to be drawn; a matrix of one row is drawn as a vector. */
export function rasterOfTensor({ block }: { readonly block: Block }): Raster {
  const shape = block.shape.length === 2 && block.shape[0] === 1 ? block.shape.slice(1) : block.shape;
  return raster(block.values, shape);
}

/** Where a number is drawn: its map, its row and its column. */
export type Drawn = readonly [map: number, row: number, column: number];

const isWhole = ({ of }: Tensor): boolean => of.every((entries) => entries === 1);

/**
 * Return the place, in the whole tensor, of what is drawn at a map, row and column; null where an entry stands for several.
 *
 * A map of feature maps (rows, columns, channels) is a channel; one of kernels (rows, columns, in, out) is a pair of in and out.
 */
export function placeIn(tensor: Tensor, [map, row, column]: Drawn): number[] | null {
  if (!isWhole(tensor)) return null;
  const outs = tensor.shape.at(-1) ?? 1;
  if (tensor.shape.length === 4) return [row, column, Math.floor(map / outs), map % outs];
  if (tensor.shape.length === 3) return [row, column, map];
  if (tensor.shape.length === 2) return tensor.block.shape[0] === 1 ? [0, map] : [row, column];
  return tensor.shape.length === 1 ? [map] : [];
}

/** Return where a place of the whole tensor is drawn; null where it is not drawn by itself. */
export function drawnAt(tensor: Tensor, place: readonly number[]): Drawn | null {
  if (!isWhole(tensor) || place.length !== tensor.shape.length) return null;
  const [a = 0, b = 0, c = 0, d = 0] = place;
  const at: Record<number, Drawn> = {
    1: [a, 0, 0],
    2: tensor.block.shape[0] === 1 ? [b, 0, 0] : [0, a, b],
    3: [c, a, b],
    4: [c * (tensor.shape[3] ?? 1) + d, a, b],
  };
  return at[place.length] ?? [0, 0, 0];
}

/** Return the place of a tensor's largest number; none where a drawn entry stands for several. */
export function loudest(tensor: Tensor | undefined): number[] {
  if (!tensor) return [];
  const values = Array.from(tensor.block.values);
  const at = values.indexOf(Math.max(...values));
  const { rows, columns } = rasterOfTensor(tensor);
  return placeIn(tensor, [Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows, at % columns]) ?? [];
}
