import { useState } from "preact/hooks";
import { ExamplePicture } from "../../components/ExamplePicture";
import type { Choice, DataChoice } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { number } from "../../numbers";
import { withArgument } from "../../settings";
import { ArgumentField } from "../build/ArgumentField";

const EXAMPLES = 3;
const COPIES = 8;

/** What augmentation makes of a few examples: each drawn several times, as the steps of training would. */
export function Sheet({ of, axes }: { of: { run: string } | { data: DataChoice | null }; axes: number }) {
  const kinds = useAnswer({ type: "list_components" });
  const [chosen, setChosen] = useState<Choice | null>(null);
  const among = kinds.answer?.augmentations.filter(({ takes }) => takes.includes(axes)) ?? [];
  const first = among.find(({ kind }) => kind === "RandomRotation" || kind === "SpecAugment") ?? among[0];
  const verb: Choice | null = chosen ?? (first ? { kind: first.kind, arguments: needed(first.kind) } : null);
  const kind = among.find((one) => one.kind === verb?.kind);
  const key = JSON.stringify(of);
  const { answer, error } = useAnswer(verb && { type: "show_preparation", ...of, verbs: [verb], examples: EXAMPLES, copies: COPIES }, key);
  const [before, after] = answer?.stages ?? [];
  const copies = answer?.copies ?? 1;
  return (
    <section class="part" aria-label="Contact sheet of augmentation">
      <header>
        <h2>Augmentation</h2>
        <p class="small quiet">Each training step draws anew, by seed and step. Validation and test are never touched.</p>
      </header>
      {verb && kind ? (
        <div class="row">
          <label class="labelled">
            <span>what is done</span>
            <select
              class="field small"
              value={verb.kind}
              onChange={({ currentTarget }) => setChosen({ kind: currentTarget.value, arguments: needed(currentTarget.value) })}
            >
              {among.map((one) => (
                <option key={one.kind}>{one.kind}</option>
              ))}
            </select>
          </label>
          {kind.arguments.map((argument) => (
            <ArgumentField
              key={argument.name}
              argument={argument}
              value={verb.arguments[argument.name]}
              onChange={(value) => setChosen(withArgument(verb, argument.name, value))}
            />
          ))}
        </div>
      ) : null}
      {kind ? <p class="small quiet">{kind.text}</p> : null}
      {error ? <p class="trouble">{error}</p> : null}
      {before && after ? (
        <table class="contact">
          <thead>
            <tr>
              <th scope="col">as it is</th>
              <th scope="col" colSpan={copies}>
                as eight steps would see it
              </th>
            </tr>
          </thead>
          <tbody>
            {answer?.labels.map((label, row) => (
              <tr key={row}>
                {before.examples[row * (before.examples.length / answer.labels.length)] ? (
                  <td>
                    <ExamplePicture
                      picture={before.examples[row * (before.examples.length / answer.labels.length)] as never}
                      label={`${label}, as it is`}
                      size={72}
                    />
                  </td>
                ) : null}
                {after.examples.slice(row * copies, (row + 1) * copies).map((picture, i) => (
                  <td key={i}>
                    <ExamplePicture picture={picture} label={`${label}, draw ${i + 1}`} size={72} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {after ? (
        <p class="small quiet">
          Afterwards the numbers of these examples have mean {number(after.statistics.mean)} and standard deviation{" "}
          {number(after.statistics.deviation)}.
        </p>
      ) : null}
    </section>
  );
}

const NEEDED: Readonly<Record<string, Choice["arguments"]>> = {
  RandomRotation: { factor: 0.1 },
  RandomTranslation: { height_factor: 0.2, width_factor: 0.2 },
  RandomZoom: { height_factor: 0.2 },
  RandomCrop: { height: 6, width: 6 },
  RandomBrightness: { factor: 0.3 },
  RandomContrast: { factor: 0.5 },
  GaussianNoise: { stddev: 0.1 },
};

const needed = (kind: string): Choice["arguments"] => NEEDED[kind] ?? {};
