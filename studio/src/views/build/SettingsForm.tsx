import { useEffect, useState } from "preact/hooks";
import type { CheckedSettings, Choice, Component, Components, Misfit, Settings } from "../../generated/messages";
import { count } from "../../numbers";
import { asChoice, type Group, schedules } from "../../settings";
import { ArgumentFields } from "./ArgumentField";
import { Rates } from "./Rates";

interface Props {
  readonly kinds: Components;
  readonly settings: Settings;
  readonly problems: readonly Misfit[];
  readonly planned: CheckedSettings["updates"];
  /** In the training part. */
  readonly examples: number;
  readonly onChange: (part: Partial<Settings>) => void;
}

interface PickedProps {
  readonly title: string;
  /** What an argument may be chosen from. */
  readonly group?: Group;
  readonly kinds: readonly Component[];
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
}

/** A kind and its arguments. */
function Picked({ title, kinds, choice, group, onChange }: PickedProps) {
  const kind = kinds.find((one) => one.kind === choice.kind);
  return (
    <div class="picked">
      <div class="row">
        <label class="labelled">
          <span>{title}</span>
          <select
            class="field"
            value={choice.kind}
            onChange={({ currentTarget }) => onChange({ kind: currentTarget.value, arguments: {} })}
          >
            {kinds.map((one) => (
              <option key={one.kind}>{one.kind}</option>
            ))}
          </select>
        </label>
        <ArgumentFields of={kind?.arguments ?? []} choice={choice} group={group} onChange={onChange} />
      </div>
      {kind ? (
        <p class="small quiet">
          {kind.text} {kind.formula ? <em>{kind.formula}</em> : null}
        </p>
      ) : null}
    </div>
  );
}

interface WholeProps {
  readonly title: string;
  readonly value: number | null;
  readonly placeholder?: string;
  readonly least?: number;
  readonly most?: number;
  readonly onChange: (value: number | null) => void;
}

/** A field for a whole number; what was typed and is none stays to be read. */
function Whole({ title, value, placeholder = "", least = 1, most = 100_000, onChange }: WholeProps) {
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => setWrong(null), [value]);
  return (
    <label class="labelled">
      <span>{title}</span>
      <input
        class="field"
        size={7}
        inputMode="numeric"
        value={wrong ?? value ?? ""}
        placeholder={placeholder}
        aria-invalid={wrong !== null}
        onChange={({ currentTarget }) => {
          const said = currentTarget.value.trim();
          const number = Number(said);
          const isFit = said === "" ? placeholder !== "" : Number.isInteger(number) && number >= least && number <= most;
          setWrong(isFit ? null : said);
          if (isFit) onChange(said === "" ? null : number);
        }}
      />
      {wrong === null ? null : (
        <small class="trouble">
          must be a whole number from {least}
          {Number.isFinite(most) ? ` to ${count(most)}` : ""}
        </small>
      )}
    </label>
  );
}

/** How the loss is made small: loss, optimiser, batches, epochs, when to stop. */
export function SettingsForm({ kinds, settings, problems, planned, examples, onChange }: Props) {
  const rate = kinds.optimizers
    .find(({ kind }) => kind === settings.optimizer.kind)
    ?.arguments.find(({ name }) => name === "learning_rate");
  const updates = settings.epochs * Math.ceil(examples / settings.batch_size);
  const usual = typeof rate?.default === "number" ? rate.default : 0.01;
  const wrong = problems.filter(({ layer, field }) => layer === null && field !== "layers" && field !== "data");
  return (
    <section class="part" aria-label="Loss and optimiser">
      <header>
        <h2>Loss and updates</h2>
      </header>
      <Picked title="loss" kinds={kinds.losses} choice={settings.loss} onChange={(loss) => onChange({ loss })} />
      <Picked
        title="optimiser"
        kinds={kinds.optimizers}
        choice={settings.optimizer}
        group={schedules(kinds.schedules, updates, usual)}
        onChange={(optimizer) => onChange({ optimizer })}
      />
      {planned && asChoice(settings.optimizer.arguments.learning_rate) ? <Rates planned={planned} /> : null}
      <div class="row">
        <Whole
          title="examples in a batch"
          value={settings.batch_size}
          most={65_536}
          onChange={(size) => onChange({ batch_size: size ?? 32 })}
        />
        <Whole title="epochs, at most" value={settings.epochs} onChange={(epochs) => onChange({ epochs: epochs ?? 10 })} />
        <Whole
          title="stop after epochs without better"
          value={settings.patience}
          placeholder="never"
          onChange={(patience) => onChange({ patience })}
        />
        <Whole
          title="training examples"
          value={settings.data.examples}
          placeholder="all"
          least={20}
          most={Number.POSITIVE_INFINITY}
          onChange={(examples) => onChange({ data: { ...settings.data, examples } })}
        />
        <Whole title="seed" value={settings.seed} least={0} most={2 ** 32} onChange={(seed) => onChange({ seed: seed ?? 0 })} />
      </div>
      {wrong.map(({ message, field }) => (
        <p key={message} class="trouble" role="alert">
          {field ? `${field}: ` : ""}
          {message}
        </p>
      ))}
    </section>
  );
}
