import { describe, expect, it } from "vitest";
import { counted, duration, number, percent, shape, tick } from "../src/numbers";

describe("numbers in words", () => {
  it("have four digits, a true minus sign, and powers of ten only where they help", () => {
    const said = [0, 1, -3, 1403, 0.5, -0.123456, 12345.678, 1.16e-10, -2.5e8, 2.5e7 + 0.5, null, Number.NaN, Number.POSITIVE_INFINITY].map(
      number,
    );
    expect(said).toEqual([
      "0",
      "1",
      "−3",
      "1,403",
      "0.5",
      "−0.1235",
      "12350",
      "1.16 · 10⁻¹⁰",
      "−250,000,000",
      "2.50 · 10⁷",
      "–",
      "not a number",
      "∞",
    ]);
  });

  it("are short on axes", () => {
    expect([0, 0.5, 1e-5, 2e-4, -1e-7, 25000, 1e7].map(tick)).toEqual(["0", "0.5", "10⁻⁵", "2·10⁻⁴", "−1·10⁻⁷", "25,000", "10⁷"]);
  });

  it("are shares, counts, times and shapes", () => {
    expect([0, 0.5, 0.9994, 0.99999, 1, 1.234, -0.031, null].map(percent)).toEqual([
      "0 %",
      "50.0 %",
      "99.9 %",
      "99.9 %",
      "100 %",
      "123 %",
      "−3.1 %",
      "–",
    ]);
    expect([counted(1, "step"), counted(1403, "step"), counted(2, "loss", "losses")]).toEqual(["1 step", "1,403 steps", "2 losses"]);
    expect([0.19, 3.21, 75, 600, 7200].map(duration)).toEqual(["190 ms", "3.2 s", "75 s", "10 min", "2.0 h"]);
    expect([shape([28, 28, 1]), shape([]), shape([null, 3])]).toEqual(["28 × 28 × 1", "one number", "n × 3"]);
  });
});
