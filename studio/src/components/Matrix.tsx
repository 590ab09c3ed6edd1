import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { number } from "../numbers";
import { type Drawn, paint, type Range, type Raster, rangeOf } from "../raster";
import { type Palette, type Table, tables } from "../theme/colours";
import { announce, hint } from "./Hint";
import "./Matrix.css";

interface Props {
  readonly raster: Raster;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly palette?: Palette;
  readonly range?: Range | undefined;
  /** CSS pixels that all of it may be wide and high. */
  readonly size?: number;
  /** CSS pixels of one number at most. */
  readonly cell?: number;
  /** Whether cells may be up to this many times as long as wide, so that a long, narrow matrix is not drawn as a thread. */
  readonly stretch?: number;
  /** How many maps stand side by side; as many as make it square, if not given. */
  readonly perLine?: number | undefined;
  /** The number that is picked out. */
  readonly picked?: Drawn | undefined;
  readonly onPick?: ((place: Drawn) => void) | undefined;
  readonly onHover?: ((place: Drawn) => void) | undefined;
  /** What is said beside the pointer; the number itself if not given. */
  readonly describe?: (place: Drawn, value: number) => string;
}

/** How maps are laid out on a canvas, in CSS pixels. */
interface Layout {
  readonly perLine: number;
  readonly tile: readonly [width: number, height: number];
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

function layOut({ maps, rows, columns }: Raster, size: number, cell: number, stretch: number, wanted?: number): Layout {
  const perLine = wanted ?? Math.max(1, Math.min(maps, Math.ceil(Math.sqrt((maps * rows) / columns))));
  const lines = Math.ceil(maps / perLine);
  const gap = maps > 1 ? 2 : 0;
  const room = (count: number) => size - gap * (count - 1);
  const fits = [room(perLine) / (perLine * columns), room(lines) / (lines * rows)] as const;
  const scale = Math.max(0.25, Math.min(cell, ...fits));
  const [across, down] = fits.map((fit) => Math.max(scale, Math.min(cell, fit, scale * stretch))) as [number, number];
  const tile = [columns * across, rows * down] as const;
  return { perLine, tile, gap, width: perLine * (tile[0] + gap) - gap, height: lines * (tile[1] + gap) - gap };
}

function draw(canvas: HTMLCanvasElement, raster: Raster, layout: Layout, range: Range, table: Table): void {
  const context = canvas.getContext("2d");
  const { maps, rows, columns } = raster;
  const [width, height] = layout.tile;
  if (!context || !maps || !rows || !columns) return;
  const image = new ImageData(columns, rows * maps);
  paint(raster, range, table, image.data);
  const drawn = new OffscreenCanvas(columns, rows * maps);
  drawn.getContext("2d")?.putImageData(image, 0, 0);
  const ratio = devicePixelRatio;
  canvas.width = Math.round(layout.width * ratio);
  canvas.height = Math.round(layout.height * ratio);
  context.imageSmoothingEnabled = width < columns;
  for (let map = 0; map < maps; map++) {
    const x = (map % layout.perLine) * (width + layout.gap);
    const y = Math.floor(map / layout.perLine) * (height + layout.gap);
    context.drawImage(drawn, 0, map * rows, columns, rows, x * ratio, y * ratio, width * ratio, height * ratio);
  }
}

const between = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** Numbers as a picture: a weight matrix, feature maps, an image. Its numbers can be read and picked, with a pointer or with keys. */
export function Matrix({
  raster,
  label,
  palette = "diverging",
  range,
  size = 240,
  cell = 14,
  stretch = 1,
  perLine,
  picked,
  onPick,
  onHover,
  describe,
}: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<Drawn>([0, 0, 0]);
  const { maps, rows, columns, depth, values } = raster;
  const table = tables.value[palette];
  const layout = layOut(raster, size, cell, stretch, perLine);
  useLayoutEffect(() => {
    if (ref.current) draw(ref.current, raster, layout, range ?? rangeOf(values, palette === "diverging"), table);
  }, [values, range?.low, range?.high, table, palette, size, cell]);

  const at = (event: MouseEvent): Drawn => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const [width, height] = [layout.tile[0] + layout.gap, layout.tile[1] + layout.gap];
    const [across, down] = [between(Math.floor(x / width), 0, layout.perLine - 1), Math.max(0, Math.floor(y / height))];
    const row = between(Math.floor(((y - down * height) / layout.tile[1]) * rows), 0, rows - 1);
    const column = between(Math.floor(((x - across * width) / layout.tile[0]) * columns), 0, columns - 1);
    return [between(down * layout.perLine + across, 0, maps - 1), row, column];
  };
  const boxOf = ([map, row, column]: Drawn) => ({
    left: (map % layout.perLine) * (layout.tile[0] + layout.gap) + (column / columns) * layout.tile[0],
    top: Math.floor(map / layout.perLine) * (layout.tile[1] + layout.gap) + (row / rows) * layout.tile[1],
    width: layout.tile[0] / columns,
    height: layout.tile[1] / rows,
  });
  const say = (place: Drawn): string => {
    const [map, row, column] = place;
    const value = values[((map * rows + row) * columns + column) * depth] as number;
    return describe ? describe(place, value) : number(value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [map, row, column] = cursor;
    const step: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const move = step[event.key];
    if (move !== undefined) {
      const flat = between((map * rows + row) * columns + column + move, 0, maps * rows * columns - 1);
      const next: Drawn = [Math.floor(flat / (rows * columns)), Math.floor(flat / columns) % rows, flat % columns];
      setCursor(next);
      const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
      const place = boxOf(next);
      announce({ clientX: box.left + place.left, clientY: box.top + place.top }, say(next));
    } else if (event.key === "Enter" || event.key === " ") onPick?.(cursor);
    else return;
    event.preventDefault();
  };
  const mark = picked && picked[0] < maps && picked[1] < rows && picked[2] < columns ? boxOf(picked) : null;
  return (
    <span class="matrix" style={{ width: `${layout.width}px`, height: `${layout.height}px` }}>
      <canvas
        ref={ref}
        class={onPick ? "pickable" : ""}
        role={onPick ? "application" : "img"}
        aria-label={onPick ? `${label}; arrow keys move, Enter picks` : label}
        tabIndex={onPick ? 0 : undefined}
        onMouseMove={(event) => {
          hint(event, say(at(event)));
          onHover?.(at(event));
        }}
        onMouseLeave={() => hint(null)}
        onBlur={() => hint(null)}
        onKeyDown={onPick ? onKeyDown : undefined}
        onClick={onPick ? (event) => onPick(at(event)) : undefined}
      />
      {mark ? <i style={{ left: `${mark.left}px`, top: `${mark.top}px`, width: `${mark.width}px`, height: `${mark.height}px` }} /> : null}
    </span>
  );
}
