import { beforeEach, describe, expect, it, vi } from "vitest";

/** A connection that the test holds the other end of. */
class Socket {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readyState = 0;
  readonly sent: { type: string; id: number }[] = [];
  onopen: () => void = () => undefined;
  onclose: () => void = () => undefined;
  onmessage: (event: { data: string | ArrayBuffer }) => void = () => undefined;

  constructor() {
    Socket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  begin(): this {
    this.readyState = 1;
    this.onopen();
    return this;
  }

  end(): void {
    this.readyState = 3;
    this.onclose();
  }
}

/** Return the connection's own module, as new, and its first socket. */
async function connected() {
  const made = await import("../src/live/connection");
  made.connect();
  return { ...made, socket: newest().begin() };
}

const newest = (): Socket => Socket.all.at(-1) as Socket;

/** Begin the next connection, after the time that the page waits before it. */
async function again(): Promise<Socket> {
  await vi.runOnlyPendingTimersAsync();
  return newest().begin();
}

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("location", { href: "http://127.0.0.1/#/watch" });
  Socket.all = [];
});

describe("the connection", () => {
  it("asks again over the next one what was lost with it, and once only", async () => {
    const { ask, socket } = await connected();
    const answer = ask({ type: "list_components" });
    const said = answer.catch((error: Error) => error.message);
    socket.end();
    const second = await again();
    expect(second.sent).toEqual([{ type: "list_components", id: 1 }]);
    second.end();
    expect(await said).toContain("was lost before it answered");
    expect((await again()).sent).toEqual([]);
  });

  it("does not do again what may have been done", async () => {
    const { ask, socket } = await connected();
    const said = ask({ type: "steer", run: "digits", do: "stop" }).catch((error: Error) => error.message);
    socket.end();
    expect(await said).toContain("was lost before it answered");
    expect((await again()).sent).toEqual([]);
  });

  it("tells the server of a question whose answer is no longer wanted, and hears no more of it", async () => {
    const { ask, socket } = await connected();
    const wanted = new AbortController();
    let heard = 0;
    const count = () => void heard++;
    ask({ type: "list_uploads" }, wanted.signal).then(count, count);
    wanted.abort();
    expect(socket.sent).toEqual([
      { type: "list_uploads", id: 1 },
      { type: "unfollow", of: 1, id: 2 },
    ]);
    socket.onmessage({ data: '{"type":"response","id":1,"body":{"uploads":[]}}' });
    socket.end();
    await again();
    expect((newest() as Socket).sent).toEqual([{ type: "unfollow", of: 1, id: 2 }]);
    expect(heard).toBe(0);
  });

  it("tells nothing of a question that was answered before", async () => {
    const { ask, socket } = await connected();
    const wanted = new AbortController();
    const answer = ask({ type: "list_uploads" }, wanted.signal);
    socket.onmessage({ data: '{"type":"response","id":1,"body":{"uploads":[]}}' });
    await answer;
    wanted.abort();
    expect(socket.sent).toHaveLength(1);
  });

  it("hears the answer to what was asked again", async () => {
    const { ask, socket } = await connected();
    const answer = ask({ type: "list_uploads" });
    socket.end();
    await vi.runOnlyPendingTimersAsync();
    newest().end(); // a server that is not there yet loses nothing
    (await again()).onmessage({ data: '{"type":"response","id":1,"body":{"uploads":[]}}' });
    expect((await answer).uploads).toEqual([]);
  });

  it("refuses the question whose answer cannot be read, and no other", async () => {
    const { ask, socket } = await connected();
    const [first, second] = [ask({ type: "list_uploads" }), ask({ type: "list_uploads" })];
    const said = first.catch((error: Error) => error.message);
    expect(() => socket.onmessage({ data: '{"type":"response","id":1,"body":{}}' })).toThrow();
    expect(await said).toContain("cannot be read: The server's response to list_uploads is not as it should be");
    socket.onmessage({ data: '{"type":"response","id":2,"body":{"uploads":[]}}' });
    expect((await second).uploads).toEqual([]);
  });

  it("refuses all that wait where it cannot be read which is answered", async () => {
    const { ask, socket } = await connected();
    const said = [1, 2].map(() => ask({ type: "list_uploads" }).catch((error: Error) => error.message));
    expect(() => socket.onmessage({ data: new ArrayBuffer(2) })).toThrow(RangeError);
    for (const one of await Promise.all(said)) expect(one).toContain("cannot be read");
  });
});
