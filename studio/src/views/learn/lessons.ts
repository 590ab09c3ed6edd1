import { effect } from "@preact/signals";
import type { Settings } from "../../generated/messages";
import { ask } from "../../live/connection";
import { runs } from "../../run";
import { FIRST_DATA } from "../../settings";
import { change, fresh, state } from "../../state";

/** A network that is small enough for every number of it to be seen, and large enough to read digits. */
const LAYERS: Settings["layers"] = [
  { kind: "Conv2D", arguments: { filters: 8, kernel_size: 3, activation: "relu" } },
  { kind: "Conv2D", arguments: { filters: 8, kernel_size: 3, activation: "relu" } },
  { kind: "MaxPooling2D", arguments: { pool_size: 2 } },
  { kind: "Flatten", arguments: {} },
  { kind: "Dense", arguments: { units: 16, activation: "relu" } },
  { kind: "Dense", arguments: { units: 10 } },
];

function settings(learning_rate: number, epochs: number, examples: number | null = null): Settings {
  return {
    data: { ...FIRST_DATA, examples },
    layers: LAYERS,
    loss: { kind: "SparseCategoricalCrossentropy", arguments: { from_logits: true } },
    optimizer: { kind: "SGD", arguments: { learning_rate } },
    metrics: ["accuracy"],
    batch_size: 32,
    epochs,
    patience: null,
    augment: [],
    seed: 0,
  };
}

/** A network for images of at least 9 × 9. */
export const FOR_LARGER: Settings = {
  ...settings(0.1, 1),
  layers: [{ kind: "Conv2D", arguments: { filters: 8, kernel_size: 9, activation: "relu" } }, ...LAYERS.slice(3)],
};

const WITHOUT: Settings = settings(0.1, 4);
const BY_HEART: Settings = settings(0.2, 240, 60);
const BATCHED: Settings = settings(0.05, 2);

/** The runs that are told of, each of which is trained when it is first wanted: seconds, on any machine. */
export const LESSONS = {
  "learn-digits": settings(0.1, 8),
  "learn-too-low": settings(0.01, 4),
  "learn-right": settings(0.2, 4),
  "learn-too-high": settings(0.8, 4),
  "learn-by-heart": BY_HEART,
  "learn-varied": {
    ...BY_HEART,
    augment: [{ kind: "RandomTranslation", arguments: { height_factor: 0.13, width_factor: 0.13 } }],
  },
  "learn-unscaled": { ...WITHOUT, layers: [{ kind: "Rescaling", arguments: { scale: 255 } }, ...LAYERS] },
  "learn-one-by-one": { ...BATCHED, batch_size: 1 },
  "learn-in-batches": BATCHED,
  "learn-all-at-once": { ...BATCHED, batch_size: 65_536 },
} as const satisfies Record<string, Settings>;

export type Lesson = keyof typeof LESSONS;
export const FIRST: Lesson = "learn-digits";

const begun = new Set<string>();

/** Have a run trained, unless it is there or under way. */
export async function train(name: Lesson): Promise<void> {
  if (runs.peek()?.some((run) => run.name === name))
    begun.delete(name); // somebody may remove it
  else if (!begun.has(name)) await begin(name);
}

async function begin(name: Lesson): Promise<void> {
  begun.add(name);
  try {
    await ask({ type: "train", settings: LESSONS[name], name });
  } catch (error) {
    begun.delete(name); // so that it can be wanted once more
    throw error;
  }
}

/** Keep the run of the lessons open while one looks at them. Returns what ends it. */
export function followLesson(refuse: (message: string) => void): () => void {
  return effect(() => {
    if (runs.value === null || state.view.value !== "learn") return; // it is about to be ended, and has no say any more
    train(FIRST).catch((error: Error) => refuse(error.message));
    if (state.run.value === "") change({ run: FIRST }, "replace");
    else if (state.run.value !== FIRST) change(fresh(FIRST), "replace");
  });
}
