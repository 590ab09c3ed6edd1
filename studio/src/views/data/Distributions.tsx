import { useState } from "preact/hooks";
import type { Distribution, Report } from "../../generated/messages";
import { count, counted, number, percent } from "../../numbers";

type ReportColumn = Report["columns"][number];

const AT_ONCE = 12;
const MOST_NAMES = 10;
const [WIDTH, HEIGHT] = [220, 64];
const PARTS = ["train", "validation", "test"] as const;

const share = (counts: readonly number[] = []): number[] => {
  const whole = counts.reduce((sum, one) => sum + one, 0) || 1;
  return counts.map((one) => one / whole);
};

/** A column of numbers: the training part as bars, validation and test as lines over them, each as shares of its part. */
function Numbers({ name, of }: { name: string; of: Distribution }) {
  const [train = [], validation = [], test = []] = PARTS.map((part) => share(of.counts[part]));
  const top = Math.max(...train, ...validation, ...test) || 1;
  const wide = WIDTH / Math.max(train.length, 1);
  const line = (shares: readonly number[]) =>
    shares.map((one, i) => `${i ? "L" : "M"}${(i + 0.5) * wide},${HEIGHT - (one / top) * (HEIGHT - 2)}`).join("");
  const unit = of.unit ? ` ${of.unit}` : "";
  const label = `${name}: from ${number(of.edges[0])} to ${number(of.edges.at(-1))}${unit}; bars for training, lines for validation and test`;
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {train.map((one, i) => (
          <rect
            key={i}
            class="train"
            x={i * wide + 0.5}
            width={Math.max(wide - 1, 0.5)}
            y={HEIGHT - (one / top) * (HEIGHT - 2)}
            height={(one / top) * (HEIGHT - 2)}
          />
        ))}
        <path class="validation" d={line(validation)} />
        <path class="test" d={line(test)} />
      </svg>
      <p class="ends">
        <span>{number(of.edges[0])}</span>
        <span>
          {number(of.edges.at(-1))}
          {unit}
        </span>
      </p>
    </>
  );
}

/** A column of names: for each name its share of every part, and how many of the training part have it. */
function Names({ name, of }: { name: string; of: Distribution }) {
  const parts = PARTS.filter((part) => (of.counts[part] ?? []).some((one) => one > 0));
  const shares = parts.map((part) => share(of.counts[part]));
  const top = Math.max(...shares.flat()) || 1;
  return (
    <table class="names" aria-label={`${name} by part`}>
      <tbody>
        {of.names.slice(0, MOST_NAMES).map((one, i) => (
          <tr
            key={one}
            title={parts.map((part, at) => `${part}: ${count(of.counts[part]?.[i] ?? 0)}, ${percent(shares[at]?.[i])}`).join("\n")}
          >
            <th scope="row">{one}</th>
            <td class="shares">
              {parts.map((part, at) => (
                <i key={part} class={part} style={{ width: `${((shares[at]?.[i] ?? 0) / top) * 100}%` }} />
              ))}
            </td>
            <td class="number">{count(of.counts.train?.[i] ?? 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Drawn({ name, of }: { name: string; of: Distribution }) {
  return of.names.length ? <Names name={name} of={of} /> : <Numbers name={name} of={of} />;
}

/** Values that are missing, by part. */
function Missing({ missing }: Pick<ReportColumn, "missing">) {
  const some = Object.entries(missing).filter(([, many]) => many > 0);
  if (!some.length) return null;
  const whole = some.reduce((sum, [, many]) => sum + many, 0);
  return (
    <span class="small missing" title={some.map(([part, many]) => `${part}: ${count(many)}`).join("\n")}>{`${count(whole)} missing`}</span>
  );
}

function Column({ of }: { of: ReportColumn }) {
  const { before, after, steps } = of;
  return (
    <figure class="card">
      <figcaption>
        <h3>{of.name}</h3>
        <Missing missing={of.missing} />
      </figcaption>
      <p class="small quiet">
        {of.kind}
        {of.reason ? `: ${of.reason}` : ""}
      </p>
      {before ? <Drawn name={of.name} of={before} /> : null}
      {before && before.names.length > MOST_NAMES ? <p class="small quiet">and {count(before.names.length - MOST_NAMES)} more</p> : null}
      {steps.length ? (
        <ol class="small steps">
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      ) : null}
      {after ? (
        <>
          <p class="eyebrow">what the network is given</p>
          <Drawn name={`${of.name}, prepared`} of={after} />
        </>
      ) : null}
    </figure>
  );
}

/** What is to be predicted, and each column: how it is distributed over the parts, what is missing, before the steps and after. */
export function Distributions({ target, columns }: { target: ReportColumn | null; columns: readonly ReportColumn[] }) {
  const [shown, setShown] = useState(AT_ONCE);
  return (
    <section class="part" aria-label="Distributions">
      <header>
        <h2>How they are distributed</h2>
        <p class="small quiet legend">
          <i class="train" /> training <i class="validation" /> validation <i class="test" /> test, as shares of each part
        </p>
      </header>
      <div class="distributions">
        {target ? <Column of={target} /> : null}
        {columns.slice(0, shown).map((one) => (
          <Column key={one.name} of={one} />
        ))}
      </div>
      {shown < columns.length ? (
        <p>
          <button type="button" class="button" onClick={() => setShown(shown + 48)}>
            {counted(columns.length - shown, "more column")}
          </button>
        </p>
      ) : null}
    </section>
  );
}
