import { number, percent } from "../numbers";
import "./Figure.css";

interface Props {
  readonly name: string;
  readonly value: number | null | undefined;
  /** Where the number comes from: read at the pointer and by screen readers. */
  readonly source: string;
  readonly isShare?: boolean;
  readonly unit?: string;
}

/** A number that matters, with its name and where it comes from. */
export function Figure({ name, value, source, isShare = false, unit = "" }: Props) {
  return (
    <div class="figure" title={source}>
      <dt class="eyebrow">{name}</dt>
      <dd>
        {isShare ? percent(value) : number(value)}
        {unit ? <small> {unit}</small> : null}
        <span class="visually-hidden"> ({source})</span>
      </dd>
    </div>
  );
}
