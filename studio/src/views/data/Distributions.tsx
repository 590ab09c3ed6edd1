import { useState } from "preact/hooks";
import { Bars } from "../../components/Bars";
import type { Distribution } from "../../generated/messages";
import { count, counted, number } from "../../numbers";

const AT_ONCE = 12;
const [WIDTH, HEIGHT] = [220, 64];

const share = (counts: readonly number[]): number[] => {
  const whole = counts.reduce((sum, one) => sum + one, 0) || 1;
  return counts.map((one) => one / whole);
};

/** A column of numbers: the training part as bars, validation and test as lines over them, each as shares of its part. */
function Numbers({ of }: { of: Distribution }) {
  const [train, validation, test] = [share(of.train), share(of.validation), share(of.test)];
  const top = Math.max(...train, ...validation, ...test) || 1;
  const wide = WIDTH / train.length;
  const line = (shares: readonly number[]) =>
    shares.map((one, i) => `${i ? "L" : "M"}${(i + 0.5) * wide},${HEIGHT - (one / top) * (HEIGHT - 2)}`).join("");
  const label = `${of.name}: from ${number(of.edges[0])} to ${number(of.edges.at(-1))}; bars for training, lines for validation and test`;
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {train.map((one, i) => (
          <rect
            key={i}
            class="train"
            x={i * wide + 0.5}
            width={wide - 1}
            y={HEIGHT - (one / top) * (HEIGHT - 2)}
            height={(one / top) * (HEIGHT - 2)}
          />
        ))}
        <path class="validation" d={line(validation)} />
        <path class="test" d={line(test)} />
      </svg>
      <p class="ends">
        <span>{number(of.edges[0])}</span>
        <span>{number(of.edges.at(-1))}</span>
      </p>
    </>
  );
}

function Column({ of }: { of: Distribution }) {
  const rows = of.names.slice(0, 10).map((name, i) => ({ name, value: of.train[i] ?? 0, text: count(of.train[i] ?? 0) }));
  return (
    <figure class="card">
      <figcaption>
        <h3>{of.name}</h3>
        {of.missing ? <span class="small trouble">{counted(of.missing, "missing value")}</span> : null}
      </figcaption>
      {of.kind === "number" ? <Numbers of={of} /> : <Bars label={`${of.name} in the training part`} rows={rows} />}
      {of.names.length > 10 ? <p class="small quiet">and {count(of.names.length - 10)} more</p> : null}
      <p class="small quiet">{of.text}</p>
    </figure>
  );
}

/** How the target and the columns are distributed, and whether the parts differ. */
export function Distributions({ among }: { among: readonly Distribution[] }) {
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
        {among.slice(0, shown).map((one) => (
          <Column key={one.name} of={one} />
        ))}
      </div>
      {shown < among.length ? (
        <p>
          <button type="button" class="button" onClick={() => setShown(shown + 48)}>
            {counted(among.length - shown, "more column")}
          </button>
        </p>
      ) : null}
    </section>
  );
}
