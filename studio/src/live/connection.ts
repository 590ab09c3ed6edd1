import { signal } from "@preact/signals";
import type { Answer, Request } from "../generated/messages";
import { decode, idOf } from "./frames";

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
  read_told_apart: "told_apart";
  read_cell: "examples";
  read_suspects: "examples";
  read_examples: "examples";
  hear: "heard";
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

/** The requests that do something: over a new connection they are not asked again, for they may have been done. */
const DOING: ReadonlySet<Asking["type"]> = new Set(["train", "fork", "steer"]);

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
  /** Whether it is answered again and again. */
  readonly lasting: boolean;
  /** How many connections have been lost before it was answered. */
  losses: number;
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
  socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => hear(event.data);
  socket.onclose = () => {
    const wasOpen = isConnected.peek();
    isConnected.value = false;
    if (wasOpen) lose();
    setTimeout(connect, wait);
    wait = Math.min(8000, wait * 2);
  };
}

/** Refuse what is not to be asked again over the next connection: what does something, and what has ended two connections already. */
function lose(): void {
  for (const [id, asked] of open) {
    asked.losses += 1;
    if (asked.lasting || (asked.losses < 2 && !DOING.has(asked.request.type))) continue;
    open.delete(id);
    asked.refuse(new Refusal("The connection to the studio's server was lost before it answered."));
  }
}

/** Hear a frame. One that cannot be read refuses the question that it answers, or all that wait where it does not say which. */
function hear(frame: string | ArrayBuffer): void {
  let answer: Answer;
  try {
    answer = decode(frame);
  } catch (error) {
    const id = idOf(frame);
    for (const [number, { refuse }] of [...open].filter(([number]) => id === null || number === id)) {
      open.delete(number);
      refuse(new Refusal(`The server's answer cannot be read: ${(error as Error).message}`));
    }
    throw error;
  }
  receive(answer);
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
  if (!asked.lasting || answer.type === "failed") open.delete(answer.id);
  if (answer.type === "failed") asked.refuse(new Refusal(answer.message, answer.layer));
  else if (answer.type === "superseded") asked.refuse(new Superseded());
  else asked.hear(answer);
}

/** Send a request. Returns what ends it: its answer is no longer wanted, and is not worked out if it still waits for its turn. */
function begin(asked: Omit<Open, "losses">): () => void {
  const id = ++last;
  open.set(id, { ...asked, losses: 0 });
  send(id, asked.request);
  return () => {
    if (open.delete(id) && socket?.readyState === WebSocket.OPEN) void ask({ type: "unfollow", of: id }).catch(() => undefined);
  };
}

/** Ask the server once, until the signal says that the answer is no longer wanted. Rejects with a `Refusal`, or with `Superseded`. */
export function ask<A extends Asking>(request: A, wanted?: AbortSignal): Promise<AnswerTo<A>> {
  return new Promise((resolve, reject) => {
    const end = begin({ request, hear: (answer) => resolve(answer as AnswerTo<A>), refuse: reject, lasting: false });
    wanted?.addEventListener("abort", end);
  });
}

/** Ask what is answered again and again. Returns what ends it. */
export function listen<A extends Asking>(request: A, hear: (answer: AnswerTo<A>) => void, refuse: (error: Error) => void): () => void {
  return begin({ request, hear: (answer) => hear(answer as AnswerTo<A>), refuse, lasting: true });
}
