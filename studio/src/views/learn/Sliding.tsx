import { useEffect, useState } from "preact/hooks";
import type { Picture, Tensor } from "../../generated/messages";
import { count, number } from "../../numbers";
import { drawnAt, placeIn, rangeOf, rasterOfPicture, rasterOfTensor } from "../../raster";
import { isDark } from "../../theme/theme";

const CELL = 22;
const MILLISECONDS = 180; // at a place: slow enough for the eye to follow the window, quick enough for 36 of them

interface SquaresProps {
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  /** The colour of a square; none of one that is not filled yet. */
  readonly fill: (row: number, column: number) => string | null;
  /** What is marked: its first row and column, and how many of each. */
  readonly mark: readonly [row: number, column: number, size: number];
}

/** Numbers as squares, some of which are framed. */
function Squares({ label, rows, columns, fill, mark }: SquaresProps) {
  const [top, left, size] = mark;
  return (
    <svg
      width={columns * CELL + 2}
      height={rows * CELL + 2}
      viewBox={`-1 -1 ${columns * CELL + 2} ${rows * CELL + 2}`}
      role="img"
      aria-label={label}
    >
      {Array.from({ length: rows * columns }, (_, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const colour = fill(row, column);
        const at = { x: column * CELL + 1, y: row * CELL + 1, width: CELL - 2, height: CELL - 2, rx: 2 };
        return (
          <rect
            key={`${row} ${column}`}
            class={colour === null ? "unfilled" : "filled"}
            style={colour === null ? {} : { fill: colour }}
            {...at}
          />
        );
      })}
      <rect class="kernel" x={left * CELL} y={top * CELL} width={size * CELL} height={size * CELL} rx="3" />
    </svg>
  );
}

const mixed = (colour: string, ground: string, share: number): string =>
  `color-mix(in srgb, var(--${colour}) ${Math.round(Math.max(0, Math.min(1, share)) * 100)}%, var(--${ground}))`;

interface Props {
  readonly picture: Picture;
  /** The maps that the convolution makes of it, without padding and with a stride of 1. */
  readonly maps: Tensor;
  /** The place that is looked at: row, column, map. */
  readonly place: readonly number[];
  readonly onPlace: (place: number[]) => void;
}

/**
 * The window walks over the image, line by line, and the map is filled as it goes.
 *
 * For those who want nothing to move by itself, each press of the button takes it one place further.
 */
export function Sliding({ picture, maps, place, onPlace }: Props) {
  void isDark.value;
  const [walked, setWalked] = useState<number | null>(null); // how far it has come; none: the map is whole
  const [isWalking, setWalking] = useState(false);
  const image = rasterOfPicture(picture);
  const { values, rows, columns } = rasterOfTensor(maps);
  const [map, ownRow, ownColumn] = drawnAt(maps, place) ?? [0, 0, 0];
  const places = rows * columns;
  const at = walked ?? ownRow * columns + ownColumn;
  const [row, column] = [Math.floor(at / columns), at % columns];
  const look = (next: number) => {
    const found = placeIn(maps, [map, Math.floor(next / columns), next % columns]);
    setWalked(next);
    if (found) onPlace(found);
  };
  useEffect(() => {
    if (!isWalking) return;
    const timer = setTimeout(() => {
      if (at + 1 < places) return setWalked(at + 1);
      setWalking(false);
      setWalked(null);
    }, MILLISECONDS);
    return () => clearTimeout(timer);
  }, [isWalking, at, places]);
  useEffect(() => {
    if (isWalking || ownRow * columns + ownColumn !== walked) setWalked(null); // another place was pointed at
    setWalking(false);
  }, [place.join()]);
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const press = () => {
    if (isCalm) look((at + 1) % places);
    else if (isWalking) look(at);
    else setWalked(walked !== null && walked + 1 < places ? walked : 0);
    setWalking(!isCalm && !isWalking);
  };
  const light = rangeOf(image.values);
  const own = Array.from({ length: places }, (_, i) => values[map * places + i] as number);
  const most = rangeOf(own, true).high;
  const shade = (value: number) => mixed(value < 0 ? "orange" : "blue", "sunken", (Math.abs(value) / most) * 0.9);
  return (
    <div class="touched sliding">
      <div class="grids">
        <Squares
          label={`The image, with the window at row ${row + 1}, column ${column + 1}`}
          rows={image.rows}
          columns={image.columns}
          fill={(r, c) => mixed("ink", "sunken", ((image.values[r * image.columns + c] as number) - light.low) / (light.high - light.low))}
          mark={[row, column, image.rows - rows + 1]}
        />
        <span class="operator">→</span>
        <Squares
          label={`Map ${map}, filled up to place ${walked === null ? places : at + 1} of ${places}`}
          rows={rows}
          columns={columns}
          fill={(r, c) => (walked !== null && r * columns + c > at ? null : shade(own[r * columns + c] as number))}
          mark={[row, column, 1]}
        />
      </div>
      <div class="row small">
        <button type="button" class="button" onClick={press}>
          {isCalm ? "Next place" : isWalking ? "Stop" : "Let it walk"}
        </button>
        <input
          type="range"
          min={0}
          max={places - 1}
          value={at}
          aria-label="Place of the window"
          onInput={({ currentTarget }) => {
            setWalking(false);
            look(Number(currentTarget.value));
          }}
        />
        <span>
          place {count(at + 1)} of {count(places)}: {number(own[at])}
        </span>
      </div>
    </div>
  );
}
