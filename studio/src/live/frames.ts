import type { Answer, Block } from "../generated/messages";
import { checked } from "./check";

const KINDS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;

/**
 * Return the answer in a frame.
 *
 * A text frame is the answer as JSON. A binary one is the length of a header (four bytes, little-endian), the header, which is the answer
 * as JSON, and a payload; each block of the answer gets its array as a view of the payload, without a copy.
 */
export function decode(frame: string | ArrayBuffer): Answer {
  if (typeof frame === "string") return checked(JSON.parse(frame));
  const length = new DataView(frame).getUint32(0, true);
  const answer = checked(JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, length))));
  fill(answer, frame, 4 + length);
  return answer;
}

const isBlock = (value: object): value is Block => "dtype" in value && "offset" in value && "shape" in value;

function fill(value: unknown, frame: ArrayBuffer, begin: number): void {
  if (typeof value !== "object" || value === null) return;
  if (isBlock(value)) value.values = new KINDS[value.dtype](frame, begin + value.offset, size(value.shape));
  else for (const part of Object.values(value)) fill(part, frame, begin);
}

export const size = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);
