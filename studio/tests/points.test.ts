import { describe, expect, it } from "vitest";
import { moved, pointAt, tableOf, toggled } from "../src/points";

describe("points set by hand", () => {
  it("are a table in text", () => {
    const points = [
      { x: -1, y: 0.5, name: "orange" },
      { x: 0.12345, y: -0.9999, name: "blue" },
    ] as const;
    expect(tableOf(points)).toBe("x1,x2,class\n-1.000,0.500,orange\n0.123,-1.000,blue\n");
  });

  it("are added where there is none, and taken away where one lies", () => {
    const one = { x: 0, y: 0, name: "blue" } as const;
    const far = { x: 0.5, y: 0, name: "orange" } as const;
    expect(toggled([one], far)).toEqual([one, far]);
    expect(toggled([one, far], { x: 0.01, y: -0.01, name: "orange" })).toEqual([far]);
  });

  it("are meant and moved one at a time, the nearest", () => {
    const [one, beside] = [{ x: 0, y: 0, name: "blue" } as const, { x: 0.05, y: 0, name: "orange" } as const];
    expect([-0.05, 0.02, 0.03, 0.2].map((x) => pointAt([one, beside], { x, y: 0 }))).toEqual([0, 0, 1, -1]);
    expect(pointAt([], { x: 0, y: 0 })).toBe(-1);
    expect(toggled([one, beside], { x: 0.04, y: 0, name: "blue" })).toEqual([one]);
    expect(moved([one, beside], 1, { x: -0.5, y: 1 })).toEqual([one, { x: -0.5, y: 1, name: "orange" }]);
  });
});
