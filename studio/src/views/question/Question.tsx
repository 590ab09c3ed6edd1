import type { ComponentType } from "preact";
import { type RunProps, WithRun } from "../../components/WithRun";
import { type Question as Asked, link, QUESTIONS, state } from "../../state";
import { Answer } from "./Answer";
import { Embedding } from "./Embedding";
import { Landscape } from "./Landscape";
import { Mistakes } from "./Mistakes";
import "./question.css";
import { Why } from "./Why";

const VIEWS: Record<Asked, { readonly title: string; readonly view: ComponentType<RunProps> }> = {
  why: { title: "Why this weight?", view: Why },
  answer: { title: "Why this answer?", view: Answer },
  mistakes: { title: "Where is it wrong?", view: Mistakes },
  landscape: { title: "Where did it go?", view: Landscape },
  embedding: { title: "What looks alike to it?", view: Embedding },
};

/** Questions to a run, each a view of its own. */
export function Question() {
  const View = VIEWS[state.question.value].view;
  return (
    <WithRun>
      {(run, opened) => (
        <div class="stack">
          <nav class="questions" aria-label="Questions">
            {QUESTIONS.map((question) => (
              <a key={question} href={link({ question })} aria-current={question === state.question.value ? "page" : undefined}>
                {VIEWS[question].title}
              </a>
            ))}
          </nav>
          <View run={run} opened={opened} />
        </div>
      )}
    </WithRun>
  );
}
