import type { Epoch } from "./generated/messages";

const PLACES = 240; // along the line, at which snapshots can be told apart

/** Return at most one step, the last, for each of so many places between two. */
export function spread(steps: readonly number[], from: number, to: number, places = PLACES): readonly number[] {
  return [...new Map(steps.map((step) => [Math.floor(((step - from) / (to - from)) * places), step])).values()];
}

/** Return the number of the epoch that a step belongs to, also where only some of the epochs are known; null of one that is not over. */
export function epochOf(epochs: readonly Epoch[], step: number, steps: number): number | null {
  const next = epochs.find((epoch) => step < epoch.step);
  return next ? next.epoch - Math.floor((next.step - 1 - step) / Math.max(1, steps)) : null;
}
