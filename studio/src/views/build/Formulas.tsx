import type { DataChoice } from "../../generated/messages";

/** Return a formula as it is written by hand: x1², sin πx1, x1·x2. */
export const written = (formula: string): string =>
  formula
    .replace(/\^2$/, "²")
    .replace(/\^3$/, "³")
    .replace(/^(sin|cos)\(pi\*(.*)\)$/, "$1 π$2")
    .replace("*", "·");

interface Props {
  readonly formulas: readonly string[];
  readonly columns: readonly string[];
  readonly data: DataChoice;
  readonly onChange: (data: DataChoice) => void;
}

/** What is made of the number columns before the network takes them: the columns as they are, powers, waves, products. */
export function Formulas({ formulas, columns, data, onChange }: Props) {
  const chosen = data.features?.length ? data.features : columns;
  const flip = (formula: string) => {
    const next = formulas.filter((one) => (one === formula) !== chosen.includes(one));
    if (next.length) onChange({ ...data, features: next.join() === columns.join() ? [] : next });
  };
  return (
    <fieldset class="formulas">
      <legend class="small quiet">What the network is given of them, scaled</legend>
      <div class="row">
        {formulas.map((formula) => (
          <button
            key={formula}
            type="button"
            class="button small"
            aria-pressed={chosen.includes(formula)}
            disabled={chosen.length === 1 && chosen[0] === formula}
            onClick={() => flip(formula)}
          >
            {written(formula)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
