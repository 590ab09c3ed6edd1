import { describe, expect, it } from "vitest";
import type { Probes } from "../src/generated/messages";
import { decode } from "../src/live/frames";

/** A frame as the server makes it: the header's length, the header filled up with spaces, the payload. */
function frame(header: object, payload: ArrayBuffer): ArrayBuffer {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = text.length + ((8 - ((4 + text.length) % 8)) % 8);
  const whole = new Uint8Array(4 + length + payload.byteLength).fill(32, 4);
  new DataView(whole.buffer).setUint32(0, length, true);
  whole.set(text, 4);
  whole.set(new Uint8Array(payload), 4 + length);
  return whole.buffer;
}

const block = (shape: number[], dtype: string, offset: number) => ({ shape, dtype, offset, low: 0, high: 1 });

describe("frames", () => {
  it("of text hold an answer", () => {
    expect(decode('{"type":"response","id":3,"body":{}}', () => "steer")).toEqual({ type: "response", id: 3, body: {} });
  });

  it("of bytes hold an answer and its arrays", () => {
    const payload = new ArrayBuffer(24);
    new Int32Array(payload, 0, 2).set([5, -7]);
    new Float32Array(payload, 8, 4).set([0.5, Number.NaN, -1, 2]);
    const series = { name: "ä ratio of dense/kernel", steps: block([2], "int32", 0), values: block([2, 2], "float32", 8) };
    const answer = decode(frame({ type: "response", id: 1, body: { run: "r", series: [series] } }, payload), () => "read_probes");
    const { series: found } = (answer as { body: Probes }).body;
    expect([...(found[0]?.steps.values ?? [])]).toEqual([5, -7]);
    expect([...(found[0]?.values.values ?? [])]).toEqual([0.5, Number.NaN, -1, 2]);
  });

  it("that end before their arrays do are refused", () => {
    const series = { name: "x", steps: block([100], "int32", 0), values: block([1], "float32", 400) };
    expect(() =>
      decode(frame({ type: "response", id: 1, body: { run: "r", series: [series] } }, new ArrayBuffer(8)), () => "read_probes"),
    ).toThrow(RangeError);
  });
});
