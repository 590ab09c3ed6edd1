import { HistogramOverTime } from "../../components/HistogramOverTime";
import type { LayerView } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import type { FollowedRun } from "../../run";

/** What probes saw of a layer's distributions over the steps, where the run has such probes. */
export function OverTime({ run, layer }: { run: FollowedRun; layer: LayerView }) {
  const addresses = [layer.output, ...layer.weights.map(({ address }) => address)];
  const readings = (run.opened.value?.readings ?? []).filter(
    ({ statistic, address }) => statistic === "histogram" && addresses.includes(address),
  );
  const names = readings.map(({ name }) => name).slice(0, 8);
  const { answer } = useAnswer(
    names.length ? { type: "read_probes", run: run.name, names, width: 300 } : null,
    `${run.name} ${layer.path}`,
  );
  if (!names.length) {
    return (
      <p class="caption">
        How these are distributed over time is seen by a probe:{" "}
        <code>fit(..., probes=[cr.Probe("{layer.path}/*", ["histogram"], every=20)])</code>
      </p>
    );
  }
  return (
    <div class="larges">
      {answer?.series.map((series) => (
        <HistogramOverTime key={series.name} series={series} label={series.name} />
      ))}
    </div>
  );
}
