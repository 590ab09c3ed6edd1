import type { AskAnswer } from "./generated/messages";
import { isObject } from "./settings";

/** What a person gives the network to answer. */
export type ExampleInput = AskAnswer["input"];

/** What of it an address can hold. */
export type TypedInput = Extract<ExampleInput, { type: "text" | "question" | "row" | "uploaded" }>;

const MOST_LETTERS = 2000; // of an address that is still passed on whole

const areTexts = (...values: unknown[]): boolean => values.every((value) => typeof value === "string");

const isTyped = (value: unknown): value is TypedInput => {
  if (!isObject(value)) return false;
  if (value.type === "text") return areTexts(value.text);
  if (value.type === "question") return areTexts(value.question, value.text);
  if (value.type === "row") return isObject(value.cells);
  return value.type === "uploaded" && areTexts(value.name);
};

/** Return what a text of the address means; undefined where it means nothing. The server judges whether it fits the network. */
export function readInput(text: string): TypedInput | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isTyped(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Return what was given as the address has it. */
export const writeInput = (given: TypedInput | null): string => (given ? JSON.stringify(given) : "");

/** Whether an address can hold it: a drawing cannot, nor a long text. */
export const isShort = (given: ExampleInput | null): given is TypedInput => isTyped(given) && writeInput(given).length <= MOST_LETTERS;
