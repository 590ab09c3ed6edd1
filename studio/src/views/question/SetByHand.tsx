import { useState } from "preact/hooks";
import type { Why } from "../../generated/messages";
import { ask } from "../../live/connection";
import { run as now, runs } from "../../run";

/** Return the value that a field says, as a person writes it; nothing where it is none. */
export function valueIn(said: string): number | undefined {
  const value = Number(said.trim().replace(",", ".").replace("−", "-") || Number.NaN);
  return Math.abs(value) <= 1e6 ? value : undefined;
}

const plain = (value: number): string => String(Number(value.toPrecision(6)));

interface Props {
  readonly run: string;
  readonly why: Why;
  /** The value that is tried out beside it; none where nothing is. */
  readonly tried: number | null;
}

/** The number set by hand while training goes on: kept with its step, so that rewinding, forking and resuming meet it too. */
export function SetByHand({ run, why, tried }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const [told, setTold] = useState("");
  const isSteered = runs.value?.find(({ name }) => name === run)?.steered && now.value?.isLive.value;
  if (!isSteered) return null;
  const said = typed ?? (tried === null ? "" : plain(tried));
  const value = valueIn(said);
  const set = () => {
    if (value === undefined) return;
    ask({ type: "steer", run, do: "weight", address: why.name, place: why.index, value }).then(
      () => setTold(`${why.name}[${why.index.join(", ")}] is ${value} from the next step on.`),
      (refusal: Error) => setTold(refusal.message),
    );
  };
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        set();
      }}
    >
      <label class="row">
        <span>Training goes on: set it to</span>
        <input
          class="field"
          size={10}
          inputMode="decimal"
          autocomplete="off"
          value={said}
          placeholder={plain(why.weight ?? 0)}
          aria-invalid={said !== "" && value === undefined}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <button type="submit" class="button" disabled={value === undefined}>
        Set the weight
      </button>
      <span class="small quiet" aria-live="polite">
        {said !== "" && value === undefined ? "must be a number" : told}
      </span>
    </form>
  );
}
