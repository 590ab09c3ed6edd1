import type { DataReport } from "../../generated/messages";

/** What makes the figures of the test part doubtful, or keeps a network from learning. */
export function Doubts({ leaks, findings }: Pick<DataReport, "leaks" | "findings">) {
  const alarms = leaks.filter(({ alarm }) => alarm);
  return (
    <section class="part" aria-label="What is doubtful">
      <header>
        <h2>What is doubtful</h2>
        {leaks.length + findings.length === 0 ? <p class="small quiet">Nothing that was looked for was found.</p> : null}
      </header>
      {[...alarms, ...leaks.filter(({ alarm }) => !alarm)].map(({ kind, text, alarm }) => (
        <p key={kind + text} class={alarm ? "trouble" : "doubt"}>
          <strong>{kind}</strong> {text}
        </p>
      ))}
      {findings.map(({ symptom, certainty, seen, remedy }) => (
        <p key={symptom} class="doubt">
          <strong>{symptom}</strong> ({certainty}): {seen} <code>{remedy}</code>
        </p>
      ))}
    </section>
  );
}
