import { useState } from "preact/hooks";
import { Curve } from "../../components/Curve";
import type { ShowVerbs, VerbStages } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { number } from "../../numbers";
import { colour } from "../../theme/colours";
import { Passage } from "./Passage";
import { Switch } from "./Switch";

type Verb = NonNullable<ShowVerbs["without"]>[number];

/** A cell with a true minus sign, and not grouped: 1930 is a year. */
const asIs = (cell: string): string => cell.replace(/^-(?=\d)/, "−");

/** The rows of a table, with what is missing marked. */
function Rows({ shown, verb }: { shown: VerbStages; verb: string }) {
  const stage = shown.stages.find((one) => one.verb === verb);
  if (!stage) return null;
  return (
    <div class="wide">
      <table aria-label={verb === "collect" ? "As collected" : `After ${verb}`}>
        <thead>
          <tr>
            <th scope="col" />
            {stage.columns.map((name) => (
              <th key={name} scope="col">
                {name.replace("atmosphere=", "")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stage.rows.map((row, i) => (
            <tr key={shown.names[i]}>
              <th scope="row">{shown.names[i]}</th>
              {row.map((cell, column) => (
                <td key={stage.columns[column]}>{cell === "" ? <em class="missing">missing</em> : asIs(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the library says of a table from which a verb was left out. */
function Refused({ error }: { error: string }) {
  return error ? (
    <p class="trouble" role="status">
      {error}
    </p>
  ) : null;
}

/** A table before and after a verb, and what comes of leaving it out. */
function Before({ verb, before }: { verb: Verb; before: string }) {
  const [isOn, setOn] = useState(true);
  const { answer, error } = useAnswer({ type: "show_verbs", without: isOn ? [] : [verb] });
  const said = answer?.stages.find((stage) => stage.verb === verb)?.text;
  return (
    <>
      <Switch label={verb} isOn={isOn} onChange={setOn} />
      {error ? <p class="trouble">{error}</p> : null}
      {answer ? (
        <>
          <Rows shown={answer} verb={answer.stages.some((stage) => stage.verb === before) ? before : "collect"} />
          {isOn ? <p class="caption">becomes</p> : <Refused error={answer.error} />}
          {isOn ? <Rows shown={answer} verb={verb} /> : null}
          {isOn && said ? <p class="caption">{said}.</p> : null}
        </>
      ) : (
        <p class="waiting">The table is being prepared</p>
      )}
    </>
  );
}

export function Clean() {
  return (
    <Passage
      title="Clean: gaps are filled"
      text="Not all data are images. Here are planets, from which a network is to learn what kind of body each is. When Earth was discovered nobody can say, so that cell is empty. A network can only multiply: nothing times a weight is nothing that it could go on with."
      task="Turn the verb off. What is said then is what the library says."
    >
      <Before verb="clean" before="collect" />
      <p class="caption">
        Five of thirteen bodies, with their diameter in kilometres, their distance from the Sun in that of the Earth, what their air is
        mostly made of, and the year of their discovery.
      </p>
    </Passage>
  );
}

export function Encode() {
  return (
    <Passage
      title="Encode: words become numbers"
      text="Nitrogen is a word. Each word gets a column of its own, which is 1 where it is meant and 0 elsewhere. Were they numbered 1, 2, 3, the network would have to believe that one gas is three times another."
      task="Turn the verb off, and see why words cannot stay words."
      more="Digits are encoded as well: the answer 7 becomes a row of ten numbers, 0 everywhere but in the eighth place. There is a column for words that training has not met, too."
    >
      <Before verb="encode" before="clean" />
    </Passage>
  );
}

/** The losses of the same small network on scaled and on unscaled rows. */
function Descents() {
  const scaled = useAnswer({ type: "show_verbs", without: [] }).answer?.losses;
  const unscaled = useAnswer({ type: "show_verbs", without: ["scale"] }).answer?.losses;
  if (!scaled || !unscaled) return <p class="waiting">Two small networks are learning</p>;
  const points = (losses: readonly (number | null)[]) => losses.map((loss, step) => [step, loss] as const);
  return (
    <>
      <Curve
        lines={[
          { label: "scaled", colour: colour(0), points: points(scaled) },
          { label: "not scaled", colour: colour(1), points: points(unscaled) },
        ]}
        label="The loss of a small network on the table, scaled and not scaled"
        height={220}
        logarithmic
      />
      <p class="equation descents">
        After {scaled.length} steps, the loss is {number(scaled.at(-1))} with scaling, and <strong>{number(unscaled.at(-1))}</strong>{" "}
        without.
      </p>
    </>
  );
}

export function Scale() {
  return (
    <Passage
      title="Scale: all of a size"
      text="Saturn's diameter is 120,536, its distance 9.57. A step that is right for the weight of one is far too large for that of the other. So the mean is taken off each column, and what remains is divided by its standard deviation."
      task="Compare the two courses. Both networks are the same, and both were trained just now."
      more="Mean and deviation come from the training part alone. Scaled with those of all rows, the training would know something of the test: that is a leak."
    >
      <Before verb="scale" before="encode" />
      <Descents />
    </Passage>
  );
}

/** How many of each kind there are, and how much they count. */
export function Balance() {
  const [isOn, setOn] = useState(true);
  const { answer } = useAnswer({ type: "show_verbs", without: [] });
  const rows = Object.entries(answer?.weights ?? {});
  const total = answer?.parts.train?.length ?? 1;
  const countOf = (weight: number) => total / rows.length / weight;
  return (
    <Passage
      title="Balance: the rare count as much"
      text="If nine of ten examples are of one class, a network that always says that class is right nine times of ten, and has learned nothing. Balancing makes an example of a rare class count more, or shows it more often."
      task="Turn it off, and compare how much of the loss each class has."
      more="Only the training part is balanced. Validation and test stay as the world is."
    >
      <Switch label="balance" isOn={isOn} onChange={setOn} />
      {answer ? null : <p class="waiting">The examples are being counted</p>}
      <div class="wide">
        <table aria-label="Balance">
          <thead>
            <tr>
              <th scope="col">kind</th>
              <th scope="col">examples</th>
              <th scope="col">each counts</th>
              <th scope="col">share of the loss</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, weight]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{number(Math.round(countOf(weight)))}</td>
                <td>{number(isOn ? Number(weight.toFixed(4)) : 1)}</td>
                <td>{(((isOn ? countOf(weight) * weight : countOf(weight)) / total) * 100).toFixed(1)} %</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Passage>
  );
}
