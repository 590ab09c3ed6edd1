import { describe, expect, it } from "vitest";
import { epochOf, spread } from "../src/steps";

const epochs = (numbers: readonly number[], steps: number) =>
  numbers.map((epoch) => ({ epoch, step: (epoch + 1) * steps, seconds: 1, figures: {} }));

describe("steps", () => {
  it("names the epoch of a step, of a fork that began in the midst, and where only some epochs are kept", () => {
    const all = [0, 9, 10, 39, 40].map((step) => epochOf(epochs([0, 1, 2, 3], 10), step, 10));
    expect(all).toEqual([0, 0, 1, 3, null]);
    expect([30, 39, 40].map((step) => epochOf(epochs([3, 4], 10), step, 10))).toEqual([3, 3, 4]);
    expect([0, 10, 25, 30, 39].map((step) => epochOf(epochs([1, 3], 10), step, 10))).toEqual([0, 1, 2, 3, 3]);
  });

  it("has as many snapshots as can be told apart, the newest among them", () => {
    expect(spread([0, 10, 20, 30], 0, 100)).toEqual([0, 10, 20, 30]);
    const many = spread(
      Array.from({ length: 20_000 }, (_, i) => i * 5),
      0,
      99_999,
    );
    expect(many.length).toBeLessThanOrEqual(241);
    expect(many.at(-1)).toBe(99_995);
  });
});
