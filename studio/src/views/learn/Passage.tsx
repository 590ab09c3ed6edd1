import type { ComponentChildren } from "preact";

interface Props {
  readonly title: string;
  /** What is told, beside what can be touched. */
  readonly text: ComponentChildren;
  /** What to try. */
  readonly task?: string;
  /** What is told to those who want it more exactly. */
  readonly more?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** A passage of a lesson: a few sentences, and beside them the real thing. */
export function Passage({ title, text, task, more, children }: Props) {
  return (
    <section class="passage" aria-label={title}>
      <div class="explanation">
        <h2>{title}</h2>
        <p>{text}</p>
        {task ? <p class="task">{task}</p> : null}
        {more ? (
          <details>
            <summary>More exactly</summary>
            <div>{more}</div>
          </details>
        ) : null}
      </div>
      <div class="touched">{children}</div>
    </section>
  );
}
