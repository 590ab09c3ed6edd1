import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RunProps } from "../../components/WithRun";
import { run } from "../../run";
import { change, link, STAGES, type Stage, state } from "../../state";
import { Backpropagation } from "./Backpropagation";
import { Iteration } from "./Iteration";
import "./learn.css";
import { Loss } from "./Loss";
import { FIRST, followLesson } from "./lessons";
import { Preparation } from "./Preparation";
import { Propagation } from "./Propagation";

const PAGES: Record<Stage, { readonly title: string; readonly view: ComponentType<RunProps> }> = {
  preparation: { title: "Preparation", view: Preparation },
  propagation: { title: "Propagation", view: Propagation },
  loss: { title: "Loss", view: Loss },
  backpropagation: { title: "Backpropagation", view: Backpropagation },
  iteration: { title: "Iteration", view: Iteration },
};

const nearest = (move: number): Stage =>
  STAGES[Math.max(0, Math.min(STAGES.length - 1, STAGES.indexOf(state.stage.peek()) + move))] as Stage;

/** Turn the page by the arrow keys, where nothing has them for itself. */
function useArrows(): void {
  useEffect(() => {
    const turn = (event: KeyboardEvent) => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const isTaken =
        event.target instanceof HTMLElement && event.target.closest("input, select, textarea, canvas, [role=slider], [role=radiogroup]");
      if (move && !isTaken && !event.altKey && !event.ctrlKey && !event.metaKey) change({ stage: nearest(move) });
    };
    addEventListener("keydown", turn);
    return () => removeEventListener("keydown", turn);
  }, []);
}

/** The five stages of learning, on real data and a real network: each a page on which the real thing can be touched. */
export function Learn() {
  const [error, setError] = useState("");
  useArrows();
  useEffect(() => followLesson(setError), []);
  const now = run.value;
  const opened = now?.name === FIRST ? now.opened.value : null;
  const stage = state.stage.value;
  const { title, view: View } = PAGES[stage];
  const at = STAGES.indexOf(stage);
  return (
    <div class="stack learn">
      <nav class="stages" aria-label="Stages of learning">
        {STAGES.map((one, i) => (
          <a key={one} href={link({ stage: one })} aria-current={one === stage ? "step" : undefined}>
            <b>{i + 1}</b> {PAGES[one].title}
          </a>
        ))}
      </nav>
      <h1>{title}</h1>
      {error ? <p class="trouble">{error}</p> : null}
      {now && opened && now.last.value !== null ? (
        <View run={now} opened={opened} />
      ) : (
        <p class="waiting">A small network is learning to read handwritten digits, here and now. It takes a few seconds</p>
      )}
      <nav class="turn" aria-label="Turn the page">
        {at > 0 ? <a href={link({ stage: nearest(-1) })}>‹ {PAGES[nearest(-1)].title}</a> : <span />}
        {at < STAGES.length - 1 ? (
          <a href={link({ stage: nearest(1) })}>{PAGES[nearest(1)].title} ›</a>
        ) : (
          <a href={link({ view: "build" })}>Build one of your own ›</a>
        )}
      </nav>
    </div>
  );
}
