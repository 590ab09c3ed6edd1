import { signal } from "@preact/signals";
import { ACTS, type Frame, type Request, type Responses } from "../generated/messages";
import { decode, idOf } from "./frames";

/** A request without its id, which the connection gives it. */
export type Asking = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;
export type ResponseTo<A extends Asking> = Responses[A["type"]];
export type Welcome = Extract<Frame, { type: "welcome" }>;

/** The requests that do something: over a new connection they are not asked again, for they may have been done. */
const DOING: ReadonlySet<Asking["type"]> = new Set(ACTS);

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
  readonly hear: (body: unknown) => void;
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
  let message: Frame;
  try {
    message = decode(frame, (id) => open.get(id)?.request.type);
  } catch (error) {
    const id = idOf(frame);
    for (const [number, { refuse }] of [...open].filter(([number]) => id === null || number === id)) {
      open.delete(number);
      refuse(new Refusal(`The server's answer cannot be read: ${(error as Error).message}`));
    }
    throw error;
  }
  receive(message);
}

function send(id: number, request: Asking): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ ...request, id }));
}

function receive(message: Frame): void {
  if (message.type === "welcome") {
    welcome.value = message;
    return;
  }
  const asked = open.get(message.id);
  if (!asked) return;
  if (!asked.lasting || message.type === "failed") open.delete(message.id);
  if (message.type === "failed") asked.refuse(new Refusal(message.message, message.layer));
  else if (message.type === "superseded") asked.refuse(new Superseded());
  else asked.hear(message.body);
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
export function ask<A extends Asking>(request: A, wanted?: AbortSignal): Promise<ResponseTo<A>> {
  return new Promise((resolve, reject) => {
    const end = begin({ request, hear: (body) => resolve(body as ResponseTo<A>), refuse: reject, lasting: false });
    wanted?.addEventListener("abort", end);
  });
}

/** Ask what is answered again and again. Returns what ends it. */
export function listen<A extends Asking>(request: A, hear: (body: ResponseTo<A>) => void, refuse: (error: Error) => void): () => void {
  return begin({ request, hear: (body) => hear(body as ResponseTo<A>), refuse, lasting: true });
}
