import { line } from "d3-shape";
import type { Picture } from "../generated/messages";
import { type Raster, rasterOfPicture } from "../raster";
import { colour } from "../theme/colours";
import { Matrix } from "./Matrix";

interface Props {
  readonly picture: Picture;
  readonly label: string;
  readonly size?: number;
  /** Where a picture is only an illustration, and its numbers are of no interest. */
  readonly cell?: number;
}

/** Whether nothing is at the edges of a picture: it is then drawn as ink on paper, and a photograph as light. */
export function isDrawing({ values, rows, columns, depth }: Raster): boolean {
  if (depth === 3) return false;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [edge, count] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column] as number;
      low = Math.min(low, value);
      high = Math.max(high, value);
      if (row > 0 && row < rows - 1 && column > 0 && column < columns - 1) continue;
      edge += value;
      count++;
    }
  }
  return (edge / count - low) / (high - low || 1) < 0.3;
}

/** Channels over time, each a line. */
function Series({ raster, label, size }: { raster: Raster; label: string; size: number }) {
  const { values, rows, columns } = raster;
  const all = Array.from(values).filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const height = size * 0.6;
  const path = (row: number) =>
    line<number>()
      .x((i) => (i / Math.max(1, columns - 1)) * size)
      .y((i) => height - 2 - (((values[row * columns + i] as number) - low) / (high - low || 1)) * (height - 4))(
      Array.from({ length: columns }, (_, i) => i),
    ) ?? "";
  return (
    <svg width={size} height={height} viewBox={`0 0 ${size} ${height}`} role="img" aria-label={label}>
      {Array.from({ length: Math.min(rows, 8) }, (_, row) => (
        <path key={row} d={path(row)} fill="none" stroke={colour(row)} stroke-width="1.2" />
      ))}
    </svg>
  );
}

/** An example's picture: an image as light, what speaks for an answer around zero, a series as lines, a spectrum as a picture. */
export function ExamplePicture({ picture, label, size = 64, cell = 32 }: Props) {
  const raster = rasterOfPicture(picture);
  if (picture.kind === "series") return <Series raster={raster} label={label} size={size} />;
  if (picture.kind === "spectrum") return <Matrix raster={raster} label={label} size={size} cell={cell} palette="viridis" />;
  if (picture.kind === "signed") return <Matrix raster={raster} label={label} size={size} cell={cell} />;
  const range = { low: Math.min(0, picture.block.low ?? 0), high: picture.block.high ?? 1 };
  return <Matrix raster={raster} label={label} size={size} cell={cell} palette={isDrawing(raster) ? "ink" : "light"} range={range} />;
}
