import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** Return the width and height, in CSS pixels, that an element has on the page; zeros before it is there. */
export function useSize(ref: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      const box = entry?.contentRect;
      if (box)
        setSize((before) =>
          before.width === box.width && before.height === box.height ? before : { width: box.width, height: box.height },
        );
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
