import { useAnswer } from "../../live/useAnswer";
import { FIRST_DATA } from "../../settings";
import { change, state } from "../../state";
import "./build.css";
import type { Settings } from "../../generated/messages";
import { Code } from "./Code";
import { DataPart } from "./DataPart";
import { Rivals } from "./Rivals";
import { SettingsForm } from "./SettingsForm";
import { Stack } from "./Stack";
import { Trainer } from "./Trainer";

/** Data, layers, loss, optimiser, rule of stopping: put together, checked as it is changed, and trained. */
export function Build() {
  const chosen = state.settings.value;
  const data = chosen?.data ?? FIRST_DATA;
  const described = useAnswer({ type: "describe_data", data, samples: 24 }, JSON.stringify(data));
  const kinds = useAnswer({ type: "list_components" });
  const settings = chosen ?? described.answer?.suggested ?? null;
  const checked = useAnswer(settings && { type: "check_settings", settings }, JSON.stringify(settings?.data));
  const set = (part: Partial<Settings>) => settings && change({ settings: { ...settings, ...part } }, "replace");
  const problems = checked.answer?.problems ?? [];
  const isFit = problems.length === 0 && checked.error === null;
  return (
    <div class="stack build">
      <header class="head">
        <div>
          <p class="eyebrow">Build and train</p>
          <h1>Put a network together</h1>
          <p class="lead">
            Choose what to learn from, stack layers, choose how the loss is made small. Every change is checked at once, and the address
            holds it all: a link is all of the settings.
          </p>
        </div>
      </header>
      <DataPart described={described} data={data} onData={(other) => set({ data: other })} />
      {settings && kinds.answer ? (
        <>
          <Stack
            kinds={kinds.answer.layers}
            regularizers={kinds.answer.regularizers}
            choices={settings.layers}
            checked={checked.answer}
            problems={problems}
            onChange={(layers) => set({ layers })}
          />
          <SettingsForm
            kinds={kinds.answer}
            settings={settings}
            problems={problems}
            planned={checked.answer?.updates ?? null}
            examples={described.answer?.parts.train ?? 1000}
            onChange={set}
          />
          {checked.error ? (
            <p class="trouble" role="alert">
              {checked.error}
            </p>
          ) : null}
          <Trainer settings={settings} isFit={isFit} findings={checked.answer?.findings ?? []} />
          <Rivals settings={settings} kinds={kinds.answer.optimizers} isFit={isFit} />
          {checked.answer ? <Code code={checked.answer.code} /> : null}
        </>
      ) : described.error ? null : (
        <p class="waiting">The data are read …</p>
      )}
    </div>
  );
}
