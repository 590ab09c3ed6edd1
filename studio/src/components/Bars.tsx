import "./Bars.css";

export interface Bar {
  readonly name: string;
  readonly value: number | null;
  readonly text: string;
  /** Whether it stands out, as the class that is given. */
  readonly isChosen?: boolean;
}

interface Props {
  readonly label: string;
  readonly rows: readonly Bar[];
  /** What a full bar stands for; the largest of the rows if not given. */
  readonly full?: number;
  readonly onPick?: ((row: number) => void) | undefined;
}

/** Numbers as bars, to the left of zero in orange and to the right in blue. */
export function Bars({ label, rows, full, onPick }: Props) {
  const values = rows.map(({ value }) => value ?? 0);
  const high = full ?? Math.max(...values, 0);
  const low = full ? 0 : Math.min(...values, 0);
  const span = high - low || 1;
  return (
    <ul class="bars" aria-label={label}>
      {rows.map(({ name, value, text, isChosen }, i) => {
        const [from, to] = value && value < 0 ? [value, 0] : [0, value ?? 0];
        const style = { left: `${((from - low) / span) * 100}%`, width: `${((to - from) / span) * 100}%` };
        const inside = (
          <>
            <span class="name">{name}</span>
            <span class="bar">
              <i class={value && value < 0 ? "under" : ""} style={style} />
            </span>
            <span class="value">{text}</span>
          </>
        );
        return (
          <li key={name} class={isChosen ? "chosen" : ""}>
            {onPick ? (
              <button type="button" onClick={() => onPick(i)}>
                {inside}
              </button>
            ) : (
              inside
            )}
          </li>
        );
      })}
    </ul>
  );
}
