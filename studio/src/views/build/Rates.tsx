import { Curve } from "../../components/Curve";
import type { CheckedSettings } from "../../generated/messages";
import { counted, number } from "../../numbers";
import { colour } from "../../theme/colours";

/** The learning rate over the updates that are planned. */
export function Rates({ planned }: { planned: NonNullable<CheckedSettings["updates"]> }) {
  const { updates, steps, rates } = planned;
  return (
    <div class="rates">
      <Curve
        lines={[{ label: "learning rate", colour: colour(0), points: steps.map((step, i) => [step, rates[i] ?? null] as const) }]}
        label={`The learning rate over ${counted(updates, "update")}, from ${number(rates[0])} to ${number(rates.at(-1))}`}
        height={130}
      />
    </div>
  );
}
