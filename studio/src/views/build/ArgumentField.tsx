import type { Choice, Component, FormArgument } from "../../generated/messages";
import { asChoice, type Group, type Value, withArgument } from "../../settings";

interface Props {
  readonly argument: FormArgument;
  readonly value: Value | undefined;
  /** What the argument may be chosen from, where it need not be a plain value. */
  readonly group?: Group | undefined;
  /** Takes undefined for the default. */
  readonly onChange: (value: Value | undefined) => void;
}

const shown = (value: Value | undefined): string =>
  value === undefined || value === null ? "" : Array.isArray(value) ? value.join(", ") : (asChoice(value)?.kind ?? String(value));

/** Return what was typed as a value of the argument; the text itself where it is none, for the server to say what is wrong. */
export function typed(argument: FormArgument, said: string): Value | undefined {
  const text = said.trim();
  if (text === "") return undefined;
  if (argument.kind === "sizes") {
    const parts = text
      .split(/[,×x\s]+/)
      .filter(Boolean)
      .map(Number);
    return parts.every(Number.isFinite) ? (parts.length === 1 ? (parts[0] as number) : parts) : text;
  }
  if (argument.kind === "whole" || argument.kind === "number" || argument.kind === "share") {
    const value = Number(text.replace(",", "."));
    return Number.isFinite(value) ? value : text;
  }
  return text;
}

interface MadeProps extends Props {
  readonly group: Group;
}

interface FieldsProps {
  readonly of: readonly FormArgument[];
  readonly choice: Choice;
  /** What those arguments may be chosen from that need not be plain values. */
  readonly group?: Group | undefined;
  readonly onChange: (choice: Choice) => void;
}

/** A field for each of some arguments of what was chosen. */
export function ArgumentFields({ of, choice, group, onChange }: FieldsProps) {
  return of.map((argument) => (
    <ArgumentField
      key={argument.name}
      argument={argument}
      value={choice.arguments[argument.name]}
      group={argument.made ? group : undefined}
      onChange={(value) => onChange(withArgument(choice, argument.name, value))}
    />
  ));
}

/** The arguments of what was chosen for an argument. */
function Within({ kind, choice, group, onChange }: { kind: Component; choice: Choice; group: Group; onChange: (choice: Choice) => void }) {
  return (
    <div class="within row arguments">
      <ArgumentFields of={kind.arguments} choice={choice} group={group} onChange={onChange} />
      <p class="small quiet">{kind.text}</p>
    </div>
  );
}

/** A field for an argument that is a plain value, or one of some kinds: a rate or a schedule of rates, a penalty or none. */
function MadeField({ argument, value, group, onChange }: MadeProps) {
  const title = argument.name.replaceAll("_", " ");
  const chosen = asChoice(value);
  const kind = group.kinds.find((one) => one.kind === chosen?.kind);
  const plain = argument.kind === "number" ? "the same at each step" : "none";
  const pick = (name: string) => {
    const next = group.kinds.find((one) => one.kind === name);
    onChange(next ? group.fresh(next, value) : group.plain(value));
  };
  return (
    <>
      {argument.kind === "number" && !chosen ? <ArgumentField argument={argument} value={value} onChange={onChange} /> : null}
      <label class="labelled" title={argument.text}>
        <span>{argument.kind === "number" && !chosen ? `over the steps` : title}</span>
        <select class="field small" value={shown(chosen)} onChange={({ currentTarget }) => pick(currentTarget.value)}>
          <option value="">{typeof value === "string" ? value : plain}</option>
          {group.kinds.map((one) => (
            <option key={one.kind}>{one.kind}</option>
          ))}
        </select>
      </label>
      {kind && chosen ? <Within kind={kind} choice={chosen} group={group} onChange={onChange} /> : null}
    </>
  );
}

/** A field for an argument of a layer, a loss or an optimiser: empty for its default, which is shown. */
export function ArgumentField({ argument, value, group, onChange }: Props) {
  if (group) return <MadeField argument={argument} value={value} group={group} onChange={onChange} />;
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
