import { computed, effect, signal } from "@preact/signals";

export type Choice = "system" | "light" | "dark";

const KEY = "chainrule-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const system = signal(dark.matches);
dark.addEventListener("change", (event) => {
  system.value = event.matches;
});

const kept = localStorage.getItem(KEY);
export const choice = signal<Choice>(kept === "light" || kept === "dark" ? kept : "system");

/** Whether the page is dark now: what the person chose, else what the system prefers. */
export const isDark = computed(() => (choice.value === "system" ? system.value : choice.value === "dark"));

/** Keep the document's theme, and what is remembered of it, as chosen. */
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
    localStorage.setItem(KEY, choice.value);
  });
}

let read = new Map<string, string>();
let readFor = "";

/** Return a variable of the theme, such as "--ink", for what is drawn on a canvas; read once for each theme. */
export function ink(name: string): string {
  const theme = document.documentElement.dataset.theme ?? "";
  if (theme !== readFor) [read, readFor] = [new Map(), theme];
  const known = read.get(name) ?? getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  read.set(name, known);
  return known;
}
