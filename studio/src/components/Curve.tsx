import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Course } from "../course";
import { tick as inShort, number } from "../numbers";
import { smoothed } from "../smoothing";
import { ink, isDark } from "../theme/theme";
import "./Curve.css";

/** One line of a chart. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  /** What it is drawn from: a course that grows, or points. */
  readonly course?: Course | undefined;
  readonly points?: readonly (readonly [step: number, value: number | null])[];
  /** Whether each point is marked, as for figures of epochs. */
  readonly dots?: boolean;
  readonly dashed?: boolean;
}

interface Props {
  readonly lines: readonly Line[];
  readonly label: string;
  readonly height?: number;
  readonly logarithmic?: boolean;
  /** The weight, below 1, of what came before in a moving average of each course, drawn over its own line, which is then pale; 0 for none. */
  readonly smoothing?: number;
  /** The step that is shown, drawn as a line across. */
  readonly step?: number | null;
  /** Read in an effect, so that the chart is drawn again when it changes. */
  readonly tick?: () => unknown;
  readonly onPick?: ((step: number) => void) | undefined;
}

const isPowerOfTen = (value: number): boolean => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;

/** Lay lines over one axis of steps, as uPlot wants them: of a course also the band of lowest and highest, and the smoothed line. */
function table({ lines, logarithmic = false, smoothing = 0 }: Props): uPlot.AlignedData {
  const tables = lines.map(({ course, points }): uPlot.AlignedData => {
    const positive = (value: number | null): number | null => (logarithmic && value !== null && value <= 0 ? null : value);
    if (course) {
      const { steps, low, high, mean } = course.buckets();
      const drawn = [low, high, mean, ...(smoothing ? [smoothed(mean, smoothing)] : [])];
      return [Array.from(steps), ...drawn.map((one) => Array.from<number | null, number | null>(one, positive))] as uPlot.AlignedData;
    }
    return [(points ?? []).map(([step]) => step), (points ?? []).map(([, value]) => positive(value))] as uPlot.AlignedData;
  });
  return uPlot.join(
    tables,
    tables.map((one) => one.slice(1).map(() => 2)),
  );
}

/** Return where an axis begins and ends; also where there is nothing yet, which uPlot's own scales do not take. */
function rangeOf(low: number | null, high: number | null, logarithmic: boolean): uPlot.Range.MinMax {
  if (low === null || high === null) return logarithmic ? [0.1, 1] : [0, 1];
  return logarithmic ? uPlot.rangeLog(low, high, 10, true) : uPlot.rangeNum(low, high, 0.1, true);
}

function options(props: Props, width: number, picked: () => number | null): uPlot.Options {
  const { lines, height = 240, logarithmic = false, smoothing = 0 } = props;
  const font = `12px ${ink("--sans")}`;
  const axis: uPlot.Axis = { stroke: ink("--soft"), font, ticks: { show: false }, grid: { stroke: ink("--hair"), width: 1 } };
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const { course, colour, dots, dashed } of lines) {
    if (course) {
      bands.push({ series: [series.length + 1, series.length], fill: `${colour}2e` });
      const edge = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: true };
      series.push(edge, edge);
    }
    const isSmoothed = course !== undefined && smoothing > 0; // figures of epochs are few, and means already
    const dash = dashed ? { dash: [5, 4] } : {};
    const raw = isSmoothed ? `${colour}59` : colour;
    series.push({ stroke: raw, width: isSmoothed ? 1 : 1.6, spanGaps: true, points: { show: dots ?? false, size: 5, fill: raw }, ...dash });
    if (isSmoothed) series.push({ stroke: colour, width: 1.8, spanGaps: true, points: { show: false }, ...dash });
  }
  return {
    width,
    height,
    series,
    bands,
    legend: { show: false },
    padding: [10, 8, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { distr: logarithmic ? 3 : 1, range: (_, low, high) => rangeOf(low, high, logarithmic) } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? number(split) : "")),
        size: 30,
      },
      {
        ...axis,
        size: 52,
        filter: (_, splits) => splits.map((split) => (logarithmic && !isPowerOfTen(split) ? null : split)),
        grid: {
          stroke: ink("--hair"),
          width: 1,
          filter: (_, splits) => splits.map((split) => (logarithmic && !isPowerOfTen(split) ? null : split)),
        },
        values: (_, splits) => splits.map((split) => (split === null ? "" : inShort(split))),
      },
    ],
    hooks: {
      draw: [
        (plot) => {
          const step = picked();
          if (step === null) return;
          const x = Math.round(plot.valToPos(step, "x", true));
          const { ctx, bbox } = plot;
          if (x < bbox.left || x > bbox.left + bbox.width) return;
          ctx.save();
          ctx.fillStyle = ink("--ink");
          ctx.fillRect(x, bbox.top, devicePixelRatio, bbox.height);
          ctx.restore();
        },
      ],
    },
  };
}

/** Figures over the steps of runs. Drawn at most once a frame, however often they grow. */
export function Curve(props: Props) {
  const { lines, label, height = 240, logarithmic = false, smoothing = 0, step = null, tick, onPick } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const read = useRef<HTMLParagraphElement>(null);
  const picked = useRef(step);
  const pick = useRef(onPick);
  picked.current = step;
  pick.current = onPick;
  const key = lines.map((line) => `${line.label} ${line.colour} ${line.dashed} ${Boolean(line.course)}`).join("|");
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const chart = new uPlot(
      options(props, element.clientWidth || 600, () => picked.current),
      table(props),
      element,
    );
    plot.current = chart;
    chart.over.addEventListener("click", () => {
      const { left } = chart.cursor;
      if (left !== undefined && left >= 0) pick.current?.(Math.round(chart.posToVal(left, "x")));
    });
    const say = () => {
      if (!read.current) return;
      const at = chart.cursor.idx;
      read.current.textContent = at === null || at === undefined ? "" : `step ${number(chart.data[0][at] as number)}`;
    };
    chart.over.addEventListener("mousemove", say);
    chart.over.addEventListener("mouseleave", say);
    const observer = new ResizeObserver(([entry]) => entry && chart.setSize({ width: entry.contentRect.width, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [key, logarithmic, smoothing > 0, height, isDark.value]);
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      frame = 0;
      plot.current?.setData(table(props));
    };
    const stop = effect(() => {
      tick?.();
      frame ||= requestAnimationFrame(draw);
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  });
  useEffect(() => plot.current?.redraw(false, false), [step]);
  return (
    <figure class="curve">
      <figcaption>
        {lines.map((line) => (
          <span key={line.label} class={line.dashed ? "dashed" : ""} style={{ "--stroke": line.colour }}>
            {line.label}
          </span>
        ))}
        <p ref={read} class="small quiet" aria-live="off" />
      </figcaption>
      <div ref={host} class={onPick ? "pickable" : ""} role="img" aria-label={label} style={{ height: `${height}px` }} />
    </figure>
  );
}
