import type { ProbeSeries } from "./generated/messages";

/** A histogram of a look: between which numbers it lies, and the share of each bin. */
export interface Seen {
  readonly low: number;
  readonly high: number;
  readonly shares: ArrayLike<number>;
}

/** Return what a probe saw at each look: each row of its readings begins with the lowest and the highest number, then come the shares. */
export function histogramsOf({ values }: ProbeSeries): Seen[] {
  const [looks = 0, size = 0] = values.shape;
  return Array.from({ length: looks }, (_, look) => {
    const row = values.values.subarray(look * size, (look + 1) * size);
    return { low: row[0] as number, high: row[1] as number, shares: row.subarray(2) };
  });
}

/** Return how many of a look's numbers lie about a value, as a density: shares for each 1 of the axis. */
export function densityAt({ low, high, shares }: Seen, value: number): number {
  if (value < low || value > high || !(high > low)) return 0;
  const bin = Math.min(shares.length - 1, Math.floor(((value - low) / (high - low)) * shares.length));
  return ((shares[bin] as number) * shares.length) / (high - low);
}
