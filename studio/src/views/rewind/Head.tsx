import { Figure } from "../../components/Figure";
import type { RunDetails } from "../../generated/messages";
import { isDragging, moment, momentError } from "../../moment";
import { count, duration, number } from "../../numbers";
import { type FollowedRun, shown } from "../../run";
import { state } from "../../state";

/** Which step it is, how it was computed again, and how exact that is. */
export function Head({ run, opened }: { run: FollowedRun; opened: RunDetails }) {
  const step = shown.value ?? 0;
  const now = moment.value;
  const isThere = now?.step === step;
  const exactness = () => {
    if (!now) return "The step is being computed again …";
    if (!isThere && state.step.value === null && run.isLive.value)
      return `Shown is step ${count(now.step)}, before which the newest snapshot was taken. Choose a step, and it is computed again.`;
    if (!isThere)
      return `Shown is step ${count(now.step)}, the nearest at hand${isDragging.value ? "; let go, and step " : "; step "}${count(step)} is computed.`;
    const gap = now.disagreement;
    const agreement =
      gap === null
        ? ""
        : ` What is inside it agrees with what the run's own program did ${gap === 0 ? "exactly" : `to within ${number(gap)}`}.`;
    return `Computed again in ${duration(now.seconds)}: the weights before this step are those of the run, to the bit.${agreement}`;
  };
  return (
    <header class="head">
      <div>
        <p class="eyebrow">{run.name}</p>
        <h1>Step {count(step)}</h1>
        <p class="lead" aria-live="polite">
          {now && isThere ? `Update ${count(now.position + 1)} of ${count(opened.steps_per_epoch)} in epoch ${count(now.epoch + 1)}. ` : ""}
          {exactness()}
        </p>
        {momentError.value ? <p class="trouble">{momentError.value}</p> : null}
      </div>
      <dl class="figures">
        <Figure
          name="loss of the batch"
          value={now?.loss}
          source={`of the batch of step ${count(now?.step ?? step)}, as the run kept it`}
        />
        <Figure name="examples" value={now?.batch} source="in the batch" />
        <Figure name="learning rate" value={now?.learning_rate} source="of this step" />
      </dl>
    </header>
  );
}
