import type { Unit } from "../../generated/messages";
import { number } from "../../numbers";
import { Grid } from "./Convolution";

type Term = Unit["terms"][number];

const largest = (values: readonly (number | null)[]) => Math.max(...values.map((value) => Math.abs(value ?? 0)));

/** Return the terms of each channel below, and what they add up to. */
export function byChannel(unit: Unit): { channel: number; terms: Term[]; sum: number }[] {
  const count = 1 + Math.max(...unit.terms.map(({ weight_place }) => weight_place[2] ?? 0));
  return Array.from({ length: count }, (_, channel) => {
    const terms = unit.terms.filter(({ weight_place }) => weight_place[2] === channel);
    return { channel, terms, sum: terms.reduce((sum, { product }) => sum + (product ?? 0), 0) };
  });
}

/** One place of a convolution of several maps: a window and a slice of the kernel for each, what each adds up to, and the sum of all. */
export function Channels({ unit }: { unit: Unit }) {
  const channels = byChannel(unit);
  const size = 1 + Math.max(...unit.terms.map(({ weight_place }) => weight_place[0] ?? 0));
  const ends = { x: largest(unit.terms.map(({ x }) => x)), w: largest(unit.terms.map(({ w }) => w)) };
  return (
    <div class="touched">
      <ol class="channels" aria-label="Maps that are summed over">
        {channels.map(({ channel, terms, sum }) => {
          const at = (row: number, column: number) =>
            terms.find(({ weight_place }) => weight_place[0] === row && weight_place[1] === column);
          return (
            <li key={channel} class="grids">
              <Grid title={`window of map ${channel}`} rows={size} columns={size} at={(r, c) => at(r, c)?.x ?? 0} most={ends.x} />
              <span class="operator">·</span>
              <Grid title={`slice ${channel}`} rows={size} columns={size} at={(r, c) => at(r, c)?.w} most={ends.w} />
              <span class="operator">→</span>
              <strong class="partial">{number(sum)}</strong>
            </li>
          );
        })}
      </ol>
      <p class="equation">
        {channels.map(({ channel, sum }) => (
          <span key={channel}>
            {sum < 0 ? "−" : channel ? "+" : ""} {number(Math.abs(sum))}{" "}
          </span>
        ))}
        {unit.bias === null ? "" : `${(unit.bias ?? 0) < 0 ? "−" : "+"} bias ${number(Math.abs(unit.bias ?? 0))}`} ={" "}
        <strong>{number(unit.total)}</strong>, and {unit.activation} of it is <strong>{number(unit.output)}</strong>
      </p>
    </div>
  );
}
