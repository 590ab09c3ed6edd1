import { useState } from "preact/hooks";
import { Curve, type Line } from "../../components/Curve";
import type { Choice, Component, Settings } from "../../generated/messages";
import { ask } from "../../live/connection";
import { number, percent } from "../../numbers";
import { type FollowedRun, others, run } from "../../run";
import { inWords, withArgument } from "../../settings";
import { change, fresh, state } from "../../state";
import { colour } from "../../theme/colours";
import { ArgumentField } from "./ArgumentField";

const MOST = 3; // beside the settings's own optimiser

interface RivalProps {
  readonly kinds: readonly Component[];
  readonly rival: Choice;
  readonly name: string;
  readonly onChange: (rival: Choice) => void;
  readonly onRemove: (() => void) | null;
}

/** An optimiser and its rate. */
function Rival({ kinds, rival, name, onChange, onRemove }: RivalProps) {
  const kind = kinds.find((one) => one.kind === rival.kind);
  const rate = kind?.arguments.find((argument) => argument.name === "learning_rate");
  return (
    <fieldset class="row rival" aria-label={name}>
      <label class="labelled">
        <span>optimiser</span>
        <select
          class="field small"
          value={rival.kind}
          onChange={({ currentTarget }) => onChange({ kind: currentTarget.value, arguments: {} })}
        >
          {kinds.map((one) => (
            <option key={one.kind}>{one.kind}</option>
          ))}
        </select>
      </label>
      {rate ? (
        <ArgumentField
          argument={rate}
          value={rival.arguments.learning_rate}
          onChange={(value) => onChange(withArgument(rival, "learning_rate", value))}
        />
      ) : null}
      {onRemove ? (
        <button type="button" class="button bare small" aria-label={`Remove ${name}`} onClick={onRemove}>
          ×
        </button>
      ) : null}
    </fieldset>
  );
}

const optimizerOf = (one: FollowedRun): string => {
  const settings = one.opened.value?.settings;
  return settings ? inWords(settings.optimizer) : one.name;
};

/** How the runs that are laid beside one another do. */
function Courses({ among }: { among: readonly FollowedRun[] }) {
  const losses = among.map((one, i): Line => ({ label: optimizerOf(one), colour: colour(i), course: one.courses.get("loss") }));
  const validation = among.map(
    (one, i): Line => ({
      label: optimizerOf(one),
      colour: colour(i),
      points: one.epochs.value.map(({ step, figures }) => [step, figures.val_loss ?? null] as const),
      dots: one.epochs.value.length <= 60,
    }),
  );
  return (
    <>
      <div class="even curves">
        <div>
          <h3>loss of each batch</h3>
          <Curve lines={losses} label="The loss of each descent" tick={() => among.map(({ grown }) => grown.value)} height={220} />
        </div>
        <div>
          <h3>validation loss</h3>
          <Curve lines={validation} label="The validation loss of each descent" height={220} />
        </div>
      </div>
      <table class="rivals" aria-label="Descents">
        <thead>
          <tr>
            <th scope="col">optimiser</th>
            <th scope="col">run</th>
            <th scope="col">epochs</th>
            <th scope="col">loss</th>
            <th scope="col">validation loss</th>
            <th scope="col">validation accuracy</th>
          </tr>
        </thead>
        <tbody>
          {among.map((one, i) => {
            const ended = one.epochs.value;
            const { loss, val_loss, val_accuracy } = ended.at(-1)?.figures ?? {};
            return (
              <tr key={one.name}>
                <th scope="row" style={{ color: colour(i) }}>
                  {optimizerOf(one)}
                </th>
                <td>{one.name}</td>
                <td>{ended.length}</td>
                <td>{number(loss)}</td>
                <td>{number(val_loss)}</td>
                <td>{percent(val_accuracy)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

interface Props {
  readonly settings: Settings;
  readonly kinds: readonly Component[];
  readonly isFit: boolean;
}

/** The same settings with several optimisers or rates, trained at once from the same first weights, their courses laid over one another. */
export function Rivals({ settings, kinds, isFit }: Props) {
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  const rivals = state.rivals.value;
  const set = (next: readonly Choice[]) => change({ rivals: next }, "replace");
  const among = run.value && others.value.length ? [run.value, ...others.value] : [];
  const begin = async () => {
    setBusy(true);
    try {
      const names: string[] = [];
      for (const optimizer of [settings.optimizer, ...rivals])
        names.push((await ask({ type: "train", settings: { ...settings, optimizer }, paused: false })).run);
      setError("");
      change({ ...fresh(names[0] ?? ""), beside: names.slice(1) });
    } catch (refusal) {
      setError((refusal as Error).message);
    }
    setBusy(false);
  };
  return (
    <section class="part" aria-label="Descents side by side">
      <header>
        <h2>Descents side by side</h2>
        <p class="small quiet">The same data, layers and first weights, with other optimisers or rates.</p>
      </header>
      <p>{inWords(settings.optimizer)}, as above, beside</p>
      {rivals.map((rival, i) => (
        <Rival
          key={`${i} ${rival.kind}`}
          kinds={kinds}
          rival={rival}
          name={`Rival ${i + 1}`}
          onChange={(next) => set(rivals.map((one, at) => (at === i ? next : one)))}
          onRemove={rivals.length > 1 ? () => set(rivals.filter((_, at) => at !== i)) : null}
        />
      ))}
      <div class="row">
        <button type="button" class="button" disabled={!isFit || isBusy} onClick={begin}>
          Train side by side
        </button>
        {rivals.length < MOST ? (
          <button type="button" class="button bare" onClick={() => set([...rivals, rivals.at(-1) ?? settings.optimizer])}>
            Add another
          </button>
        ) : null}
      </div>
      {error ? (
        <p class="trouble" role="alert">
          {error}
        </p>
      ) : null}
      {among.length ? <Courses among={among} /> : null}
    </section>
  );
}
