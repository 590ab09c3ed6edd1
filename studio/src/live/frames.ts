import type { Answer, Block } from "../generated/messages";
import { checked } from "./check";

const KINDS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;

/** Return the request's number that a frame carries, also where the rest of it cannot be read; null where not even that can. */
export function idOf(frame: string | ArrayBuffer): number | null {
  try {
    const id = (header(frame) as { id?: unknown } | null)?.id;
    return typeof id === "number" ? id : null;
  } catch {
    return null;
  }
}

function header(frame: string | ArrayBuffer): unknown {
  if (typeof frame === "string") return JSON.parse(frame);
  return JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, headerLength(frame))));
}

const headerLength = (frame: ArrayBuffer): number => new DataView(frame).getUint32(0, true);

/**
 * Return the answer in a frame.
 *
 * A text frame is the answer as JSON. A binary one is the length of a header (four bytes, little-endian), the header, which is the answer
 * as JSON, and a payload; each block of the answer gets its array as a view of the payload, without a copy.
 */
export function decode(frame: string | ArrayBuffer): Answer {
  const answer = checked(header(frame));
  if (typeof frame !== "string") fill(answer, frame, 4 + headerLength(frame));
  return answer;
}

const isBlock = (value: object): value is Block => "dtype" in value && "offset" in value && "shape" in value;

function fill(value: unknown, frame: ArrayBuffer, begin: number): void {
  if (typeof value !== "object" || value === null) return;
  if (isBlock(value)) value.values = new KINDS[value.dtype](frame, begin + value.offset, size(value.shape));
  else for (const part of Object.values(value)) fill(part, frame, begin);
}

export const size = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);
