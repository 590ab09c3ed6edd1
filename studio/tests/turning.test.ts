import { describe, expect, it } from "vitest";
import { seen, turnedBy } from "../src/turning";

const CORNERS = [1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1].map((value) => value * 5 + 100);
const rounded = (values: Float32Array) => Array.from(values, (value) => Math.round(value * 1e6) / 1e6 + 0);

describe("a cloud of points that is turned", () => {
  it("is seen from the front, centred, and as large as the plane", () => {
    const { places, nearness } = seen(CORNERS, { about: 0, over: 0 });
    expect(rounded(places)).toEqual([1, 0, -1, 0, 0, 1, 0, -1, 0, 0, 0, 0]);
    expect(rounded(nearness)).toEqual([0.5, 0.5, 0.5, 0.5, 1, 0]);
  });

  it("shows its side after a quarter turn, and its top from above", () => {
    const side = seen(CORNERS, { about: Math.PI / 2, over: 0 });
    expect(rounded(side.places)).toEqual([0, 0, 0, 0, 0, 1, 0, -1, 1, 0, -1, 0]);
    expect(rounded(side.nearness)).toEqual([0, 1, 0.5, 0.5, 0.5, 0.5]);
    const above = seen(CORNERS, { about: 0, over: Math.PI / 2 });
    expect(rounded(above.places)).toEqual([1, 0, -1, 0, 0, 0, 0, 0, 0, -1, 0, 1]);
    expect(rounded(above.nearness)).toEqual([0.5, 0.5, 1, 0, 0.5, 0.5]);
  });

  it("keeps all distances, whichever way it is turned", () => {
    const { places, nearness } = seen(CORNERS, turnedBy({ about: 0.3, over: -0.4 }, { about: 1.1, over: 0.7 }));
    for (let i = 0; i < 6; i++) {
      const [x, y, z] = [places[i * 2] as number, places[i * 2 + 1] as number, (nearness[i] as number) * 2 - 1];
      expect(Math.hypot(x, y, z)).toBeCloseTo(1, 5);
    }
  });

  it("is not turned head over heels, and stands where it has one point", () => {
    expect(turnedBy({ about: 0, over: 1.5 }, { about: 0.1, over: 9 })).toEqual({ about: 0.1, over: Math.PI / 2 });
    expect(rounded(seen([3, 4, 5], { about: 1, over: 1 }).places)).toEqual([0, 0]);
  });
});
