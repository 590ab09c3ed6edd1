import { Bars } from "../../components/Bars";
import { ExamplePicture } from "../../components/ExamplePicture";
import type { Answer } from "../../generated/messages";
import { number, percent } from "../../numbers";

interface Props {
  readonly answer: Answer;
  readonly method: string | null;
  readonly methods: readonly string[];
  readonly target: number | null;
  readonly onMethod: (method: string) => void;
  readonly onTarget: (target: number | null) => void;
}

/** What each method says of each input. */
const SAYS: Readonly<Record<string, string>> = {
  saliency: "how fast the answer changes with it",
  "gradient-times-input": "its contribution, if the network were linear here",
  "integrated-gradients": "its share of the change from a blank; the shares add up",
  "smooth-grad": "the mean gradient around here",
  "grad-cam": "where the last convolution looks",
  occlusion: "what covering it costs",
  relevance: "its relevance, handed back layer by layer",
};

const MOST = 12;

/** The answer: how likely each class is, and what in the example speaks for it. */
export function Reasons({ answer, method, methods, target, onMethod, onTarget }: Props) {
  const { classes, probabilities, example } = answer;
  const rows = classes.map((name, i) => ({
    name,
    value: probabilities[i] ?? null,
    text: percent(probabilities[i]),
    isChosen: i === (answer.target ?? -1),
    i,
  }));
  const shown = rows.length > MOST ? rows.sort((a, b) => (b.value ?? 0) - (a.value ?? 0)).slice(0, MOST) : rows;
  const explained = answer.target === null ? "the answer" : (classes[answer.target] ?? "the answer");
  return (
    <section class="part" aria-label="The answer">
      <p class="answer" aria-live="polite">
        {classes.length || answer.quantity === null ? example.answer : number(answer.quantity)}
        <span>{example.probability === null ? "" : percent(example.probability)}</span>
        {example.label !== null && example.label !== example.answer ? <em>it is {example.label}</em> : null}
      </p>
      {answer.notes.map((note) => (
        <p key={note} class="trouble">
          {note}
        </p>
      ))}
      <div class="reasons">
        {example.picture ? (
          <figure>
            <ExamplePicture picture={example.picture} label="What the network was given" size={210} />
            <figcaption class="caption">what the network was given: {example.place}</figcaption>
          </figure>
        ) : null}
        {example.text ? (
          <figure class="read">
            <blockquote>{example.text}</blockquote>
            <figcaption class="caption">
              what the network reads: {example.place}. Below, (2.3) is the third word of the second line.
            </figcaption>
          </figure>
        ) : null}
        {answer.reasons ? (
          <figure>
            <ExamplePicture picture={answer.reasons} label={`What speaks for ${explained}`} size={210} />
            <figcaption class="caption">
              what speaks <b class="for">for</b> {explained}, and what <b class="against">against</b> it
            </figcaption>
          </figure>
        ) : null}
        {classes.length ? (
          <div class="probabilities">
            <Bars
              label="Probabilities"
              rows={shown}
              full={1}
              onPick={(row) => onTarget(shown[row]?.i === target ? null : (shown[row]?.i ?? null))}
            />
            <p class="caption">Pick a class to see what speaks for it.</p>
          </div>
        ) : null}
      </div>
      {answer.parts.length ? (
        <Bars
          label={`What speaks for ${explained}`}
          rows={answer.parts.slice(0, 20).map(({ name, met, value }) => ({
            name: met && met !== name && !example.text ? `${name} = ${met}` : name,
            value,
            text: number(value),
          }))}
        />
      ) : null}
      {method === null ? null : (
        <label class="row small">
          <span class="quiet">Explained by</span>
          <select class="field" value={method} onChange={(event) => onMethod(event.currentTarget.value)}>
            {methods.map((one) => (
              <option key={one} value={one}>
                {one.replaceAll("-", " ")}
              </option>
            ))}
          </select>
          <span class="quiet">{SAYS[method] ? `Of each input: ${SAYS[method]}.` : ""}</span>
        </label>
      )}
    </section>
  );
}
