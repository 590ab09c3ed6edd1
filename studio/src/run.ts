import { batch, computed, effect, signal } from "@preact/signals";
import { Course } from "./course";
import type { Curve, Epoch, Finding, Growth, LayerView, RunDetails, RunEvent, RunLine } from "./generated/messages";
import { ask, listen } from "./live/connection";
import { type State, state } from "./state";

const MOST = 2000; // epochs, and events, that are kept

/** Return at most so many of them, every second being left out when they are more; the last one stays. */
export function thinned<T>(all: readonly T[], most = MOST): readonly T[] {
  return all.length <= most ? all : all.filter((_, at) => (all.length - 1 - at) % 2 === 0);
}

/** What the page knows of one run, and hears of it while it is trained. */
export class FollowedRun {
  private static made = 0;
  /** What no other has: one that was removed and made anew is another, though it has the same name. */
  readonly number = ++FollowedRun.made;
  readonly opened = signal<RunDetails | null>(null);
  readonly error = signal<string | null>(null);
  readonly state = signal<RunLine["state"]>("finished");
  readonly message = signal("");
  readonly first = signal(0);
  readonly last = signal<number | null>(null);
  readonly speed = signal<number | null>(null);
  readonly epochs = signal<readonly Epoch[]>([]);
  readonly events = signal<readonly RunEvent[]>([]);
  readonly snapshots = signal<readonly number[]>([]);
  readonly findings = signal<readonly Finding[] | null>(null);
  /** Why the doctor has nothing to say: there may be no step yet. */
  readonly unexamined = signal("");
  /** Counts whenever courses have grown; they themselves are kept in place. */
  readonly grown = signal(0);
  readonly courses = new Map<string, Course>();

  private stop: () => void = () => undefined;
  private isClosed = false;
  private isOpening = false;

  constructor(readonly name: string) {
    this.open();
  }

  /** Whether it may still change. */
  readonly isLive = computed(() => ["preparing", "running", "paused"].includes(this.state.value));

  close(): void {
    this.isClosed = true;
    this.stop();
  }

  /** Open it; a run that is only being prepared has no folder yet, and is opened when the list says that it has. */
  open(): void {
    if (this.isOpening || this.opened.peek()) return;
    this.isOpening = true;
    this.begin().then(
      () => {
        this.error.value = null;
        this.isOpening = false;
      },
      (error: Error) => {
        this.error.value = error.message;
        this.isOpening = false;
      },
    );
  }

  private async begin(): Promise<void> {
    const opened = await ask({ type: "read_run", run: this.name });
    const figures = opened.last === null ? null : await ask({ type: "read_figures", run: this.name, width: 2048 });
    if (this.isClosed) return;
    batch(() => {
      this.opened.value = opened;
      this.state.value = opened.line.state;
      this.first.value = opened.first ?? 0;
      this.last.value = opened.last;
      this.epochs.value = thinned(opened.epochs);
      this.events.value = opened.events;
      this.snapshots.value = opened.snapshots;
      if (figures) this.add(figures.curves, figures.every, figures.last);
    });
    const after = figures ? { after: figures.last } : {};
    this.stop = listen(
      { type: "follow", run: this.name, ...after },
      (growth) => this.grow(growth),
      (error) => {
        this.error.value = error.message;
      },
    );
    this.diagnose();
  }

  /** Whether a run of the list is what was opened; one of the same name may have taken its place, or what followed it may have ended. */
  is(line: RunLine): boolean {
    const opened = this.opened.peek();
    return !opened || (opened.line.created === line.created && this.error.peek() === null);
  }

  /** Ask the doctor again. */
  diagnose(): void {
    ask({ type: "diagnose", run: this.name }).then(
      ({ findings }) => {
        this.findings.value = findings;
        this.unexamined.value = "";
      },
      (error: Error) => {
        this.unexamined.value = error.message;
      },
    );
  }

