import { useEffect, useRef, useState } from "preact/hooks";
import "./DrawPad.css";

/** What was drawn: light on dark, row after row. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
}

interface Props {
  readonly label: string;
  /** Hears the drawing while it is drawn, at most every `every` milliseconds; null when it is wiped. */
  readonly onDraw: (drawing: Drawing | null) => void;
  readonly every?: number;
}

const SIDE = 112; // pixels of what is sent
const PEN = 9;

function read(canvas: HTMLCanvasElement): Drawing {
  const { data } = (canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D).getImageData(0, 0, SIDE, SIDE);
  let bytes = "";
  for (let i = 3; i < data.length; i += 4) bytes += String.fromCharCode(data[i] as number);
  return { width: SIDE, height: SIDE, pixels: btoa(bytes) };
}

/** A pad to draw on, with a finger, a pen or a mouse. */
export function DrawPad({ label, onDraw, every = 120 }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  const last = useRef<readonly [number, number] | null>(null);
  const [isEmpty, setEmpty] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const tell = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    if (ref.current) onDraw(read(ref.current));
  };
  const draw = (event: PointerEvent) => {
    const canvas = event.currentTarget as HTMLCanvasElement;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return;
    const box = canvas.getBoundingClientRect();
    const now = [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE] as const;
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = getComputedStyle(canvas).color;
    context.beginPath();
    context.moveTo(...(last.current ?? now));
    context.lineTo(...now);
    context.stroke();
    last.current = now;
    setEmpty(false);
    timer.current ??= setTimeout(tell, every);
  };
  const wipe = () => {
    setEmpty(true);
    clearTimeout(timer.current);
    timer.current = undefined;
    ref.current?.getContext("2d")?.clearRect(0, 0, SIDE, SIDE);
    onDraw(null);
  };
  return (
    <div class="pad">
      <canvas
        ref={ref}
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = null;
          draw(event);
        }}
        onPointerMove={(event) => event.buttons && draw(event)}
        onPointerUp={() => {
          last.current = null;
          if (timer.current !== undefined) tell(); // at once, so that nothing of the drawing comes after what is done next
        }}
      />
      {isEmpty ? <span class="invitation">draw here</span> : null}
      <button type="button" class="button bare small" onClick={wipe} disabled={isEmpty}>
        Wipe
      </button>
    </div>
  );
}
