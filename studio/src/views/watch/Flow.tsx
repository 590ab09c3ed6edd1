import { useEffect, useState } from "preact/hooks";
import { Curve, type Line } from "../../components/Curve";
import type { ProbeSeries } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { go } from "../../moment";
import type { FollowedRun } from "../../run";
import { shown } from "../../run";
import { colour } from "../../theme/colours";

interface Series {
  readonly title: string;
  readonly text: string;
  /** The beginning of the names of the readings that belong to it. */
  readonly pattern: string;
  readonly logarithmic?: boolean;
}

const SERIES: readonly Series[] = [
  {
    title: "Gradients",
    text: "The norm of each kernel's gradient. Layers whose lines lie many powers of ten apart do not learn alike.",
    pattern: "norm of gradient of *kernel",
    logarithmic: true,
  },
  {
    title: "Updates",
    text: "Each update's norm beside its weight's. About 0.001 is usual, 0.1 is wild, 0.00001 is standstill.",
    pattern: "update ratio of *kernel",
    logarithmic: true,
  },
  {
    title: "Signals",
    text: "How widely each layer's outputs spread: whether signals die out, or blow up, from layer to layer.",
    pattern: "std of *output",
    logarithmic: true,
  },
  { title: "Silent units", text: "The share of units that are zero for every example of the batch.", pattern: "dead_fraction of *output" },
];

const SLOWLY = 2500; // milliseconds between two looks at what probes saw, while a run learns

const subject = (name: string): string => name.replace(/^.* of /, "").replace(/\/(kernel|output)$/, "");

function linesOf(series: readonly ProbeSeries[]): Line[] {
  return series
    .filter(({ values }) => values.shape.length === 1)
    .slice(0, 8)
    .map(({ name, steps, values }, i) => ({
      label: subject(name),
      colour: colour(i),
      points: Array.from(
        steps.values,
        (step, at) => [step, Number.isFinite(values.values[at]) ? (values.values[at] as number) : null] as const,
      ),
    }));
}

function Chart({ run, series, until }: { run: FollowedRun; series: Series; until: number }) {
  const { answer } = useAnswer({ type: "read_probes", run: run.name, names: [series.pattern], last: until, width: 400 }, run.name);
  const lines = linesOf(answer?.series ?? []);
  if (!lines.length || (series.pattern.startsWith("dead") && lines.every(({ points }) => points?.every(([, value]) => !value))))
    return null;
  return (
    <div class="part">
      <div>
        <h3>{series.title}</h3>
        <p class="caption">{series.text}</p>
      </div>
      <Curve
        lines={lines}
        label={`${series.title} over the steps of ${run.name}`}
        height={180}
        logarithmic={series.logarithmic ?? false}
        step={shown.value}
        onPick={go}
      />
    </div>
  );
}

/** What flows through the network, over the steps, as probes saw it in the training itself. */
export function Flow({ run }: { run: FollowedRun }) {
  const [until, setUntil] = useState(run.last.peek() ?? 0);
  useEffect(() => {
    const look = () => setUntil(run.last.peek() ?? 0);
    look();
    const timer = setInterval(look, SLOWLY);
    return () => clearInterval(timer);
  }, [run]);
  if (!run.opened.value?.readings.length) return null;
  return (
    <section class="part" aria-label="What flows through the network">
      <header>
        <h2>What flows through it</h2>
        <p class="small quiet">seen in the training itself, by its probes</p>
      </header>
      <div class="even flow">
        {SERIES.map((series) => (
          <Chart key={series.title} run={run} series={series} until={until} />
        ))}
      </div>
    </section>
  );
}
