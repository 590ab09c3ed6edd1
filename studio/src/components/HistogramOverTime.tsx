import { useLayoutEffect, useRef } from "preact/hooks";
import type { ProbeSeries } from "../generated/messages";
import { densityAt, histogramsOf } from "../histograms";
import { count, number } from "../numbers";
import { tables } from "../theme/colours";
import { hint } from "./Hint";
import "./HistogramOverTime.css";

const ROWS = 64;

/** How the numbers at an address are distributed, step after step: bright where most of them lie. */
export function HistogramOverTime({ series, label }: { series: ProbeSeries; label: string }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const seen = histogramsOf(series);
  const low = Math.min(...seen.map((one) => one.low).filter(Number.isFinite));
  const high = Math.max(...seen.map((one) => one.high).filter(Number.isFinite));
  const valueAt = (row: number) => high - ((row + 0.5) / ROWS) * (high - low);
  const table = tables.value.viridis;
  useLayoutEffect(() => {
    const context = ref.current?.getContext("2d");
    if (!context || !seen.length) return;
    const image = context.createImageData(seen.length, ROWS);
    for (const [look, one] of seen.entries()) {
      const column = Array.from({ length: ROWS }, (_, row) => densityAt(one, valueAt(row)));
      const most = Math.max(...column) || 1;
      for (const [row, density] of column.entries()) {
        const level = Math.round(Math.sqrt(density / most) * 255) * 3;
        image.data.set(
          [table[level] as number, table[level + 1] as number, table[level + 2] as number, density ? 255 : 40],
          (row * seen.length + look) * 4,
        );
      }
    }
    context.putImageData(image, 0, 0);
  }, [series, table]);
  if (!seen.length || !Number.isFinite(low)) return null;
  return (
    <figure class="over-time">
      <figcaption class="caption">
        {label}, from {number(low)} to {number(high)}
      </figcaption>
      <canvas
        ref={ref}
        width={seen.length}
        height={ROWS}
        role="img"
        aria-label={`${label} over the steps, from ${number(low)} to ${number(high)}`}
        onMouseMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const look = Math.min(seen.length - 1, Math.floor(((event.clientX - box.left) / box.width) * seen.length));
          hint(event, `step ${count(series.steps.values[look] ?? 0)}: from ${number(seen[look]?.low)} to ${number(seen[look]?.high)}`);
        }}
        onMouseLeave={() => hint(null)}
      />
    </figure>
  );
}
