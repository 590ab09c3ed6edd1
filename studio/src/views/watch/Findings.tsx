import { stepOf } from "../../findings";
import type { Finding } from "../../generated/messages";
import { go } from "../../moment";
import { count } from "../../numbers";
import type { FollowedRun } from "../../run";

function One({ finding }: { finding: Finding }) {
  const step = stepOf(finding);
  return (
    <li class="finding" data-certainty={finding.certainty}>
      <h3>
        {finding.symptom} <span class="certainty">{finding.certainty}</span>
        {step !== null ? (
          <button type="button" class="button bare small" onClick={() => go(step)}>
            step {count(step)}
          </button>
        ) : null}
      </h3>
      <p>{finding.seen}</p>
      <p class="quiet">{finding.cause}</p>
      <pre>{finding.remedy}</pre>
    </li>
  );
}

/** What the doctor has found: what was seen, what it means, and what to type. */
export function Findings({ run }: { run: FollowedRun }) {
  const found = run.findings.value;
  return (
    <section class="part" aria-label="The doctor's findings">
      <header>
        <h2>What the doctor says</h2>
      </header>
      {found === null ? (
        run.unexamined.value ? (
          <p class="lead quiet">{run.isLive.value ? "The doctor looks at the run when it has ended." : run.unexamined.value}</p>
        ) : (
          <p class="waiting">The doctor is looking at the run</p>
        )
      ) : null}
      {found?.length === 0 ? <p class="lead">Nothing is wrong that the doctor knows of.</p> : null}
      <ul class="findings">
        {found?.map((finding) => (
          <One key={finding.symptom + finding.seen} finding={finding} />
        ))}
      </ul>
    </section>
  );
}
