import { signal } from "@preact/signals";
import type { Answer, Request } from "../generated/messages";
import { decode } from "./frames";

/** The type of the answer to each type of request. */
interface AnswerTypes {
  watch_runs: "runs";
  open_run: "run_opened";
  read_figures: "figures";
  read_probes: "probes";
  follow: "grown";
  unfollow: "done";
  diagnose: "diagnosed";
  seek: "moment";
  read_tensors: "tensors";
  compare_moments: "compared";
  read_attention: "attended";
  read_batch: "examples";
  travel: "travelled";
  read_unit: "unit";
  ask_why: "why";
  ask_walk: "walked";
  ask_nudge: "nudged";
  fork: "started";
  read_judgement: "judged";
  read_cell: "examples";
  read_suspects: "examples";
  read_examples: "examples";
  ask_answer: "answered";
  ask_influence: "influenced";
  ask_nearest: "examples";
  read_landscape: "landscape";
  read_embedding: "embedded";
  read_plane: "plane";
  list_data: "data_sets";
  describe_data: "data_described";
  list_kinds: "kinds";
  check_situation: "checked";
  train: "started";
  steer: "done";
  list_uploads: "uploads";
  read_report: "data_report";
  show_preparation: "prepared";
  show_verbs: "verbs_shown";
}

/** A request without its id, which the connection gives it. */
export type Asking = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;
export type AnswerTo<A extends Asking> = Extract<Answer, { type: AnswerTypes[A["type"]] }>;
export type Welcome = Extract<Answer, { type: "welcome" }>;
export type Working = Extract<Answer, { type: "working" }>;

/** A request that the server could not answer; the message says why. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly layer: number | null = null,
  ) {
    super(message);
  }
}

/** A request whose place a newer one has taken. */
export class Superseded extends Error {}

interface Open {
  readonly request: Asking;
  readonly hear: (answer: Answer) => void;
  readonly refuse: (error: Error) => void;
  /** Whether it is answered again and again, and asked once more over a new connection. */
  readonly lasting: boolean;
  readonly working?: ((told: Working) => void) | undefined;
}

export const welcome = signal<Welcome | null>(null);
export const isConnected = signal(false);

const open = new Map<number, Open>();
let socket: WebSocket | null = null;
let last = 0;
let wait = 250;

const address = (): string => new URL("live", location.href.replace(/^http/, "ws")).href.split("#")[0] as string;

/** Connect to the server, and again whenever the connection is lost. */
export function connect(): void {
  socket = new WebSocket(address());
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    wait = 250;
    isConnected.value = true;
    for (const [id, { request }] of open) send(id, request);
  };
  socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => receive(decode(event.data));
  socket.onclose = () => {
    isConnected.value = false;
    for (const [id, { lasting, refuse }] of open) {
      if (lasting) continue;
      open.delete(id);
      refuse(new Refusal("The connection to the studio's server was lost before it answered."));
    }
    setTimeout(connect, wait);
    wait = Math.min(8000, wait * 2);
  };
}

function send(id: number, request: Asking): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ ...request, id }));
}

function receive(answer: Answer): void {
  if (answer.type === "welcome") {
    welcome.value = answer;
    return;
  }
  const asked = open.get(answer.id);
  if (!asked) return;
  if (answer.type === "working") {
    asked.working?.(answer);
    return;
  }
  if (!asked.lasting || answer.type === "failed") open.delete(answer.id);
  if (answer.type === "failed") asked.refuse(new Refusal(answer.message, answer.layer));
  else if (answer.type === "superseded") asked.refuse(new Superseded());
  else asked.hear(answer);
}

/** Ask the server once. Rejects with a `Refusal`, or with `Superseded`. */
export function ask<A extends Asking>(request: A, working?: (told: Working) => void): Promise<AnswerTo<A>> {
  return new Promise((resolve, reject) => {
    const id = ++last;
    open.set(id, { request, hear: (answer) => resolve(answer as AnswerTo<A>), refuse: reject, lasting: false, working });
    send(id, request);
  });
}

/** Ask what is answered again and again. Returns what ends it. */
export function listen<A extends Asking>(request: A, hear: (answer: AnswerTo<A>) => void, refuse: (error: Error) => void): () => void {
  const id = ++last;
  open.set(id, { request, hear: (answer) => hear(answer as AnswerTo<A>), refuse, lasting: true });
  send(id, request);
  return () => {
    if (!open.delete(id) || socket?.readyState !== WebSocket.OPEN) return;
    void ask({ type: "unfollow", of: id }).catch(() => undefined);
  };
}
