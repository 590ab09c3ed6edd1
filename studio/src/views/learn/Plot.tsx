import { line } from "d3-shape";
import { number } from "../../numbers";

interface Props {
  readonly label: string;
  readonly of: (x: number) => number;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  /** Where one stands. */
  readonly at: number;
  readonly across: string;
  readonly up: string;
}

const [WIDTH, HEIGHT] = [320, 190];
const MARGIN = { left: 44, right: 14, top: 12, bottom: 34 };
const MANY = 120;

/** A function, drawn, with the point on it where one stands. */
export function Plot({ label, of, from, to, low, high, at, across, up }: Props) {
  const x = (value: number) => MARGIN.left + ((value - from) / (to - from)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const points = Array.from({ length: MANY + 1 }, (_, i) => from + ((to - from) * i) / MANY);
  const path = line<number>(x, (value) => y(of(value)))(points) ?? "";
  const within = Math.max(from, Math.min(to, at));
  return (
    <svg
      class="plot"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${label}; at ${number(at)} it is ${number(of(at))}`}
    >
      <line class="axis" x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={y(Math.max(low, 0))} y2={y(Math.max(low, 0))} />
      <line class="axis" x1={x(Math.max(from, 0))} x2={x(Math.max(from, 0))} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
      <path class="line" d={path} />
      <circle class="point" cx={x(within)} cy={y(of(within))} r="6" />
      <text x={WIDTH - MARGIN.right} y={HEIGHT - 8} text-anchor="end">
        {across}
      </text>
      <text x={MARGIN.left} y={HEIGHT - 8}>
        {number(from)}
      </text>
      <text x={x(Math.max(from, 0)) + 8} y={MARGIN.top + 8}>
        {up}
      </text>
    </svg>
  );
}
