import type { ReadUnit, Term, Unit } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { counted, number } from "../../numbers";
import { change, link, state } from "../../state";

function Line({ term, most }: { term: Term; most: number }) {
  const share = most ? Math.abs(term.product ?? 0) / most : 0;
  return (
    <tr>
      <td>{term.source}</td>
      <td class="number">{number(term.x)}</td>
      <td class="quiet">×</td>
      <td class="number">
        <a
          href={link({ view: "question", question: "why", weight: term.weight, index: term.weight_place })}
          title={`${term.weight}[${term.weight_place.join(", ")}]: why?`}
        >
          {number(term.w)}
        </a>
      </td>
      <td class="quiet">=</td>
      <td class="number">{number(term.product)}</td>
      <td>
        <i class={`product ${(term.product ?? 0) < 0 ? "under" : ""}`} style={{ width: `${share * 6}rem` }} />
      </td>
    </tr>
  );
}

function Written({ unit }: { unit: Unit }) {
  const most = Math.max(...unit.terms.map(({ product }) => Math.abs(product ?? 0)));
  const rest = unit.count - unit.terms.length;
  return (
    <>
      <table class="sum">
        <thead>
          <tr>
            <th>value below</th>
            <th class="number">x</th>
            <th />
            <th class="number">w</th>
            <th />
            <th class="number">x · w</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {unit.terms.map((term) => (
            <Line key={term.source + term.weight_place.join()} term={term} most={most} />
          ))}
          {rest > 0 ? (
            <tr>
              <td colSpan={5}>{counted(rest, "other term")}</td>
              <td class="number">{number(unit.others)}</td>
              <td />
            </tr>
          ) : null}
          {unit.bias === null ? null : (
            <tr>
              <td colSpan={5}>bias</td>
              <td class="number">{number(unit.bias)}</td>
              <td />
            </tr>
          )}
        </tbody>
        <tfoot>
          {unit.total === null ? null : (
            <tr>
              <td colSpan={5}>weighted sum</td>
              <td class="number">{number(unit.total)}</td>
              <td />
            </tr>
          )}
          <tr>
            <td colSpan={5}>{unit.activation ? `${unit.activation} of it: the unit's value` : "the unit's value"}</td>
            <td class="number">{number(unit.output)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
      <p class="small quiet">
        {unit.gradient === null ? "" : `The loss changes by ${number(unit.gradient)} for each 1 that this value grows.`}
        {unit.slope === null
          ? ""
          : ` The activation's slope here is ${number(unit.slope)}, so ${number((unit.gradient ?? 0) * unit.slope)} goes on to the weighted sum.`}
      </p>
    </>
  );
}

/** A unit, written out: each term of its weighted sum in numbers, its bias, its activation, and what the gradient does there. */
export function Sum({ run, step, given }: { run: string; step: number; given: ReadUnit["input"] }) {
  const [layer, place] = [state.layer.value, [...state.unit.value]];
  const { answer, error, isWaiting } = useAnswer(
    { type: "read_unit", run, step, input: given, layer, place, terms: 12 },
    `${run} ${layer} ${place}`,
  );
  return (
    <div class="card part">
      <header>
        <h3>
          {layer}[{place.join(", ")}], written out
        </h3>
        {answer?.formula ? <span class="formula">{answer.formula}</span> : null}
        <button type="button" class="button bare end" aria-label="Close" onClick={() => change({ unit: [] }, "replace")}>
          ×
        </button>
      </header>
      {error ? <p class="trouble">{error}</p> : null}
      {!answer && isWaiting ? <p class="waiting">It is being written out</p> : null}
      {answer ? <Written unit={answer} /> : null}
    </div>
  );
}
