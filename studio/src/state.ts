import { batch, type Signal, signal } from "@preact/signals";
import type { Choice, Settings } from "./generated/messages";
import { readInput, type TypedInput, writeInput } from "./own";
import { type Order, readOrder } from "./ranking";
import { readChoices, readSettings, writeSettings } from "./settings";
import { MOST_SMOOTH } from "./smoothing";

/** One entry of the table of states: how it begins, and how it is written in the address. */
interface Field<T> {
  readonly initial: T;
  /** What a text of the address means; undefined where it means nothing. */
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
}

const text = (initial = ""): Field<string> => ({ initial, read: (given) => given, write: (value) => value });

const choice = <T extends string>(...among: readonly [T, ...T[]]): Field<T> => ({
  initial: among[0],
  read: (given) => among.find((one) => one === given),
  write: (value) => value,
});

/** A whole number that is not negative, or none. */
const whole = (): Field<number | null> => ({
  initial: null,
  read: (given) => (/^\d{1,15}$/.test(given) ? Number(given) : undefined),
  write: (value) => (value === null ? "" : String(value)),
});

/** Whole numbers, such as the index of a weight. */
const wholes = (): Field<readonly number[]> => ({
  initial: [],
  read: (given) => (/^\d{1,9}(,\d{1,9})*$/.test(given) ? given.split(",").map(Number) : undefined),
  write: (value) => value.join(","),
});

/** A number from 0 to a most. */
const upTo = (most: number): Field<number> => ({
  initial: 0,
  read: (given) => (/^(0|0?\.\d{1,4})$/.test(given) && Number(given) <= most ? Number(given) : undefined),
  write: String,
});

const names = (): Field<readonly string[]> => ({
  initial: [],
  read: (given) =>
    given
      .split(",")
      .map((name) => name.replaceAll("~1", ",").replaceAll("~0", "~"))
      .filter(Boolean),
  write: (value) => value.map((name) => name.replaceAll("~", "~0").replaceAll(",", "~1")).join(","),
});

export const VIEWS = ["watch", "learn", "build", "rewind", "question", "data", "runs"] as const;
export const STAGES = ["preparation", "propagation", "loss", "backpropagation", "iteration"] as const;
export const QUESTIONS = ["why", "answer", "mistakes", "landscape", "embedding"] as const;

/** All that a link must hold for the page to be the same again. */
const fields = {
  view: choice(...VIEWS),
  /** The run that is looked at. */
  run: text(),
  /** Runs laid beside it. */
  beside: names(),
  /** The run that is laid beside it moment by moment, and the step of it; none: the same step. */
  against: text(),
  against_step: whole(),
  /** The moment that everything on the page shows; none: the latest. */
  step: whole(),
  /** The room that is open in the drawing of the network. */
  layer: text(),
  /** The figure that the time line and the large curve show. */
  figure: text("loss"),
  scale: choice("linear", "log"),
  /** How much curves are smoothed: the weight of what came before. */
  smoothing: upTo(MOST_SMOOTH),
  /** What is drawn in the rooms of the network. */
  seen: choice("value", "gradient"),
  /** The example of the batch that travels through the network. */
  example: whole(),
  /** The part of the data, and the example of it, that the network is asked about. */
  part: choice("test", "validation", "train"),
  row: whole(),
  /** What of one's own the network is asked about in place of the example; none: the example. */
  own: { initial: null, read: readInput, write: writeInput } as Field<TypedInput | null>,
  /** A unit of the open room. */
  unit: wholes(),
  /** The weight that is asked about, and the number in it. */
  weight: text(),
  index: wholes(),
  question: choice(...QUESTIONS),
  /** Whose data are reported on: those of the run that is looked at, or those that are chosen in Build. */
  reported: choice("run", "build"),
  /** The stage of learning that is told of. */
  stage: choice(...STAGES),
  /** The method that explains an answer. */
  method: text(),
  /** How the outputs of a layer are laid out, and in how many dimensions. */
  layout: choice("pca", "tsne"),
  dimensions: choice("2", "3"),
  /** The class whose curves of precision and recall stand out; none: the one that is told apart worst. */
  among: whole(),
  /** A cell of the confusion matrix: true class, given class. */
  cell: wholes(),
  /** Optimisers that the settings is also trained with, to be compared. */
  rivals: {
    initial: [{ kind: "SGD", arguments: { learning_rate: 0.1 } }],
    read: readChoices,
    write: JSON.stringify,
  } as Field<readonly Choice[]>,
  /** The words that rows of the table of runs must have, and how it is sorted: the newest first. */
  filter: text(),
  order: { initial: "-begun", read: readOrder, write: (value) => value } as Field<Order>,
  /** All that decides what is learned and how, where it is other than suggested. */
  settings: { initial: null, read: readSettings, write: writeSettings } as Field<Settings | null>,
} as const;

