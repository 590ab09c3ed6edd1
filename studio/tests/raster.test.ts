import { describe, expect, it } from "vitest";
import type { Block, Tensor } from "../src/generated/messages";
import { drawnAt, loudest, paint, placeIn, rangeOf, rasterOfPicture, rasterOfTensor } from "../src/raster";

const sizeOf = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1);

const block = (shape: number[]): Block => ({
  shape,
  dtype: "float32",
  offset: 0,
  low: 0,
  high: 1,
  values: Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
});

/** A tensor that is drawn whole: channels, or pairs of in and out, as maps. */
function tensor(shape: number[], drawn: number[], of = drawn.map(() => 1)): Tensor {
  const statistics = { mean: 0, deviation: 0, norm: 0, low: 0, high: 0, zeros: 0, lost: 0, bins: [] };
  return { address: "a", quantity: "value", example: null, shape, layout: [], of, whole: drawn, block: block(drawn), statistics };
}

describe("a tensor that is drawn", () => {
  it("is shown first where it is largest", () => {
    const maps = tensor([4, 5, 3], [3, 4, 5]);
    const values = Float32Array.from({ length: 60 }, (_, i) => (i === 2 * 20 + 1 * 5 + 3 ? 9 : -i));
    expect(loudest({ ...maps, block: { ...maps.block, values } })).toEqual([1, 3, 2]);
    expect(loudest(tensor([5], [5]))).toEqual([4]);
    expect(loudest(tensor([8, 8], [4, 4], [2, 2]))).toEqual([]);
    expect(loudest(undefined)).toEqual([]);
  });

  it("has each of its numbers at a place of its own, there and back", () => {
    const cases = [
      tensor([5], [5]),
      tensor([3, 4], [3, 4]),
      tensor([1, 6], [1, 6]),
      tensor([4, 5, 3], [3, 4, 5]),
      tensor([2, 3, 4, 5], [20, 2, 3]),
    ];
    for (const one of cases) {
      const { maps, rows, columns } = rasterOfTensor(one);
      expect(maps * rows * columns).toBe(sizeOf(one.shape));
      const seen = new Set<string>();
      for (let i = 0; i < maps * rows * columns; i++) {
        const at = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns] as const;
        const place = placeIn(one, at) as number[];
        expect(place.every((index, axis) => index < (one.shape[axis] as number))).toBe(true);
        expect(drawnAt(one, place)).toEqual(at);
        seen.add(place.join());
      }
      expect(seen.size).toBe(sizeOf(one.shape));
    }
  });

  it("has no places where its numbers are put together", () => {
    const reduced = tensor([8, 8], [4, 4], [2, 2]);
    expect(placeIn(reduced, [0, 1, 1])).toBeNull();
    expect(drawnAt(reduced, [2, 2])).toBeNull();
  });
});

describe("pictures", () => {
  it("are grey or in colour, one or several", () => {
    expect(rasterOfPicture({ kind: "image", block: block([4, 5]) })).toMatchObject({ maps: 1, rows: 4, columns: 5, depth: 1 });
    expect(rasterOfPicture({ kind: "image", block: block([4, 5, 3]) })).toMatchObject({ maps: 1, rows: 4, columns: 5, depth: 3 });
    expect(rasterOfPicture({ kind: "signed", block: block([2, 4, 5]) })).toMatchObject({ maps: 2, rows: 4, columns: 5, depth: 1 });
  });

  it("are painted from a table of colours, and what is not a number in magenta", () => {
    const table = Uint8ClampedArray.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));
    const into = new Uint8ClampedArray(16);
    paint({ values: [-1, 0, 1, Number.NaN], maps: 1, rows: 2, columns: 2, depth: 1 }, { low: -1, high: 1 }, table, into);
    expect([...into]).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255, 255, 0, 255, 255]);
  });

  it("reach from their smallest finite number to their largest", () => {
    expect(rangeOf([3, Number.NaN, -1, Number.POSITIVE_INFINITY])).toEqual({ low: -1, high: 3 });
    expect(rangeOf([3, -1], true)).toEqual({ low: -3, high: 3 });
    expect(rangeOf([])).toEqual({ low: -1, high: 1 });
    expect(rangeOf([2, 2])).toEqual({ low: 2, high: 3 });
  });
});
