import type { Block } from "./generated/messages";

/** Return the rows of an array of two axes. */
export const rowsOf = ({ values, shape: [rows = 0, columns = 0] }: Block): number[][] =>
  Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * columns, (row + 1) * columns)));
