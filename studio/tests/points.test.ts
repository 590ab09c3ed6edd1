import { describe, expect, it } from "vitest";
import { tableOf, toggled } from "../src/points";

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
});
