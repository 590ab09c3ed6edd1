import { runs } from "../run";
import { change, fresh, link, state, type View } from "../state";
import { type Choice, choice } from "../theme/theme";

const NAMES: readonly (readonly [View, string])[] = [
  ["learn", "Learn"],
  ["build", "Build"],
  ["watch", "Watch"],
  ["rewind", "Rewind"],
  ["question", "Question"],
  ["data", "Data"],
];

const NEXT: Record<Choice, Choice> = { system: "light", light: "dark", dark: "system" };
const SIGNS: Record<Choice, string> = { system: "◐", light: "○", dark: "●" };

/** Look at another run: where one is, but for the lessons, which are told by a run of their own. */
const open = (run: string): void => change({ ...fresh(run), ...(state.view.peek() === "learn" ? { view: "watch" } : {}) });

/** The name, the views, the run that is looked at, and the theme. */
export function Masthead() {
  const known = runs.value ?? [];
  const name = state.run.value;
  return (
    <header class="masthead">
      <a class="wordmark" href={link({ view: "watch" })} aria-label="Chainrule studio">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M6 23C11 23 11 9 16 9S21 23 26 23" fill="none" stroke="var(--blue)" stroke-width="2.6" stroke-linecap="round" />
          <circle cx="6" cy="23" r="3.6" fill="var(--orange)" />
          <circle cx="16" cy="9" r="3.6" fill="var(--blue)" />
          <circle cx="26" cy="23" r="3.6" fill="var(--orange)" />
        </svg>
        <span>Chainrule</span>
      </a>
      <nav aria-label="Views">
        <ul class="views">
          {NAMES.map(([view, title]) => (
            <li key={view}>
              <a href={link({ view })} aria-current={state.view.value === view ? "page" : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="rest">
        {known.length ? (
          <a class="all" href={link({ view: "runs" })} aria-current={state.view.value === "runs" ? "page" : undefined}>
            All runs
          </a>
        ) : null}
        {known.length ? (
          <select class="field" aria-label="Run" value={name} onChange={(event) => open(event.currentTarget.value)}>
            {known.some((run) => run.name === name) ? null : <option value={name}>{name || "no run"}</option>}
            {known.map((run) => (
              <option key={run.name} value={run.name}>
                {run.name}
                {run.state === "running" ? " (running)" : ""}
              </option>
            ))}
          </select>
        ) : null}
        <button
          type="button"
          class="button bare"
          aria-label={`Theme: ${choice.value}. Change to ${NEXT[choice.value]}.`}
          title={`Theme: ${choice.value}`}
          onClick={() => {
            choice.value = NEXT[choice.value];
          }}
        >
          {SIGNS[choice.value]}
        </button>
      </div>
    </header>
  );
}
