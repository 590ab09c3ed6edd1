import type { RunLine } from "./generated/messages";
import { count, number, percent } from "./numbers";
import { STATES } from "./states";

/** A column of the table of runs. */
export interface Column {
  readonly id: string;
  readonly title: string;
  /** What it is sorted by; null where a run has nothing there. */
  readonly value: (line: RunLine) => string | number | null;
  /** What it says; where it is left out, the value itself. */
  readonly said?: (line: RunLine) => string;
  readonly isNumber?: boolean;
  /** Whether the first click puts the highest first. */
  readonly falls?: boolean;
}

/** How a table is sorted: a column's name, after a minus sign where the highest comes first. */
export type Order = string;

const thisYear = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" });
const anyYear = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** Return a time as a table has it: "21 Nov, 18:40", with the year where that is another. */
function when(seconds: number): string {
  const at = new Date(seconds * 1000);
  return (at.getFullYear() === new Date().getFullYear() ? thisYear : anyYear).format(at);
}

/** Return a learning rate as it is typed: "0.0001". */
const rate = (value: number | null): string => (value === null ? "–" : String(Number(value.toPrecision(4))));

/** Return an accuracy by validation, whatever its full name: "val_accuracy", "val_binary_accuracy". */
function accuracy(figures: RunLine["figures"]): number | null {
  const name = Object.keys(figures).find((one) => one.startsWith("val_") && one.endsWith("accuracy"));
  return name === undefined ? null : (figures[name] ?? null);
}

const told = (id: string, title: string, value: Column["value"], said?: Column["said"]): Column => ({
  id,
  title,
  value,
  ...(said && { said }),
});

const measured = (
  id: string,
  title: string,
  value: (line: RunLine) => number | null,
  said: (line: RunLine) => string = (line) => number(value(line)),
  falls = false,
): Column => ({ id, title, value, said, isNumber: true, falls });

const share = (id: string, title: string, value: (line: RunLine) => number | null): Column =>
  measured(id, title, value, (line) => percent(value(line)), true);

export const COLUMNS: readonly Column[] = [
  told("name", "Run", (line) => line.name),
  told(
    "state",
    "State",
    (line) => line.state,
    (line) => STATES[line.state],
  ),
  { ...measured("begun", "Begun", (line) => line.created), said: (line) => when(line.created), isNumber: false, falls: true },
  told("data", "Data", (line) => line.data),
  told("network", "Network", (line) => line.hyperparameters.network || null),
  told(
    "optimizer",
    "Optimiser",
    ({ hyperparameters: { optimizer, schedule } }) => [optimizer, schedule].filter(Boolean).join(", ") || null,
  ),
  measured(
    "rate",
    "Learning rate",
    (line) => line.hyperparameters.learning_rate,
    (line) => rate(line.hyperparameters.learning_rate),
  ),
  measured("batch", "Batch", (line) => line.hyperparameters.batch_size),
  measured(
    "epochs",
    "Epochs",
    (line) => line.epochs,
    ({ epochs, epochs_planned }) => (epochs === epochs_planned ? count(epochs) : `${count(epochs)} / ${count(epochs_planned)}`),
  ),
  { ...measured("seed", "Seed", (line) => line.hyperparameters.seed), said: (line) => String(line.hyperparameters.seed) },
  measured("loss", "Loss", (line) => line.figures.val_loss ?? null),
  measured("best_loss", "Best loss", (line) => line.best.val_loss ?? null),
  share("accuracy", "Accuracy", (line) => accuracy(line.figures)),
  share("best_accuracy", "Best accuracy", (line) => accuracy(line.best)),
  told("parent", "Forked from", ({ parent }) => parent && `${parent.run}, step ${count(parent.step)}`),
];

/** Return what a column says of a run. */
export const saying = (column: Column, line: RunLine): string => column.said?.(line) ?? String(column.value(line) ?? "–");

/** Return an order as it is written, or undefined where there is no such column. */
export const readOrder = (given: string): Order | undefined =>
  COLUMNS.some(({ id }) => given.replace(/^-/, "") === id) ? given : undefined;

/** Return how a column is sorted. */
export const direction = (order: Order, { id }: Column): "ascending" | "descending" | "none" =>
  order === id ? "ascending" : order === `-${id}` ? "descending" : "none";

/** Return the order after a click on a column's head: its own at first, then the other way round. */
export function turned(order: Order, column: Column): Order {
  const now = direction(order, column);
  return now === "ascending" || (now === "none" && column.falls) ? `-${column.id}` : column.id;
}

/** Return the runs of which the columns, taken together, say every word that is looked for. */
export function filtered(lines: readonly RunLine[], filter: string): readonly RunLine[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    const all = COLUMNS.map((column) => saying(column, line))
      .join("\n")
      .toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

const alphabet = new Intl.Collator("en", { numeric: true });

/** Return runs in order; those that have nothing in the column come last, either way. */
export function sorted(lines: readonly RunLine[], order: Order): readonly RunLine[] {
  const column = COLUMNS.find((one) => direction(order, one) !== "none");
  if (!column) return lines;
  const sign = order.startsWith("-") ? -1 : 1;
  return [...lines].sort((one, other) => {
    const [a, b] = [column.value(one), column.value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : alphabet.compare(String(a), String(b)));
  });
}
