import { format } from "d3-format";

const whole = format(",d");
const fixed = format(".4~r");
const tiny = format(".2e");

/** Return a number as a person reads it: four significant digits, a true minus sign, exponents only where they are needed. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (Number.isInteger(value) && size < 1e9) return whole(value).replace("-", "−");
  const said = size < 1e-3 || size >= 1e6 ? exponent(value) : fixed(value);
  return said.replace("-", "−");
}

/** Return a share as a percentage; "100 %" is all of it, and nothing less. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return "–";
  const value = share * 100;
  const said = value === 0 || value >= 100 ? value.toFixed(0) : Math.min(value, 99.9).toFixed(1);
  return `${said} %`.replace("-", "−");
}

/** Return a count in the reader's grouping. */
export const count = (value: number): string => whole(value);

/** Return a count with its word: "1 step", "1,403 steps". */
export const counted = (value: number, one: string, many = `${one}s`): string => `${whole(value)} ${value === 1 ? one : many}`;

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const raise = (power: string): string =>
  [...power.replace("+", "")].map((one) => (one === "-" || one === "−" ? "⁻" : (RAISED[Number(one)] ?? ""))).join("");

/** Return a number in two digits, for small cells. */
export const brief = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? "–"
    : Math.abs(value) < 0.005 && value !== 0
      ? value < 0
        ? "−0"
        : "0"
      : String(Number(value.toFixed(2))).replace("-", "−");

/** Return a number as an axis has it: as short as can be. */
export function tick(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e6)) return number(value);
  const [digits = "", power = "0"] = format(".0e")(value).split("e");
  return (digits === "1" ? `10${raise(power)}` : `${digits}·10${raise(power)}`).replace("-", "−");
}

function exponent(value: number): string {
  const [digits = "", power = "0"] = tiny(value).split("e");
  return `${digits} · 10${raise(power)}`;
}

/** Return a duration in words. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** Return a shape: "28 × 28 × 1". */
export const shape = (sizes: readonly (number | null)[]): string =>
  sizes.length ? sizes.map((size) => size ?? "n").join(" × ") : "one number";