type Fields = typeof fields;
export type Name = keyof Fields;
export type State = { [K in Name]: Fields[K] extends Field<infer T> ? T : never };
export type View = State["view"];
export type Stage = State["stage"];
export type Question = State["question"];

const all = Object.keys(fields) as Name[];

export const initial = Object.fromEntries(all.map((name) => [name, fields[name].initial])) as State;

/** The state as signals, to be read by views; only `change` and the address write them. */
export const state = Object.fromEntries(all.map((name) => [name, signal(fields[name].initial)])) as unknown as {
  readonly [K in Name]: Signal<State[K]>;
};

/** Return the state that an address means; what it leaves out, or says wrongly, is as in the beginning. */
export function parse(address: string): State {
  const [path = "", query = ""] = address.replace(/^#?\/?/, "").split("?", 2);
  const given = new URLSearchParams(query);
  given.set("view", path);
  const entries = all.map((name) => {
    const said = given.get(name);
    return [name, (said === null ? undefined : fields[name].read(said)) ?? fields[name].initial];
  });
  return Object.fromEntries(entries) as State;
}

/** Return the address of a state, without what is as in the beginning. */
export function format(of: State): string {
  const query = new URLSearchParams();
  for (const name of all) {
    if (name === "view") continue;
    const field = fields[name] as Field<State[Name]>;
    const written = field.write(of[name]);
    if (written !== field.write(field.initial)) query.set(name, written);
  }
  const said = query.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
  return `#/${of.view}${said ? `?${said}` : ""}`;
}

/** Return what another run is to be looked at with: what belongs to one run alone is as in the beginning. */
export const fresh = (run: string): Partial<State> => ({
  run,
  step: null,
  beside: [],
  against: "",
  against_step: null,
  layer: "",
  weight: "",
  index: [],
  example: null,
  row: null,
  own: null,
  unit: [],
  cell: [],
});

export const current = (): State => Object.fromEntries(all.map((name) => [name, state[name].peek()])) as State;

/** Return the address of the present state with some of it changed, for a link; what draws it is drawn again with the state. */
export const link = (part: Partial<State>): string => {
  const now = Object.fromEntries(all.map((name) => [name, state[name].value])) as State;
  return format({ ...now, ...part });
};

function assign(part: Partial<State>): void {
  batch(() => {
    for (const name of Object.keys(part) as Name[]) {
      const target = state[name] as Signal<unknown>;
      const value = part[name];
      if (value !== undefined && fields[name].write(value as never) !== fields[name].write(target.peek() as never)) target.value = value;
    }
  });
}

let pending: ReturnType<typeof setTimeout> | undefined;

/**
 * Change some of the state, and the address with it.
 *
 * `"push"` makes an entry that the browser's back button returns from. `"replace"` does not, and writes the address only once the
 * changes pause, for browsers refuse to do so a hundred times a second.
 */
export function change(part: Partial<State>, how: "push" | "replace" = "push"): void {
  assign(part);
  clearTimeout(pending);
  if (how === "push") history.pushState(null, "", format(current()));
  else pending = setTimeout(() => history.replaceState(null, "", format(current())), 200);
}

/** Follow the address: once now, and whenever the person goes back, forward or to a link. */
export function followAddress(): void {
  const read = () => assign(parse(location.hash));
  addEventListener("popstate", read);
  addEventListener("hashchange", read);
  read();
}
