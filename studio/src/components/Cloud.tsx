import { useMemo, useRef, useState } from "preact/hooks";
import { seen, type Turn, turnedBy } from "../turning";
import { Scatter, type ScatterProps } from "./Scatter";

const FIRST: Turn = { about: 0.5, over: 0.35 };
const SPEED = 0.008; // radians of a pixel
const STEP = 0.12; // radians of an arrow key
const STILL = 4; // pixels that a pointer strays which does not mean to drag
const KEYS: Readonly<Record<string, Turn>> = {
  ArrowLeft: { about: -STEP, over: 0 },
  ArrowRight: { about: STEP, over: 0 },
  ArrowUp: { about: 0, over: STEP },
  ArrowDown: { about: 0, over: -STEP },
};

/** Points in space, turned by dragging or by arrow keys. `places` are triples of coordinates. */
export function Cloud(props: Omit<ScatterProps, "nearness">) {
  const [turn, setTurn] = useState(FIRST);
  const held = useRef<{ readonly x: number; readonly y: number; readonly turn: Turn; isDragged: boolean } | null>(null);
  const wasDragged = useRef(false);
  const { places, nearness } = useMemo(() => seen(props.places, turn), [props.places, turn]);
  const onPointerMove = (event: PointerEvent) => {
    const now = held.current;
    if (!now) return;
    const [across, down] = [event.clientX - now.x, event.clientY - now.y];
    if (!now.isDragged && Math.hypot(across, down) > STILL) {
      (event.currentTarget as Element).setPointerCapture(event.pointerId); // not before, for a click would then not be the canvas's
      now.isDragged = true;
    }
    if (now.isDragged) setTurn(turnedBy(now.turn, { about: across * SPEED, over: down * SPEED }));
  };
  const release = () => {
    wasDragged.current = held.current?.isDragged ?? false;
    held.current = null;
  };
  return (
    <div
      class="cloud"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys turn it
      tabIndex={0}
      aria-label={`${props.label}, in space: arrow keys turn it`}
      onPointerDown={(event) => {
        held.current = { x: event.clientX, y: event.clientY, turn, isDragged: false };
      }}
      onPointerMove={onPointerMove}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={(event) => {
        const more = KEYS[event.key];
        if (!more) return;
        event.preventDefault();
        event.stopPropagation();
        setTurn((before) => turnedBy(before, more));
      }}
    >
      <Scatter {...props} places={places} nearness={nearness} onPick={(point) => (wasDragged.current ? undefined : props.onPick(point))} />
    </div>
  );
}
