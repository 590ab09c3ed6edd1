import type { AskAnswer } from "./generated/messages";
import { isObject } from "./situation";

/** What a person gives the network to answer. */
export type Given = AskAnswer["given"];

/** What of it an address can hold. */
export type Told = Extract<Given, { type: "text" | "question" | "row" | "uploaded" }>;

const MOST_LETTERS = 2000; // of an address that is still passed on whole

const areTexts = (...values: unknown[]): boolean => values.every((value) => typeof value === "string");

const isTold = (value: unknown): value is Told => {
  if (!isObject(value)) return false;
  if (value.type === "text") return areTexts(value.text);
  if (value.type === "question") return areTexts(value.question, value.text);
  if (value.type === "row") return isObject(value.cells);
  return value.type === "uploaded" && areTexts(value.name);
};

/** Return what a text of the address means; undefined where it means nothing. The server judges whether it fits the network. */
export function readTold(text: string): Told | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isTold(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Return what was given as the address has it. */
export const writeTold = (given: Told | null): string => (given ? JSON.stringify(given) : "");

/** Whether an address can hold it: a drawing cannot, nor a long text. */
export const isShort = (given: Given | null): given is Told => isTold(given) && writeTold(given).length <= MOST_LETTERS;
