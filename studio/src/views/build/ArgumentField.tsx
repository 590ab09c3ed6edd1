import type { Argument, Choice } from "../../generated/messages";

type Value = Choice["arguments"][string];

interface Props {
  readonly argument: Argument;
  readonly value: Value | undefined;
  /** Takes undefined for the default. */
  readonly onChange: (value: Value | undefined) => void;
}

const shown = (value: Value | undefined): string =>
  value === undefined || value === null ? "" : Array.isArray(value) ? value.join(", ") : String(value);

/** Return what was typed as a value of the argument; the text itself where it is none, for the server to say what is wrong. */
export function typed(argument: Argument, said: string): Value | undefined {
  const text = said.trim();
  if (text === "") return undefined;
  if (argument.kind === "sizes") {
    const parts = text.split(/[,×x\s]+/).map(Number);
    return parts.every(Number.isFinite) ? (parts.length === 1 ? (parts[0] as number) : parts) : text;
  }
  if (argument.kind === "whole" || argument.kind === "number" || argument.kind === "share") {
    const value = Number(text.replace(",", "."));
    return Number.isFinite(value) ? value : text;
  }
  return text;
}

/** A field for an argument of a layer, a loss or an optimiser: empty for its default, which is shown. */
export function ArgumentField({ argument, value, onChange }: Props) {
  const title = argument.name.replaceAll("_", " ");
  const byDefault = argument.default === null ? "none" : shown(argument.default);
  if (argument.kind === "switch")
    return (
      <label class="switch" title={argument.text}>
        <input
          type="checkbox"
          checked={Boolean(value ?? argument.default)}
          onChange={({ currentTarget }) => onChange(currentTarget.checked === argument.default ? undefined : currentTarget.checked)}
        />
        <span>{title}</span>
      </label>
    );
  if (argument.kind === "choice")
    return (
      <label class="labelled" title={argument.text}>
        <span>{title}</span>
        <select class="field small" value={shown(value)} onChange={({ currentTarget }) => onChange(typed(argument, currentTarget.value))}>
          <option value="">{argument.required ? "choose …" : byDefault}</option>
          {argument.choices
            .filter((one) => one !== byDefault || one === value)
            .map((one) => (
              <option key={one}>{one}</option>
            ))}
        </select>
      </label>
    );
  return (
    <label class="labelled" title={argument.text}>
      <span>{title}</span>
      <input
        class="field small"
        size={8}
        value={shown(value)}
        placeholder={argument.required ? "needed" : byDefault}
        autocomplete="off"
        onChange={({ currentTarget }) => onChange(typed(argument, currentTarget.value))}
      />
    </label>
  );
}
