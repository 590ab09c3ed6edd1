import { count, percent } from "../numbers";
import "./Confusion.css";

interface Props {
  readonly classes: readonly string[];
  /** How often each class (rows) was given as each (columns). */
  readonly table: readonly (readonly number[])[];
  readonly picked: readonly number[];
  readonly onPick: (row: number, column: number) => void;
}

/** Which class was taken for which: right answers on the diagonal in blue, mistakes in orange, each the deeper the more there are. */
export function Confusion({ classes, table, picked, onPick }: Props) {
  const sums = table.map((row) => row.reduce((sum, one) => sum + one, 0));
  const mistakes = Math.max(1, ...table.flatMap((row, i) => row.filter((_, j) => i !== j)));
  const depth = (value: number, i: number, j: number) =>
    value === 0 ? 0 : i === j ? 0.15 + 0.75 * (value / (sums[i] || 1)) ** 2 : 0.25 + 0.7 * (value / mistakes);
  return (
    <div class="confusion">
      <table>
        <caption class="visually-hidden">Confusion matrix: true classes in rows, given classes in columns</caption>
        <thead>
          <tr>
            <td />
            <th colSpan={classes.length} class="eyebrow over">
              given
            </th>
            <td />
          </tr>
          <tr>
            <th class="eyebrow">true</th>
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" class="right">
              right
            </th>
          </tr>
        </thead>
        <tbody>
          {table.map((row, i) => (
            <tr key={classes[i]}>
              <th scope="row">{classes[i]}</th>
              {row.map((value, j) => (
                <td key={classes[j]}>
                  <button
                    type="button"
                    class={i === j ? "hit" : "miss"}
                    style={{ "--depth": depth(value, i, j) }}
                    aria-pressed={picked[0] === i && picked[1] === j}
                    aria-label={`${classes[i]} given as ${classes[j]}: ${count(value)}`}
                    onClick={() => onPick(i, j)}
                  >
                    {value || ""}
                  </button>
                </td>
              ))}
              <td class="right">{percent((row[i] ?? 0) / (sums[i] || 1))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
