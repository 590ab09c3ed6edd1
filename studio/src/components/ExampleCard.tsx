import type { Example } from "../generated/messages";
import { number, percent } from "../numbers";
import "./ExampleCard.css";
import { ExamplePicture } from "./ExamplePicture";

interface Props {
  readonly example: Example;
  readonly size?: number;
  readonly isChosen?: boolean;
  readonly onPick?: (() => void) | undefined;
}

/** Return what an example is, and what the model says of it, in words. */
export function said({ place, label, answer, probability, loss }: Example): string {
  const parts = [
    place,
    label === null ? "" : `is ${label}`,
    answer === null ? "" : `is taken for ${answer}${probability === null ? "" : ` with ${percent(probability)}`}`,
    loss === null ? "" : `loss ${number(loss)}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function Inside({ example, size }: { example: Example; size: number }) {
  if (example.picture) return <ExamplePicture picture={example.picture} label={said(example)} size={size} />;
  if (example.text) return <blockquote>{example.text.slice(0, 160)}</blockquote>;
  const cells = Object.entries(example.cells).slice(0, 6);
  return (
    <dl>
      {cells.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** An example with its label, and with the model's answer where that is another. */
export function ExampleCard({ example, size = 64, isChosen = false, onPick }: Props) {
  const isWrong = example.answer !== null && example.label !== null && example.answer !== example.label;
  const inside = (
    <>
      <Inside example={example} size={size} />
      <span class="said">
        {example.label ?? ""}
        {isWrong ? example.probability === null ? ` → ${example.answer}` : <em> → {example.answer}</em> : null}
      </span>
    </>
  );
  if (!onPick) return <div class="example">{inside}</div>;
  return (
    <button type="button" class="example" aria-pressed={isChosen} aria-label={said(example)} title={said(example)} onClick={onPick}>
      {inside}
    </button>
  );
}