  private grow(growth: Growth): void {
    const wasLive = this.isLive.peek();
    batch(() => {
      this.state.value = growth.state;
      this.message.value = growth.message;
      this.speed.value = growth.speed;
      if (growth.first !== null) this.first.value = growth.first;
      if (growth.last !== null) this.last.value = growth.last;
      if (growth.epochs.length)
        this.epochs.value = thinned([
          ...this.epochs.value.filter(({ epoch }) => epoch < (growth.epochs[0] as Epoch).epoch),
          ...growth.epochs,
        ]);
      const since = growth.events[0]?.time; // a follower's first response has all that has happened
      if (since !== undefined) this.events.value = [...this.events.value.filter(({ time }) => time < since), ...growth.events].slice(-MOST);
      if (growth.snapshots) this.snapshots.value = growth.snapshots;
      this.add(growth.curves, growth.every, growth.last ?? 0);
    });
    if (wasLive && !this.isLive.peek()) this.diagnose();
  }

  private add(curves: readonly Curve[], every: number, last: number): void {
    for (const { name, steps, mean, low, high } of curves) {
      const course = this.courses.get(name) ?? new Course();
      this.courses.set(name, course);
      for (let i = 0; i < steps.values.length; i++) {
        const first = steps.values[i] as number;
        const end = Math.max(first, Math.min(last, first + every - 1));
        course.put({ first, last: end, low: low.values[i] as number, high: high.values[i] as number, mean: mean.values[i] as number });
      }
    }
    this.grown.value++;
  }
}

/** The runs of the folder; null before the server has said. */
export const runs = signal<readonly RunLine[] | null>(null);

const followed = signal<ReadonlyMap<string, FollowedRun>>(new Map());

/** The run that is looked at. */
export const run = computed(() => followed.value.get(state.run.value) ?? null);

/** Return a run that the address names. */
export const runNamed = (name: string): FollowedRun | undefined => followed.value.get(name);

/** The runs that are laid beside it. */
export const others = computed(() => state.beside.value.flatMap((name) => followed.value.get(name) ?? []));

/** The step that everything on the page shows: that of the address, else the run's last. */
export const shown = computed(() => {
  const { step } = state;
  const now = run.value;
  if (!now || now.last.value === null) return null;
  return step.value === null ? now.last.value : Math.max(now.first.value, Math.min(now.last.value, step.value));
});

/** The part of the run's data that is asked about: the one of the address, or the first that there is. */
export const part = computed((): State["part"] => {
  const parts = run.value?.opened.value?.parts ?? {};
  return parts[state.part.value] ? state.part.value : ((["test", "validation", "train"] as const).find((name) => parts[name]) ?? "train");
});

/** Layers that compute something, with their numbers among all. */
export const layers = computed<readonly LayerView[]>(() => run.value?.opened.value?.layers ?? []);

/** Keep the list of runs, and the runs that the address names, up to date. */
export function followRuns(): void {
  listen(
    { type: "watch_runs" },
    (list) => {
      runs.value = list.runs;
      const before = [...followed.peek()];
      const isThere = ([name, one]: readonly [string, FollowedRun]) => list.runs.every((line) => line.name !== name || one.is(line));
      if (!before.every(isThere))
        followed.value = new Map(
          before.map((entry) => {
            const [name, one] = entry;
            if (isThere(entry)) return entry;
            one.close();
            return [name, new FollowedRun(name)];
          }),
        );
      for (const one of followed.peek().values()) one.open();
    },
    () => undefined,
  );
  effect(() => {
    const wanted = new Set([state.run.value, state.against.value, ...state.beside.value].filter(Boolean));
    const before = followed.peek();
    const now = new Map<string, FollowedRun>();
    for (const name of wanted) now.set(name, before.get(name) ?? new FollowedRun(name));
    for (const [name, one] of before) if (!wanted.has(name)) one.close();
    followed.value = now;
  });
}
