import { useState } from "preact/hooks";
import type { Fork, RunDetails } from "../../generated/messages";
import { ask } from "../../live/connection";
import { count } from "../../numbers";
import { type FollowedRun, shown } from "../../run";
import { change, link, state } from "../../state";

const OPTIMIZERS = ["sgd", "momentum", "rmsprop", "adam", "adamw"] as const;

const isWhole =
  (least: number) =>
  (value: number): boolean =>
    Number.isInteger(value) && value >= least;

/** Return what a form asks to be other; what was left empty stays as it was. Throws where what was typed is no such number. */
export function changesIn(form: FormData): Partial<Omit<Fork, "type" | "id" | "run" | "step">> {
  const said = (name: string): string => String(form.get(name) ?? "").trim();
  const given = (name: string, isFit: (value: number) => boolean, what: string): Record<string, number> => {
    const text = said(name);
    const value = Number(text.replace(",", "."));
    if (text !== "" && !isFit(value)) throw new RangeError(`The ${name.replaceAll("_", " ")} must be ${what}. Got ${text} instead.`);
    return text === "" ? {} : { [name]: value };
  };
  return {
    ...given("learning_rate", (value) => value > 0 && Number.isFinite(value), "a number above 0"),
    ...given("epochs", isWhole(1), "a whole number from 1"),
    ...given("batch_size", isWhole(1), "a whole number from 1"),
    ...given("seed", isWhole(0), "a whole number from 0"),
    ...(said("optimizer") ? { optimizer: said("optimizer") } : {}),
  };
}

function Amount({ name, title, placeholder }: { name: string; title: string; placeholder: string }) {
  return (
    <label class="labelled">
      <span>{title}</span>
      <input class="field" name={name} inputMode="decimal" placeholder={placeholder} size={9} autocomplete="off" />
    </label>
  );
}

/** What if: the run goes on from this step as a new one, with something changed, and both courses are shown. */
export function Forking({ run, opened }: { run: FollowedRun; opened: RunDetails }) {
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  const step = shown.value ?? 0;
  const begin = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      const changes = changesIn(new FormData(event.currentTarget as HTMLFormElement));
      const started = await ask({ type: "fork", run: run.name, step, ...changes });
      change({ beside: [...state.beside.peek(), started.run], against: started.run, against_step: null });
    } catch (refusal) {
      setError((refusal as Error).message);
    }
    setBusy(false);
  };
  return (
    <section class="part" aria-label="Fork">
      <header>
        <h2>What if?</h2>
        <p class="small quiet">Go on from step {count(step)} as a new run, with something changed. What stays empty stays as it is.</p>
      </header>
      <form class="row forking" onSubmit={begin}>
        <Amount name="learning_rate" title="learning rate" placeholder={String(opened.fit_arguments.learning_rate ?? "as it is")} />
        <label class="labelled">
          <span>optimiser</span>
          <select class="field" name="optimizer">
            <option value="">as it is</option>
            {OPTIMIZERS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Amount name="epochs" title="until epoch" placeholder={String(opened.line.epochs_planned)} />
        <Amount name="batch_size" title="batch size" placeholder={String(opened.fit_arguments.batch_size ?? "as it is")} />
        <Amount name="seed" title="seed" placeholder={String(opened.fit_arguments.seed ?? "as it is")} />
        <button type="submit" class="button first" disabled={isBusy}>
          Fork here
        </button>
      </form>
      {error ? <p class="trouble">{error}</p> : null}
      {opened.line.parent ? (
        <p class="small quiet">
          This run itself goes on from step {count(opened.line.parent.step)} of{" "}
          <a href={link({ run: opened.line.parent.run, beside: [run.name], against: run.name, step: opened.line.parent.step })}>
            {opened.line.parent.run}
          </a>
          {Object.entries(opened.line.parent.changes).map(([name, value]) => `, with ${name.replaceAll("_", " ")} ${value}`)}.
        </p>
      ) : null}
    </section>
  );
}
