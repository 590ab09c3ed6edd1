import type { Block, Frame } from "../generated/messages";
import { checked, type RequestType } from "./check";

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
 * Return the message in a frame.
 *
 * A text frame is the message as JSON. A binary one is the length of a header (four bytes, little-endian), the header, which is the message
 * as JSON, and a payload; each block of the message gets its array as a view of the payload, without a copy.
 *
 * `typeOf` gives the type of the request of a number, by which the response to it is checked.
 */
export function decode(frame: string | ArrayBuffer, typeOf: (id: number) => RequestType | undefined): Frame {
  const message = checked(header(frame), typeOf);
  if (typeof frame !== "string") fill(message, frame, 4 + headerLength(frame));
  return message;
}

const isBlock = (value: object): value is Block => "dtype" in value && "offset" in value && "shape" in value;

function fill(value: unknown, frame: ArrayBuffer, begin: number): void {
  if (typeof value !== "object" || value === null) return;
  if (isBlock(value)) value.values = new KINDS[value.dtype](frame, begin + value.offset, size(value.shape));
  else for (const part of Object.values(value)) fill(part, frame, begin);
}

export const size = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);
