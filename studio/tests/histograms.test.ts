import { describe, expect, it } from "vitest";
import type { Block, ProbeSeries } from "../src/generated/messages";
import { densityAt, histogramsOf } from "../src/histograms";

const block = (shape: number[], values: number[]): Block => ({
  shape,
  dtype: "float32",
  offset: 0,
  low: 0,
  high: 1,
  values: Float32Array.from(values),
});

describe("histograms over time", () => {
  const series: ProbeSeries = {
    name: "histogram of dense/kernel",
    steps: block([2], [0, 20]),
    values: block([2, 6], [-1, 1, 0.1, 0.2, 0.3, 0.4, 0, 4, 1, 0, 0, 0]),
  };

  it("are a lowest and a highest number, and the shares between", () => {
    const [first, second] = histogramsOf(series);
    expect([first?.low, first?.high, second?.low, second?.high]).toEqual([-1, 1, 0, 4]);
    expect(Array.from(second?.shares ?? [])).toEqual([1, 0, 0, 0]);
  });

  it("are densities that add up to 1 along the axis", () => {
    for (const one of histogramsOf(series)) {
      const width = 0.001;
      let sum = 0;
      for (let value = -2 + width / 2; value < 5; value += width) sum += densityAt(one, value) * width;
      expect(sum).toBeCloseTo(1, 2);
    }
  });

  it("are nothing outside", () => {
    const [first] = histogramsOf(series);
    expect(first && [densityAt(first, -1.1), densityAt(first, 1.1)]).toEqual([0, 0]);
  });
});
