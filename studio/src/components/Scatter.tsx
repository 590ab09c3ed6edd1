import { interpolateCividis } from "d3-scale-chromatic";
import { useEffect, useRef } from "preact/hooks";
import { rangeOf } from "../raster";
import { colour } from "../theme/colours";
import { isDark } from "../theme/theme";
import { hint } from "./Hint";
import "./Scatter.css";
import { useSize } from "./useSize";

export interface ScatterProps {
  /** Pairs of coordinates, one after the other. */
  readonly places: ArrayLike<number>;
  /** The number of each point's class; a quantity where there are no classes. */
  readonly classes: ArrayLike<number>;
  readonly names: readonly string[];
  readonly label: string;
  /** The points that stand out, as mistakes. */
  readonly isMarked: (point: number) => boolean;
  readonly describe: (point: number) => string;
  readonly onPick: (point: number) => void;
  /** How near each point is, from 0 to 1; those far off are small and pale. The places are then from -1 to 1 along both axes. */
  readonly nearness?: ArrayLike<number>;
}

const MARGIN = 24;
const NEAR = 12; // pixels

/** Points in a plane, coloured by class, each class named where most of it lies; or by quantity, from dark to bright. */
export function Scatter({ places, classes, names, label, isMarked, describe, onPick, nearness }: ScatterProps) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(host);
  const height = Math.min(470, Math.max(280, width * 0.62));
  const count = places.length / 2;
  const [x, y] = [0, 1].map((axis) => {
    if (nearness) {
      const [middle, reach] = [(axis ? height : width) / 2, Math.min(width, height) / 2 - MARGIN];
      return (i: number) => middle + (axis ? -1 : 1) * (places[i * 2 + axis] as number) * reach;
    }
    const values = Array.from({ length: count }, (_, i) => places[i * 2 + axis] as number);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const size = axis ? height : width;
    return (i: number) => {
      const share = ((places[i * 2 + axis] as number) - low) / (high - low || 1);
      return MARGIN + (axis ? 1 - share : share) * (size - 2 * MARGIN);
    };
  }) as [(i: number) => number, (i: number) => number];
  const middles = names.map((name, of) => {
    const own = Array.from({ length: count }, (_, i) => i).filter((i) => classes[i] === of);
    const median = (at: (i: number) => number) => own.map(at).sort((a, b) => a - b)[own.length >> 1] ?? -99;
    return { name, of, left: median(x), top: median(y) };
  });
  const quantities = rangeOf(classes);
  const colourOf = (i: number): string => {
    if (names.length) return colour(classes[i] as number);
    return interpolateCividis(((classes[i] as number) - quantities.low) / (quantities.high - quantities.low));
  };
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !canvas.current || !width) return;
    canvas.current.width = width * devicePixelRatio;
    canvas.current.height = height * devicePixelRatio;
    context.scale(devicePixelRatio, devicePixelRatio);
    const order = Array.from({ length: count }, (_, i) => i);
    if (nearness) order.sort((a, b) => (nearness[a] as number) - (nearness[b] as number));
    for (const i of order) {
      const near = nearness ? (nearness[i] as number) : 1;
      context.beginPath();
      context.arc(x(i), y(i), (isMarked(i) ? 4.5 : 3) * (0.5 + near / 2), 0, 7);
      context.fillStyle = colourOf(i);
      context.globalAlpha = 0.25 + 0.47 * near;
      context.fill();
      if (!isMarked(i)) continue;
      context.globalAlpha = 0.4 + 0.6 * near;
      context.lineWidth = 1.5;
      context.strokeStyle = getComputedStyle(canvas.current).color;
      context.stroke();
    }
  }, [places, classes, width, height, isDark.value]);
  const nearest = (event: MouseEvent): number => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const distance = (i: number) => Math.hypot(x(i) - (event.clientX - box.left), y(i) - (event.clientY - box.top));
    let best = -1;
    for (let i = 0; i < count; i++) if (distance(i) < (best < 0 ? NEAR : distance(best))) best = i;
    return best;
  };
  return (
    <div ref={host} class="scatter" style={{ height: `${height}px` }}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        onMouseMove={(event) => {
          const point = nearest(event);
          hint(point < 0 ? null : event, point < 0 ? "" : describe(point));
        }}
        onMouseLeave={() => hint(null)}
        onClick={(event) => {
          const point = nearest(event);
          if (point >= 0) onPick(point);
        }}
      />
      {middles.map(({ name, of, left, top }) => (
        <span key={name} style={{ left: `${left}px`, top: `${top}px`, color: colour(of) }}>
          {name}
        </span>
      ))}
    </div>
  );
}
