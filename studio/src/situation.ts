import type { Choice, DataChoice, Situation } from "./generated/messages";

/** The data that the page begins with. */
export const FIRST: DataChoice = { source: "digits", target: null, task: null, examples: null, seed: 0 };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const isChoice = (value: unknown): value is Choice => isObject(value) && typeof value.kind === "string" && isObject(value.arguments);

/** Return the situation that a text of the address means; undefined where it means none. The server judges whether it can be trained. */
export function readSituation(text: string): Situation | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value.data) || typeof value.data.source !== "string") return undefined;
  if (!Array.isArray(value.layers) || !value.layers.every(isChoice) || !isChoice(value.loss) || !isChoice(value.optimizer))
    return undefined;
  const numbers = [value.batch_size, value.epochs, value.seed];
  return numbers.every((one) => typeof one === "number") ? (value as unknown as Situation) : undefined;
}

/** Return a situation as the address has it. */
export const writeSituation = (situation: Situation | null): string => (situation ? JSON.stringify(situation) : "");

/** Return a choice with one argument other; undefined leaves it out, for its default. */
export function withArgument(choice: Choice, name: string, value: Choice["arguments"][string] | undefined): Choice {
  const rest = Object.fromEntries(Object.entries(choice.arguments).filter(([one]) => one !== name));
  return { kind: choice.kind, arguments: value === undefined ? rest : { ...rest, [name]: value } };
}

/** Return a list with one entry moved by so many places; itself where that is not possible. */
export function moved<T>(list: readonly T[], from: number, by: number): readonly T[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return list;
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
