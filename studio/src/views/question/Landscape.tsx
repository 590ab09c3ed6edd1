import { contours } from "d3-contour";
import { interpolateViridis } from "d3-scale-chromatic";
import { useMemo, useRef, useState } from "preact/hooks";
import { rowsOf } from "../../blocks";
import { Choices } from "../../components/Choices";
import { hint } from "../../components/Hint";
import { useSize } from "../../components/useSize";
import type { RunProps } from "../../components/WithRun";
import type { Plane as Found } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { go } from "../../moment";
import { count, number, percent } from "../../numbers";
import { shown } from "../../run";

const LEVELS = 16;
const MARGIN = 12;

/** Return the losses at which lines are drawn: evenly in the logarithm above the lowest, for losses rise steeply. */
export function levels(losses: ArrayLike<number>, many = LEVELS): number[] {
  const finite = Array.from(losses).filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const near = Math.max((high - low) * 1e-3, 1e-9);
  return Array.from({ length: many }, (_, i) => low + near * (((high - low) / near) ** (i / many) - (i ? 0 : 1)));
}

function Plane({ found }: { found: Found }) {
  const host = useRef<HTMLDivElement>(null);
  const { width } = useSize(host);
  const [up = 1, across = 1] = found.losses.shape;
  const side = Math.max(200, width - 2 * MARGIN);
  const height = Math.min(460, side * 0.66);
  const shapes = useMemo(() => {
    const thresholds = levels(found.losses.values);
    return contours().size([across, up]).thresholds(thresholds)(Array.from(found.losses.values));
  }, [found]);
  const range = (of: readonly number[]) => [of[0] ?? 0, of.at(-1) ?? 1] as const;
  const [left, right] = range(Array.from(found.across.values));
  const [bottom, top] = range(Array.from(found.up.values));
  // A contour's coordinates count cells, the middle of the first being 0.5.
  const x = (column: number) => MARGIN + ((column - 0.5) / (across - 1)) * side;
  const y = (row: number) => MARGIN + height - ((row - 0.5) / (up - 1)) * height;
  const place = ([a = 0, b = 0]: readonly number[]) =>
    [MARGIN + ((a - left) / (right - left)) * side, MARGIN + height - ((b - bottom) / (top - bottom)) * height] as const;
  const path = (polygons: readonly (readonly (readonly number[])[])[][]) =>
    polygons
      .map((rings) => rings.map((ring) => `M${ring.map(([a = 0, b = 0]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join("L")}Z`).join(""))
      .join("");
  const stops = (found.path ? rowsOf(found.path) : []).map(place);
  const at = shown.value;
  const nearest = at === null ? -1 : found.steps.findLastIndex((step) => step <= at);
  return (
    <div ref={host} class="landscape">
      <svg width="100%" height={height + 2 * MARGIN} role="img" aria-label="Lines of equal loss, and the way of the run through them">
        <clipPath id="plane">
          <rect x={MARGIN} y={MARGIN} width={side} height={height} rx="6" />
        </clipPath>
        <g clip-path="url(#plane)">
          {shapes.map((shape, i) => (
            <path
              key={shape.value}
              d={path(shape.coordinates)}
              fill={interpolateViridis(1 - i / LEVELS)}
              stroke="#fff"
              stroke-opacity="0.18"
              stroke-width="0.6"
            />
          ))}
        </g>
        <path class="course" d={stops.length ? `M${stops.map((stop) => stop.map((one) => one.toFixed(1)).join(",")).join("L")}` : ""} />
        {stops.length > 1
          ? [stops[0], stops.at(-1)].map((stop, i) => (
              <text key={i ? "end" : "start"} x={(stop?.[0] ?? 0) + 10} y={(stop?.[1] ?? 0) - 8}>
                {i ? "end" : "start"}
              </text>
            ))
          : null}
        {stops.map(([cx, cy], i) => {
          const said = `step ${count(found.steps[i] ?? 0)}: loss ${number(found.path_losses?.values[i])}`;
          return (
            <circle
              key={found.steps[i]}
              class={i === nearest ? "stop now" : "stop"}
              cx={cx}
              cy={cy}
              r={i === nearest ? 7 : i === 0 || i === stops.length - 1 ? 5 : 3.5}
              role="button"
              tabIndex={0}
              aria-label={`${said}; go there`}
              onClick={() => go(found.steps[i] ?? 0)}
              onKeyDown={(event) => event.key === "Enter" && go(found.steps[i] ?? 0)}
              onMouseMove={(event) => hint(event, said)}
              onMouseLeave={() => hint(null)}
            />
          );
        })}
      </svg>
    </div>
  );
}

/** The loss around the way of the run. */
export function Landscape({ run }: RunProps) {
  const [view, setView] = useState<"path" | "plane">("path");
  const { answer, error, isWaiting } = useAnswer({ type: "read_landscape", run: run.name, view, points: 25 }, `${run.name} ${view}`);
  const explained = (answer?.explained ?? []).reduce((sum, one) => sum + one, 0);
  return (
    <>
      <header class="head">
        <div>
          <h1>Where did it go?</h1>
          <p class="lead">
            The loss is a function of all weights at once. This is a cut through it
            {view === "path"
              ? `, along the two directions in which the run moved most${answer ? `; ${percent(explained)} of its way lies in it` : ""}`
              : ", along two random directions around its end"}
            . Dark is high, bright is low; the line is the run's way, and each point of it a step to go to.
          </p>
        </div>
        <Choices
          label="Plane"
          among={[
            ["path", "the run's own way"],
            ["plane", "around its end"],
          ]}
          value={view}
          onChange={setView}
        />
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting ? <p class="waiting">The loss is being computed at each point</p> : null}
      {answer ? <Plane found={answer} /> : null}
    </>
  );
}
