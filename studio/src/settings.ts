import type { Choice, Component, DataChoice, Settings } from "./generated/messages";

/** The share of data that is not learned from, where nothing else is said. */
export const HELD_OUT = 0.3;

/** The data that the page begins with. */
export const FIRST_DATA: DataChoice = {
  source: "digits",
  target: null,
  task: null,
  examples: null,
  seed: 0,
  features: [],
  noise: 0,
  held_out: HELD_OUT,
};

/** Whether a value is an object, and neither a list nor nothing. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isChoice = (value: unknown): value is Choice => isObject(value) && typeof value.kind === "string" && isObject(value.arguments);

/** Return the settings that a text of the address means; undefined where it means none. The server judges whether it can be trained. */
export function readSettings(text: string): Settings | undefined {
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
  return numbers.every((one) => typeof one === "number") ? (value as unknown as Settings) : undefined;
}

/** Return the choices that a text of the address means; undefined where it means none. */
export function readChoices(text: string): readonly Choice[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(isChoice) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Return a settings as the address has it. */
export const writeSettings = (settings: Settings | null): string => (settings ? JSON.stringify(settings) : "");

/** Return a choice with one argument other; undefined leaves it out, for its default. */
export function withArgument(choice: Choice, name: string, value: Value | undefined): Choice {
  const rest = Object.fromEntries(Object.entries(choice.arguments).filter(([one]) => one !== name));
  return { kind: choice.kind, arguments: value === undefined ? rest : { ...rest, [name]: value } };
}

export type Value = Choice["arguments"][string];

/** What an argument may be chosen from. */
export interface Group {
  readonly kinds: readonly Component[];
  /** Return a new choice of a kind, its needed arguments filled from the value before it. */
  readonly fresh: (kind: Component, before: Value | undefined) => Choice;
  /** Return the plain value that takes the place of a choice. */
  readonly plain: (before: Value | undefined) => Value | undefined;
}

/** Return a value that was chosen itself; undefined where it is a plain one. */
export const asChoice = (value: Value | undefined): Choice | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;

/** Return an optimiser in a few words: "SGD, 0.1". */
export function inWords({ kind, arguments: given }: Choice): string {
  const rate = given.learning_rate;
  const schedule = asChoice(rate);
  return [kind, ...(schedule ? [schedule.kind] : rate === undefined || rate === null ? [] : [String(rate)])].join(", ");
}

/** Return the highest rate that a value stands for: itself, or the one that a schedule is about. */
export function rateOf(value: Value | undefined, byDefault: number): number {
  const within = asChoice(value)?.arguments ?? {};
  const said = [within.warmup_target, within.initial_learning_rate, within.schedule, within.values].flat();
  const rate = [...said, value].find((one) => typeof one === "number");
  return typeof rate === "number" ? rate : byDefault;
}

/** The schedules of learning rates, laid over so many updates. */
export const schedules = (kinds: readonly Component[], updates: number, byDefault: number): Group => ({
  kinds,
  fresh: ({ kind, arguments: given }, before) => {
    const rate = rateOf(before, byDefault);
    const part = (share: number) => Math.max(1, Math.round(updates * share));
    const begin: Record<string, Value> = {
      initial_learning_rate: rate,
      decay_steps: part(kind === "ExponentialDecay" ? 0.5 : 1),
      decay_rate: 0.1,
      boundaries: [part(0.5), part(0.75)],
      values: [rate, rate / 10, rate / 100],
      schedule: rate,
      steps: part(0.1),
    };
    const needed = given.filter(({ required }) => required).map(({ name }) => [name, begin[name] ?? 1] as const);
    return { kind, arguments: Object.fromEntries(needed) };
  },
  plain: (before) => rateOf(before, byDefault),
});

/** The penalties on weights. */
export const penalties = (kinds: readonly Component[]): Group => ({
  kinds,
  fresh: ({ kind, arguments: given }) => ({ kind, arguments: Object.fromEntries(given.map(({ name }) => [name, 0.001])) }),
  plain: () => undefined,
});

/** Return a list with one entry moved by so many places; itself where that is not possible. */
export function moved<T>(list: readonly T[], from: number, by: number): readonly T[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return list;
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
