import { describe, expect, it } from "vitest";
import { changesIn } from "../src/views/rewind/Forking";

function typed(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

describe("what a fork is told to be other", () => {
  it("is what was typed, and nothing that was left empty", () => {
    const form = typed({ learning_rate: " 0,01", optimizer: "adam", epochs: "7", batch_size: "", seed: "0" });
    expect(changesIn(form)).toEqual({ learning_rate: 0.01, optimizer: "adam", epochs: 7, seed: 0 });
    expect(changesIn(typed({}))).toEqual({});
  });

  it.each([
    ["learning_rate", "fast", "The learning rate must be a number above 0. Got fast instead."],
    ["learning_rate", "0", "The learning rate must be a number above 0. Got 0 instead."],
    ["epochs", "2.5", "The epochs must be a whole number from 1. Got 2.5 instead."],
    ["batch_size", "-8", "The batch size must be a whole number from 1. Got -8 instead."],
    ["seed", "-1", "The seed must be a whole number from 0. Got -1 instead."],
  ])("is refused where %s is %s", (name, value, message) => {
    expect(() => changesIn(typed({ [name]: value }))).toThrow(message);
  });
});
