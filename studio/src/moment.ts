import { computed, effect, signal } from "@preact/signals";
import type { MomentSummary } from "./generated/messages";
import { ask, Superseded } from "./live/connection";
import { run, shown } from "./run";
import { change, state } from "./state";

/** Whether the person is dragging along the time line; the nearest moment at hand is then good enough. */
export const isDragging = signal(false);

/** The moment that the page has, which while dragging may be another than the one that is shown. */
export const moment = signal<MomentSummary | null>(null);

export const momentError = signal<string | null>(null);
export const isSeeking = signal(false);

/**
 * The step whose insides are wanted: the one that is shown. Of a run that is being trained, and of which no step was chosen, it is the
 * last snapshot, so that looking on does not compute every step once more.
 */
const wanted = computed(() => {
  const now = run.value;
  if (!now || shown.value === null) return null;
  if (state.step.value !== null || !now.isLive.value) return shown.value;
  return now.snapshots.value.findLast((step) => step <= (now.last.value ?? 0)) ?? null;
});

/** Keep the moment that of the step that is shown. One request is under way at a time, and then the newest wish is asked for. */
export function followMoment(): void {
  let isUnderWay = false;
  let asked: readonly unknown[] = [];
  const seek = async (): Promise<void> => {
    const [now, step, coarse] = [run.peek(), wanted.peek(), isDragging.peek()];
    const wish = [now, step, coarse];
    if (isUnderWay || !now || step === null || wish.every((part, i) => part === asked[i])) return;
    isUnderWay = true;
    isSeeking.value = true;
    asked = wish;
    try {
      const found = await ask({ type: "seek", run: now.name, step, coarse });
      if (run.peek() === now) moment.value = found;
      momentError.value = null;
    } catch (error) {
      if (!(error instanceof Superseded)) momentError.value = (error as Error).message;
    }
    isUnderWay = false;
    isSeeking.value = false;
    await seek();
  };
  let of = run.peek();
  effect(() => {
    void [wanted.value, isDragging.value];
    if (run.value !== of) {
      of = run.value;
      moment.value = null;
      momentError.value = null;
    }
    void seek();
  });
}

/** Go to a step, within what the run has made; the last one of a finished run is no step of its own in the address. */
export function go(step: number, how: "push" | "replace" = "push"): void {
  const now = run.peek();
  const last = now?.last.peek();
  if (!now || last === null || last === undefined) return;
  const within = Math.max(now.first.peek(), Math.min(last, Math.round(step)));
  change({ step: within }, how);
}

/** Show the latest step again, whatever it will be. */
export const goToEnd = (): void => change({ step: null });
