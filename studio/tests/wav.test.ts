import { describe, expect, it } from "vitest";
import { joined, loudness, wav } from "../src/sound/wav";

describe("a WAV file", () => {
  const samples = Float32Array.of(0, 1, -1, 0.5, 3);
  const file = wav(samples, 8000);
  const bytes = new Uint8Array(file);

  it("has the header that the format asks for", () => {
    // As the module wave of Python's standard library writes it for five samples of 16 bits, mono, 8000 Hz.
    const expected =
      "52 49 46 46 2e 00 00 00 57 41 56 45 66 6d 74 20 10 00 00 00 01 00 01 00 40 1f 00 00 80 3e 00 00 02 00 10 00 64 61 74 61 0a 00 00 00";
    expect([...bytes.subarray(0, 44)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")).toBe(expected);
  });

  it("holds the samples in 16 bits, cut at full loudness", () => {
    expect([...new Int16Array(file, 44)]).toEqual([0, 32767, -32767, 16384, 32767]);
  });
});

describe("pieces of sound", () => {
  it("are joined in order", () => {
    expect([...joined([Float32Array.of(1, 2), new Float32Array(), Float32Array.of(3)])]).toEqual([1, 2, 3]);
  });

  it("are as loud as the root of the mean of their squares", () => {
    expect(loudness(Float32Array.of(3, -4, 0, 5))).toBeCloseTo(Math.sqrt(12.5));
    expect(loudness(new Float32Array())).toBe(0);
  });
});
