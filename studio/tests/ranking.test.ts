import { describe, expect, it } from "vitest";
import type { RunLine } from "../src/generated/messages";
import { COLUMNS, type Column, filtered, readOrder, saying, sorted, turned } from "../src/ranking";

function line(name: string, part: Partial<RunLine> = {}, told: Partial<RunLine["hyperparameters"]> = {}): RunLine {
  const hyperparameters = {
    network: "Dense 16 → Dense 10",
    optimizer: "Adam",
    learning_rate: 0.01,
    schedule: "",
    batch_size: 32,
    seed: 0,
    ...told,
  };
  const begun = { state: "finished", data: "digits", created: 1e9, epochs: 3, epochs_planned: 3, steps: 30 } as const;
  return { name, ...begun, figures: {}, best: {}, test: {}, parent: null, steered: false, hyperparameters, ...part };
}

const LINES = [
  line("digits-10", { best: { val_loss: 0.5, val_accuracy: 0.8 }, created: 1e9 + 5 }),
  line(
    "digits-2",
    { data: "trees.csv", epochs: 2, parent: { run: "digits-10", step: 40, changes: {} } },
    { learning_rate: 0.0001, optimizer: "SGD" },
  ),
  line(
    "bare",
    { best: { val_loss: 0.25, val_binary_accuracy: 0.9 }, created: 1e9 + 9 },
    { learning_rate: null, network: "", schedule: "WarmUp" },
  ),
];
const names = (lines: readonly RunLine[]) => lines.map(({ name }) => name);
const column = (id: string) => COLUMNS.find((one) => one.id === id) as Column;

describe("the table of runs", () => {
  it("is sorted by a column, names with numbers as people count", () => {
    expect(names(sorted(LINES, "name"))).toEqual(["bare", "digits-2", "digits-10"]);
    expect(names(sorted(LINES, "-begun"))).toEqual(["bare", "digits-10", "digits-2"]);
    expect(names(sorted(LINES, "-best_accuracy"))).toEqual(["bare", "digits-10", "digits-2"]);
  });

  it("puts last what a column has nothing of, either way", () => {
    expect(names(sorted(LINES, "rate"))).toEqual(["digits-2", "digits-10", "bare"]);
    expect(names(sorted(LINES, "-rate"))).toEqual(["digits-10", "digits-2", "bare"]);
    expect(names(sorted(LINES, "best_loss"))).toEqual(["bare", "digits-10", "digits-2"]);
  });

  it("leaves the list that it is given as it is", () => {
    const before = names(LINES);
    sorted(LINES, "name");
    expect(names(LINES)).toEqual(before);
  });

  it("is turned by a click on a head", () => {
    expect(turned("-begun", column("rate"))).toBe("rate");
    expect(turned("rate", column("rate"))).toBe("-rate");
    expect(turned("-rate", column("rate"))).toBe("rate");
    expect(turned("rate", column("accuracy"))).toBe("-accuracy");
    expect(turned("-accuracy", column("accuracy"))).toBe("accuracy");
  });

  it("takes from the address only orders that there are", () => {
    expect(readOrder("-best_loss")).toBe("-best_loss");
    for (const wrong of ["", "-", "--rate", "constructor", "rate-"]) expect(readOrder(wrong)).toBeUndefined();
  });

  it("is filtered by words that all columns together must say", () => {
    expect(names(filtered(LINES, "  SGD trees "))).toEqual(["digits-2"]);
    expect(names(filtered(LINES, "digits-10"))).toEqual(["digits-10", "digits-2"]);
    expect(names(filtered(LINES, "0.0001"))).toEqual(["digits-2"]);
    expect(names(filtered(LINES, "dense 16 adam"))).toEqual(["digits-10"]);
    expect(names(filtered(LINES, ""))).toEqual(names(LINES));
    expect(filtered(LINES, "adam sgd")).toEqual([]);
  });

  it("says what there is, and a dash for what there is not", () => {
    const [first, second, third] = LINES as [RunLine, RunLine, RunLine];
    expect(saying(column("epochs"), second)).toBe("2 / 3");
    expect(saying(column("parent"), second)).toBe("digits-10, step 40");
    expect(saying(column("optimizer"), third)).toBe("Adam, WarmUp");
    expect(saying(column("best_accuracy"), third)).toBe("90.0 %");
    for (const id of ["network", "rate", "parent", "accuracy"]) expect(saying(column(id), third)).toBe("–");
    expect(saying(column("best_loss"), first)).toBe("0.5");
  });
});
