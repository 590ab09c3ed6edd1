import { describe, expect, it } from "vitest";
import { decode } from "../src/live/frames";

/** A frame as the server makes it: the header's length, the header filled up with spaces, the payload. */
function frame(header: object, payload: ArrayBuffer): ArrayBuffer {
  let text = JSON.stringify(header);
  while ((4 + text.length) % 8) text += " ";
  const whole = new Uint8Array(4 + text.length + payload.byteLength);
  new DataView(whole.buffer).setUint32(0, text.length, true);
  whole.set(new TextEncoder().encode(text), 4);
  whole.set(new Uint8Array(payload), 4 + text.length);
  return whole.buffer;
}

const block = (shape: number[], dtype: string, offset: number) => ({ shape, dtype, offset, low: 0, high: 1 });

describe("frames", () => {
  it("of text hold an answer", () => {
    expect(decode('{"type":"done","id":3}')).toEqual({ type: "done", id: 3 });
  });

  it("of bytes hold an answer and its arrays", () => {
    const payload = new ArrayBuffer(24);
    new Int32Array(payload, 0, 2).set([5, -7]);
    new Float32Array(payload, 8, 4).set([0.5, Number.NaN, -1, 2]);
    const sight = { name: "ä ratio of dense/kernel", steps: block([2], "int32", 0), values: block([2, 2], "float32", 8) };
    const answer = decode(frame({ type: "probes", id: 1, run: "r", sights: [sight] }, payload));
    if (answer.type !== "probes") throw new Error(answer.type);
    expect([...(answer.sights[0]?.steps.values ?? [])]).toEqual([5, -7]);
    expect([...(answer.sights[0]?.values.values ?? [])]).toEqual([0.5, Number.NaN, -1, 2]);
  });

  it("that end before their arrays do are refused", () => {
    const sight = { name: "x", steps: block([100], "int32", 0), values: block([1], "float32", 400) };
    expect(() => decode(frame({ type: "probes", id: 1, run: "r", sights: [sight] }, new ArrayBuffer(8)))).toThrow(RangeError);
  });
});
