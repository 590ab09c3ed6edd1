import { useState } from "preact/hooks";
import { Choices } from "../../components/Choices";
import { upload } from "../../live/upload";
import { counted } from "../../numbers";
import { CLASSES, type Point, tableOf, toggled } from "../../points";
import { colour } from "../../theme/colours";

const SIZE = 320;
const RADIUS = 5;
const LEAST = 20; // points that can be split into what is learned from and what is judged by
const MOVE = 0.05; // of an arrow key

/** A plane on which points of two classes are set by hand: to be learned from, they are uploaded as a table. */
export function OwnPoints({ onPoints }: { onPoints: (source: string) => void }) {
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [name, setName] = useState<Point["name"]>("orange");
  const [cursor, setCursor] = useState({ x: 0, y: 0 });
  const [error, setError] = useState("");
  const set = (x: number, y: number) => setPoints((before) => toggled(before, { x, y, name }));
  const place = (share: number) => ((share + 1) / 2) * SIZE;
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const move = moves[event.key];
    const within = (value: number) => Math.max(-1, Math.min(1, value));
    if (move) setCursor(({ x, y }) => ({ x: within(x + move[0] * MOVE), y: within(y + move[1] * MOVE) }));
    else if (event.key === "Enter" || event.key === " ") set(cursor.x, cursor.y);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const send = async () => {
    try {
      const newest = (await upload(new File([tableOf(points)], "points.csv", { type: "text/csv" }))).uploads[0];
      setError("");
      if (newest) onPoints(newest.source);
    } catch (refusal) {
      setError((refusal as Error).message);
    }
  };
  return (
    <details class="own-points">
      <summary>Or set points in a plane by hand</summary>
      <div class="row">
        <svg
          viewBox={`0 0 ${SIZE} ${SIZE}`}
          width={SIZE}
          height={SIZE}
          role="application"
          tabindex={0}
          aria-label="Plane of points: a click sets one, or takes it away; arrow keys move, Enter sets"
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const [x, y] = [((event.clientX - box.left) / box.width) * 2 - 1, 1 - ((event.clientY - box.top) / box.height) * 2];
            setCursor({ x, y });
            set(x, y);
          }}
          onKeyDown={onKeyDown}
        >
          <path d={`M0 ${SIZE / 2}H${SIZE}M${SIZE / 2} 0V${SIZE}`} class="axis" />
          {points.map((one) => (
            <circle
              key={`${one.x} ${one.y}`}
              cx={place(one.x)}
              cy={place(-one.y)}
              r={RADIUS}
              fill={colour(one.name === "orange" ? 1 : 0)}
            />
          ))}
          <circle class="cursor" cx={place(cursor.x)} cy={place(-cursor.y)} r={RADIUS + 3} />
        </svg>
        <div class="setting">
          <Choices label="Class of the next point" among={CLASSES.map((one) => [one, one] as const)} value={name} onChange={setName} />
          <p class="small quiet">
            {counted(points.length, "point")}:{" "}
            {CLASSES.map((one) => `${points.filter((point) => point.name === one).length} ${one}`).join(", ")}.
            {points.length < LEAST ? ` ${LEAST} are needed, some of both.` : ""}
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
