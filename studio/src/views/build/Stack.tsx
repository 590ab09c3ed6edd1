import { useState } from "preact/hooks";
import type { CheckedSettings, Choice, Component, LayerView, Misfit } from "../../generated/messages";
import { count, counted, shape } from "../../numbers";
import { type Group, moved, penalties } from "../../settings";
import { ArgumentFields } from "./ArgumentField";

interface Props {
  readonly kinds: readonly Component[];
  readonly regularizers: readonly Component[];
  readonly choices: readonly Choice[];
  readonly checked: CheckedSettings | null;
  readonly problems: readonly Misfit[];
  readonly onChange: (layers: Choice[]) => void;
}

const FEW = 3; // arguments that are seen at once; the others are folded away

interface RoomProps {
  readonly choice: Choice;
  readonly kind: Component | undefined;
  readonly penalties: Group;
  readonly number: number;
  readonly of: number;
  readonly layer: LayerView | undefined;
  readonly problem: string;
  readonly onSet: (choice: Choice) => void;
  readonly onMove: (by: number) => void;
  readonly onRemove: () => void;
}

/** One layer: what it does, its arguments, what becomes of an example's shape, what is wrong with it. */
function Room({ choice, kind, penalties, number, of, layer, problem, onSet, onMove, onRemove }: RoomProps) {
  const given = kind?.arguments ?? [];
  const first = given.filter(({ name, required }, i) => required || i < FEW || name in choice.arguments);
  const rest = given.filter((argument) => !first.includes(argument));
  const fields = (of: typeof given) => <ArgumentFields of={of} choice={choice} group={penalties} onChange={onSet} />;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    onMove(event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <li class={`card layer ${problem ? "wrong" : ""}`} aria-label={`Layer ${number + 1}: ${choice.kind}`} onKeyDown={onKeyDown}>
      <header>
        <h3>{choice.kind}</h3>
        <span class="small quiet">{kind?.text.split(/[:;]/)[0]}</span>
        <span class="end">
          <button type="button" class="button bare small" aria-label="Move up" disabled={number === 0} onClick={() => onMove(-1)}>
            ↑
          </button>
          <button type="button" class="button bare small" aria-label="Move down" disabled={number === of - 1} onClick={() => onMove(1)}>
            ↓
          </button>
          <button type="button" class="button bare small" aria-label={`Remove ${choice.kind}`} onClick={onRemove}>
            ×
          </button>
        </span>
      </header>
      {first.length ? <div class="row arguments">{fields(first)}</div> : null}
      {rest.length ? (
        <details>
          <summary class="small quiet">{counted(rest.length, "more argument")}</summary>
          <div class="row arguments">{fields(rest)}</div>
        </details>
      ) : null}
      {problem ? (
        <p class="trouble" role="alert">
          {problem}
        </p>
      ) : layer ? (
        <p class="small quiet becomes">
          → {shape(layer.shape)}
          {layer.parameters ? `, ${counted(layer.parameters, "weight")}` : ""}
        </p>
      ) : null}
    </li>
  );
}

/** The headings of roles that are no noun. */
const HEADINGS: Readonly<Record<string, string>> = { weighted: "weighted sums", recurrent: "memory", dropout: "noise" };

/** The kinds of layers, by group. */
function Palette({ kinds, onAdd }: { kinds: readonly Component[]; onAdd: (kind: Component) => void }) {
  const [wanted, setWanted] = useState("");
  const groups = [...new Set(kinds.map(({ group }) => group))];
  const fits = ({ kind, text }: Component) => `${kind} ${text}`.toLowerCase().includes(wanted.toLowerCase());
  return (
    <div class="palette">
      <input
        class="field"
        type="search"
        aria-label="Find a layer"
        placeholder="Find a layer"
        value={wanted}
        onInput={({ currentTarget }) => setWanted(currentTarget.value)}
      />
      {groups.map((group) => {
        const listed = kinds.filter((kind) => kind.group === group && fits(kind));
        return listed.length ? (
          <div key={group}>
            <p class="eyebrow">{HEADINGS[group] ?? group}</p>
            <p class="row kinds">
              {listed.map((kind) => (
                <button key={kind.kind} type="button" class="button small" title={kind.text} onClick={() => onAdd(kind)}>
                  {kind.kind}
                </button>
              ))}
            </p>
          </div>
        ) : null;
      })}
    </div>
  );
}

/** Return a new layer of a kind, its needed arguments filled with something to begin from. */
const fresh = (kind: Component): Choice => ({
  kind: kind.kind,
  arguments: Object.fromEntries(
    kind.arguments
      .filter(({ required }) => required)
      .map(({ name, kind: sort, choices }) => [name, BEGIN[name] ?? choices[0] ?? PLAIN[sort] ?? 1]),
  ),
});

const BEGIN: Record<string, number> = { units: 32, filters: 16, kernel_size: 3, pool_size: 2, rate: 0.3 };
const PLAIN: Record<string, number | string> = { share: 0.1, number: 1, whole: 1, sizes: 2, text: "" };

/** The layers, one after the other; a new one goes before the last, which gives the answer. */
export function Stack({ kinds, regularizers, choices, checked, problems, onChange }: Props) {
  const layers = checked?.layers ?? [];
  const group = penalties(regularizers);
  const input = layers[0];
  const at = (number: number) => layers[number + 1];
  const replaced = (number: number, choice: Choice) => choices.map((one, i) => (i === number ? choice : one));
  return (
    <section class="part" aria-label="Layers">
      <header>
        <h2>Layers</h2>
        <p class="small quiet">
          {input ? `An example comes in as ${shape(input.shape)}. ` : ""}
          {checked && !problems.some(({ layer }) => layer !== null) ? `${count(checked.parameters)} weights in all.` : ""} Alt and an arrow
          key move the layer that has the focus.
        </p>
      </header>
      {problems
        .filter(({ field }) => field === "layers")
        .map(({ message }) => (
          <p key={message} class="trouble" role="alert">
            {message}
          </p>
        ))}
      <div class="two stacking">
        <ol class="layers">
          {choices.map((choice, number) => (
            <Room
              key={`${number} ${choice.kind}`}
              choice={choice}
              kind={kinds.find(({ kind }) => kind === choice.kind)}
              penalties={group}
              number={number}
              of={choices.length}
              layer={at(number)}
              problem={problems.find(({ layer }) => layer === number)?.message ?? ""}
              onSet={(next) => onChange(replaced(number, next))}
              onMove={(by) => onChange([...moved(choices, number, by)])}
              onRemove={() => onChange(choices.filter((_, i) => i !== number))}
            />
          ))}
        </ol>
        <Palette kinds={kinds} onAdd={(kind) => onChange([...choices.slice(0, -1), fresh(kind), ...choices.slice(-1)])} />
      </div>
    </section>
  );
}
