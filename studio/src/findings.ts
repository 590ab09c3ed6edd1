import type { Finding } from "./generated/messages";

/** Return the step at which what the doctor found arose; none where it belongs to no step. */
export function stepOf(finding: Finding): number | null {
  const details = finding.details as Readonly<Record<string, unknown>>;
  const step = [details.step, details.first_step, details.from_step].find((one) => typeof one === "number");
  return typeof step === "number" ? step : null;
}
