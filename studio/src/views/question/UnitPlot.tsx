import { curveLinear, curveStepBefore, line } from "d3-shape";

interface Props {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly across: string;
  readonly up: string;
  /** Curves as pairs of shares, one after the other. */
  readonly curves: readonly ArrayLike<number>[];
  /** Which of them stands out. */
  readonly chosen: number;
  /** Whether a curve goes up or down first and then across, as precision does, or straight from point to point. */
  readonly isStepped?: boolean;
  /** How high the line of chance is at the left and at the right. */
  readonly chance: readonly [left: number, right: number];
}

const SIZE = 264;
const MARGIN = { left: 36, right: 10, top: 24, bottom: 36 };
const TICKS = [0, 0.5, 1];

const x = (share: number): number => MARGIN.left + share * (SIZE - MARGIN.left - MARGIN.right);
const y = (share: number): number => SIZE - MARGIN.bottom - share * (SIZE - MARGIN.top - MARGIN.bottom);

/** Curves of one share over another, of which one stands out. */
export function UnitPlot({ label, across, up, curves, chosen, isStepped = false, chance: [left, right] }: Props) {
  const drawn = line<number>().curve(isStepped ? curveStepBefore : curveLinear);
  const pathOf = (points: ArrayLike<number>): string => {
    const [atX, atY] = [0, 1].map((axis) => (i: number) => (axis ? y : x)(points[i * 2 + axis] as number)) as [
      (i: number) => number,
      (i: number) => number,
    ];
    return drawn.x(atX).y(atY)(Array.from({ length: points.length / 2 }, (_, i) => i)) ?? "";
  };
  const order = curves.map((_, i) => i).sort((a, b) => Number(a === chosen) - Number(b === chosen));
  return (
    <svg class="unit-plot" width={SIZE} height={SIZE} viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={label}>
      <rect class="frame" x={x(0)} y={y(1)} width={x(1) - x(0)} height={y(0) - y(1)} />
      {TICKS.map((share) => (
        <g key={share}>
          <text x={x(share)} y={y(0) + 16} text-anchor={share === 1 ? "end" : share ? "middle" : "start"}>
            {share}
          </text>
          <text x={x(0) - 6} y={y(share) + 4} text-anchor="end">
            {share}
          </text>
        </g>
      ))}
      <line class="chance" x1={x(0)} y1={y(left)} x2={x(1)} y2={y(right)} />
      {order.map((i) => (
        <path key={i} class={i === chosen ? "chosen" : "other"} d={pathOf(curves[i] as ArrayLike<number>)} />
      ))}
      <text x={x(1)} y={SIZE - 6} text-anchor="end">
        {across}
      </text>
      <text x={x(0)} y={14}>
        {up}
      </text>
    </svg>
  );
}
