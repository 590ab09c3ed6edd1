import { describe, expect, it } from "vitest";
import { format, initial, parse, type State } from "../src/state";

describe("the state in the address", () => {
  it("comes back as it was, whatever it is", () => {
    const states: Partial<State>[] = [
      {},
      { view: "rewind", run: "digits-1", step: 57 },
      { view: "question", question: "why", weight: "dense/kernel", index: [3, 7], example: 0 },
      { run: "a b,c/d&e=f#g?h", beside: ["x,y", "ü%2C", "~1", "plain"], scale: "log", unit: [0], cell: [9, 5] },
      { run: "digits-1", smoothing: 0.6 },
      { smoothing: 0.99 },
      { view: "question", question: "answer", own: { type: "text", text: "50 % off & more?\n#now" } },
      { own: { type: "question", question: "Who?", text: "“Ada”, it says." } },
      { own: { type: "row", cells: { height: 9.5, bark: null, kind: "oak" } } },
      { own: { type: "uploaded", name: "cat.png", row: 0 } },
      { view: "runs", filter: "adam 0.01 & ü", order: "-best_loss" },
    ];
    for (const part of states) {
      const whole = { ...initial, ...part };
      expect(parse(format(whole))).toEqual(whole);
    }
  });

  it("leaves out what is as in the beginning", () => {
    expect(format({ ...initial, run: "digits-1" })).toBe("#/watch?run=digits-1");
  });

  it("takes what it does not understand for what is in the beginning", () => {
    for (const wrong of [
      "",
      "#",
      "#/",
      "#/nowhere?step=-1",
      "#/watch?step=1e9&scale=cubic&index=1,,2&unknown=1",
      "#/watch?smoothing=1",
      "#/watch?order=nothing",
      "#/watch?smoothing=0.995",
      "#/watch?smoothing=-0.5",
      '#/watch?own={"type":"drawn","pixels":""}',
      '#/watch?own={"type":"text"}',
      "#/watch?own=null",
      "#/watch?index=%E0%A4%A",
      "%%%",
    ]) {
      expect(parse(wrong)).toEqual(initial);
    }
  });
});
