interface Props<T extends string> {
  readonly label: string;
  readonly among: readonly (readonly [value: T, title: string])[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A choice among a few, all of which are seen. */
export function Choices<T extends string>({ label, among, value, onChange }: Props<T>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const next = among[(among.findIndex(([one]) => one === value) + move + among.length) % among.length];
    if (next) onChange(next[0]);
    (event.currentTarget as HTMLElement).querySelectorAll("button")[among.findIndex(([one]) => one === next?.[0])]?.focus();
  };
  return (
    <div class="choices" role="radiogroup" aria-label={label} onKeyDown={onKeyDown}>
      {among.map(([one, title]) => (
        <button
          key={one}
          type="button"
          role="radio"
          aria-checked={one === value}
          tabIndex={one === value ? 0 : -1}
          onClick={() => onChange(one)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
