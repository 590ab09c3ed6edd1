import type { DataReport } from "../../generated/messages";

/** What makes the figures of the test part doubtful, or keeps a network from learning: what the checks of data have found. */
export function Doubts({ issues }: Pick<DataReport["report"], "issues">) {
  return (
    <section class="part" aria-label="What is doubtful">
      <header>
        <h2>What is doubtful</h2>
        {issues.length ? null : (
          <p class="small quiet">Nothing that was looked for was found: copies, leaks, outliers, drift, wrong labels.</p>
        )}
      </header>
      {issues.map(({ check, severity, message, advice }) => (
        <p key={check + message} class={severity === "error" ? "trouble" : severity === "warning" ? "doubt" : "doubt note"}>
          <strong>{check}</strong> {message} <em>{advice}</em>
        </p>
      ))}
    </section>
  );
}
