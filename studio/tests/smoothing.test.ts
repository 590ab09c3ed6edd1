import { describe, expect, it } from "vitest";
import { smoothed } from "../src/smoothing";

describe("smoothing", () => {
  it("is the weighted mean of what came so far, worked out by hand", () => {
    // of 4, 8, 2 with one half: 4; (½·4 + 8) / (½ + 1); (¼·4 + ½·8 + 2) / (¼ + ½ + 1)
    expect(smoothed([4, 8, 2], 0.5)).toEqual([4, expect.closeTo(20 / 3, 12), 4]);
    // of 1, 2, 3 with nine tenths: 1; 2.9 / 1.9; (0.81 + 1.8 + 3) / 2.71
    expect(smoothed([1, 2, 3], 0.9)).toEqual([1, expect.closeTo(2.9 / 1.9, 12), expect.closeTo(5.61 / 2.71, 12)]);
  });

  it("leaves the values as they are where nothing is smoothed", () => {
    expect(smoothed(new Float64Array([3, -1, 0.5]), 0)).toEqual([3, -1, 0.5]);
  });

  it("begins at the first value, and stays at a constant, however strong it is", () => {
    for (const value of smoothed(Array(500).fill(7), 0.99)) expect(value).toBeCloseTo(7, 9);
  });

  it("passes over what is not there", () => {
    expect(smoothed([4, null, 8, Number.NaN, 2], 0.5)).toEqual([4, null, expect.closeTo(20 / 3, 12), null, 4]);
    expect(smoothed([], 0.5)).toEqual([]);
  });

  it("follows a step to within a hundredth after as many values as its weight says", () => {
    const after = smoothed([...Array(1000).fill(0), ...Array(459).fill(1)], 0.99).at(-1);
    expect(after).toBeCloseTo(1 - 0.99 ** 459, 4); // the correction is small by then: 0.99^1459 is 4e-7
  });
});
