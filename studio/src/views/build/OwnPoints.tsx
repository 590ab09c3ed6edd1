import { useRef, useState } from "preact/hooks";
import { Choices } from "../../components/Choices";
import { upload } from "../../live/upload";
import { counted } from "../../numbers";
import { CLASSES, moved, type Place, type Point, pointAt, tableOf, toggled } from "../../points";
import { colour } from "../../theme/colours";

const SIZE = 320;
const RADIUS = 5;
const LEAST = 4; // points that can be learned from
const LEAST_DIVIDED = 20; // points of which some can be held out, to judge by
const MOVE = 0.05; // of an arrow key
const STILL = 0.02; // how far a pointer strays that does not mean to drag
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const within = (value: number): number => Math.max(-1, Math.min(1, value));

interface PlaneProps {
  readonly points: readonly Point[];
  /** The class of a point that is set. */
  readonly name: Point["name"];
  readonly onChange: (points: readonly Point[]) => void;
}

/** The plane: points are set, dragged and taken away, by a pointer or by keys. */
function Plane({ points, name, onChange }: PlaneProps) {
  const [cursor, setCursor] = useState<Place>({ x: 0, y: 0 });
  const held = useRef<{ readonly number: number; readonly from: Place; isDragged: boolean } | null>(null);
  const place = (share: number) => ((share + 1) / 2) * SIZE;
  const at = (event: PointerEvent): Place => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return { x: within(across * 2 - 1), y: within(1 - down * 2) };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move) {
      const next = { x: within(cursor.x + move[0] * MOVE), y: within(cursor.y + move[1] * MOVE) };
      const number = event.shiftKey ? pointAt(points, cursor) : -1;
      if (number >= 0) onChange(moved(points, number, next));
      setCursor(next);
    } else if (event.key === "Enter" || event.key === " ") onChange(toggled(points, { ...cursor, name }));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <svg
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      width={SIZE}
      height={SIZE}
      role="application"
      tabindex={0}
      aria-label="Plane of points: arrow keys move, Enter sets a point or takes it away, Shift with an arrow key moves it"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { number: pointAt(points, at(event)), from: at(event), isDragged: false };
      }}
      onPointerMove={(event) => {
        const now = held.current;
        if (!now || now.number < 0) return;
        const to = at(event);
        now.isDragged ||= Math.hypot(to.x - now.from.x, to.y - now.from.y) > STILL;
        if (now.isDragged) onChange(moved(points, now.number, to));
      }}
      onPointerUp={(event) => {
        const now = held.current;
        held.current = null;
        setCursor(at(event));
        if (now && !now.isDragged) onChange(toggled(points, { ...now.from, name }));
      }}
      onPointerCancel={() => {
        held.current = null;
      }}
      onKeyDown={onKeyDown}
    >
      <path d={`M0 ${SIZE / 2}H${SIZE}M${SIZE / 2} 0V${SIZE}`} class="axis" />
      {points.map((one, number) => (
        <circle key={number} cx={place(one.x)} cy={place(-one.y)} r={RADIUS} fill={colour(one.name === "orange" ? 1 : 0)} />
      ))}
      <circle class="cursor" cx={place(cursor.x)} cy={place(-cursor.y)} r={RADIUS + 3} />
    </svg>
  );
}

const needs = (count: number): string => {
  if (count < LEAST) return ` ${LEAST} are needed, some of both.`;
  return count < LEAST_DIVIDED ? ` With fewer than ${LEAST_DIVIDED}, all are learned from, and none is held out to judge by.` : "";
};

interface Props {
  /** Hears of points that were uploaded as a table, and whether they are so many that some can be held out. */
  readonly onPoints: (source: string, areMany: boolean) => void;
}

/** Points of two classes that are set by hand in a plane, to be learned from. */
export function OwnPoints({ onPoints }: Props) {
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [name, setName] = useState<Point["name"]>("orange");
  const [error, setError] = useState("");
  const send = async () => {
    try {
      const newest = (await upload(new File([tableOf(points)], "points.csv", { type: "text/csv" }))).uploads[0];
      setError("");
      if (newest) onPoints(newest.source, points.length >= LEAST_DIVIDED);
    } catch (refusal) {
      setError((refusal as Error).message);
    }
  };
  return (
    <details class="own-points">
      <summary>Or set points in a plane by hand</summary>
      <div class="row">
        <Plane points={points} name={name} onChange={setPoints} />
        <div class="setting">
          <Choices label="Class of the next point" among={CLASSES.map((one) => [one, one] as const)} value={name} onChange={setName} />
          <p class="small quiet">A click sets a point, or takes it away; a drag moves it.</p>
          <p class="small quiet" aria-live="polite">
            {counted(points.length, "point")}:{" "}
            {CLASSES.map((one) => `${points.filter((point) => point.name === one).length} ${one}`).join(", ")}.{needs(points.length)}
          </p>
          <div class="row">
            <button
              type="button"
              class="button"
              disabled={points.length < LEAST || CLASSES.some((one) => !points.some((point) => point.name === one))}
              onClick={send}
            >
              Learn from these
            </button>
            <button type="button" class="button bare" disabled={!points.length} onClick={() => setPoints([])}>
              Take all away
            </button>
          </div>
          {error ? <p class="trouble">{error}</p> : null}
        </div>
      </div>
    </details>
  );
}
