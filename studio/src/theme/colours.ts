import { computed, type ReadonlySignal } from "@preact/signals";
import { type RGBColor, rgb } from "d3-color";
import { interpolateLab } from "d3-interpolate";
import { interpolateCividis, interpolateViridis } from "d3-scale-chromatic";
import { isDark } from "./theme";

/** A colour for each of 256 levels, as bytes r, g, b. */
export type Table = Uint8ClampedArray;

const table = (colour: (t: number) => string): Table => {
  const bytes = new Uint8ClampedArray(256 * 3);
  for (let level = 0; level < 256; level++) {
    const { r, g, b } = rgb(colour(level / 255)) as RGBColor;
    bytes.set([r, g, b], level * 3);
  }
  return bytes;
};

/** From orange for negative numbers, through the page's own ground for zero, to blue for positive ones. */
const diverging = (ground: string, ends: readonly [string, string, string, string]): Table => {
  const [low, lower, upper, high] = ends;
  const parts = [interpolateLab(low, lower), interpolateLab(lower, ground), interpolateLab(ground, upper), interpolateLab(upper, high)];
  return table((t) => {
    const part = Math.min(3, Math.floor(t * 4));
    return (parts[part] as (t: number) => string)(t * 4 - part);
  });
};

const DIVERGING = {
  light: diverging("#fbfaf7", ["#8f3a06", "#e58a3c", "#5f9fd4", "#0f4577"]),
  dark: diverging("#1b1f24", ["#ffc890", "#c9651a", "#2f7fc4", "#a9d8ff"]),
};
/** From the page's ground to its ink: drawings, whose ground is dark only because nothing is there. */
const INK = {
  light: table((t) => rgb(251 - t * 224, 250 - t * 219, 247 - t * 212).formatRgb()),
  dark: table((t) => rgb(27 + t * 209, 31 + t * 203, 36 + t * 192).formatRgb()),
};
/** Light as it is: photographs. */
const LIGHT = table((t) => rgb(t * 255, t * 255, t * 255).formatRgb());
const VIRIDIS = table(interpolateViridis);
const CIVIDIS = table(interpolateCividis);

export type Palette = "diverging" | "ink" | "light" | "viridis" | "cividis";

/** The tables of colours of the present theme. */
export const tables: ReadonlySignal<Record<Palette, Table>> = computed(() => {
  const theme = isDark.value ? "dark" : "light";
  return { diverging: DIVERGING[theme], ink: INK[theme], light: LIGHT, viridis: VIRIDIS, cividis: CIVIDIS };
});

/** Colours for runs and classes that people with any colour vision can tell apart (Okabe and Ito, 2008), for either theme. */
const SET = {
  light: ["#2a6fb0", "#d0621b", "#1b8a6b", "#b0559a", "#8a6d0f", "#3f9bc1", "#6b6f75", "#a3352b", "#6a51a3", "#5a8f29"],
  dark: ["#6db3ee", "#f0954f", "#4cc4a0", "#dc8fc8", "#d8b84a", "#7fd0f2", "#a7adb4", "#ec8378", "#b3a2e6", "#a6d368"],
};

export const set: ReadonlySignal<readonly string[]> = computed(() => (isDark.value ? SET.dark : SET.light));

/** Return the colour of the i-th run or class. */
export const colour = (i: number): string => set.value[i % set.value.length] as string;
