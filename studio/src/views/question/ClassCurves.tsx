import { Bars } from "../../components/Bars";
import { useAnswer } from "../../live/useAnswer";
import { counted, number } from "../../numbers";
import { part } from "../../run";
import { change, state } from "../../state";
import { UnitPlot } from "./UnitPlot";

/** How well each class is told from all others, whatever the threshold: precision over recall, true over false positives. */
export function ClassCurves({ run }: { run: string }) {
  const { answer, error, isWaiting } = useAnswer({ type: "read_class_curves", run, part: part.value, step: state.step.value }, run);
  const order = (answer?.curves ?? [])
    .map((curves, i) => ({ ...curves, i, name: answer?.classes[i] ?? "" }))
    .sort((a, b) => (a.average_precision ?? 2) - (b.average_precision ?? 2));
  const chosen = order.find(({ i }) => i === state.among.value) ?? order[0];
  const points = (of: "precision" | "rates") => answer?.curves.map((curves) => curves[of].values as Float32Array) ?? [];
  const share = chosen && answer ? chosen.examples / answer.examples : 0;
  return (
    <section class="part">
      <header>
        <h2>How well is each class told from all others?</h2>
        <p class="small quiet">At every probability from which on an example may count as one of the class.</p>
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {isWaiting && !answer ? <p class="waiting">The curves are being drawn</p> : null}
      {chosen ? (
        <div class="class-curves">
          <figure>
            <UnitPlot
              label={`Precision over recall of ${chosen.name}; average precision ${number(chosen.average_precision)}`}
              across="recall"
              up="precision"
              curves={points("precision")}
              chosen={chosen.i}
              isStepped
              chance={[share, share]}
            />
            <figcaption class="caption">
              <b class="for">{chosen.name}</b>: average precision {number(chosen.average_precision)}
            </figcaption>
          </figure>
          <figure>
            <UnitPlot
              label={`True over false positives of ${chosen.name}; area ${number(chosen.area)}`}
              across="false positive rate"
              up="true positive rate"
              curves={points("rates")}
              chosen={chosen.i}
              chance={[0, 1]}
            />
            <figcaption class="caption">
              <b class="for">{chosen.name}</b>: area under the curve (ROC) {number(chosen.area)}, of {counted(chosen.examples, "example")}
            </figcaption>
          </figure>
          <div>
            <Bars
              label="Average precision"
              rows={order.map(({ name, average_precision, i }) => ({
                name,
                value: average_precision,
                text: number(average_precision),
                isChosen: i === chosen.i,
              }))}
              full={1}
              onPick={(row) => change({ among: order[row]?.i ?? null }, "replace")}
            />
            <p class="caption">Average precision, the lowest first. Pick a class to see its curves; dashed is chance.</p>
          </div>
        </div>
      ) : null}
    </section>
  );
}
