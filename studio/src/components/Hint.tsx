import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import "./Hint.css";

interface Hint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

const shown = signal<Hint | null>(null);
const said = signal("");

/** Say something beside the pointer; null takes it away. */
export function hint(event: { clientX: number; clientY: number } | null, text = ""): void {
  shown.value = event && text ? { x: event.clientX, y: event.clientY, text } : null;
}

/** Say something beside a place that was reached with keys, and aloud to those who hear the page. */
export function announce(place: { clientX: number; clientY: number }, text: string): void {
  hint(place, text);
  said.value = text;
}

/** The note beside the pointer. There is one on the page. */
export function Hints() {
  const ref = useRef<HTMLDivElement>(null);
  const now = shown.value;
  useLayoutEffect(() => {
    const note = ref.current;
    if (!note || !now) return;
    const { width, height } = note.getBoundingClientRect();
    const left = now.x + 14 + width > innerWidth ? now.x - 14 - width : now.x + 14;
    const top = now.y + 18 + height > innerHeight ? now.y - 10 - height : now.y + 18;
    note.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  });
  return (
    <>
      <div ref={ref} class="hint" hidden={!now} aria-hidden="true">
        {now?.text}
      </div>
      <p class="visually-hidden" aria-live="polite">
        {said.value}
      </p>
    </>
  );
}
