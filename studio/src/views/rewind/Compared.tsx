import { largest, TensorPicture } from "../../components/TensorPicture";
import type { ComparedArrays, Comparison as Found, Tensor } from "../../generated/messages";
import { count, number, percent, shape } from "../../numbers";

type Side = Found["first"];

const isShare = (name: string): boolean => name.endsWith("accuracy");
const said = (name: string, value: number | null | undefined): string => (isShare(name) ? percent(value) : number(value));

/** Return the rows of figures: a name, then what either moment has of it. */
function rowsOf(first: Side, second: Side): [string, string, string][] {
  const sides = [first, second] as const;
  const row = (name: string, of: (side: Side) => string): [string, string, string] => [name, of(first), of(second)];
  const names = [...new Set(sides.flatMap(({ figures }) => Object.keys(figures)))];
  const answer = ({ example }: Side) =>
    example ? `${example.answer ?? "–"}${example.probability === null ? "" : `, ${percent(example.probability)}`}` : "takes other inputs";
  return [
    row("before step", ({ step }) => count(step)),
    row("in epoch", ({ epoch }) => count(epoch + 1)),
    row("loss of its batch", ({ loss }) => number(loss)),
    row("learning rate", ({ learning_rate }) => number(learning_rate)),
    ...names.map((name) => row(`${name.replaceAll("_", " ")}, epoch before`, ({ figures }) => said(name, figures[name]))),
    row(`answer to ${first.example?.place ?? "the example"}${first.example?.label ? `, ${first.example.label}` : ""}`, answer),
  ];
}

function Picture({ tensor, end }: { tensor: Tensor | null; end: number }) {
  if (!tensor) return <span class="blank">–</span>;
  return <TensorPicture tensor={tensor} size={132} cell={tensor.block.shape.length < 2 ? 11 : 16} end={end} />;
}

/** One address: how far apart both are, then either, in the same colours, then the one less the other. */
function Row({ pair }: { pair: ComparedArrays }) {
  const { address, kind, first, second, change, distance, share, cosine } = pair;
  const known = (first ?? second) as Tensor;
  const end = Math.max(...[first, second].flatMap((one) => (one ? [largest(one)] : [])));
  return (
    <tr aria-label={address}>
      <th scope="row">
        <strong>{address}</strong>
        <span>
          {kind} · {first && second && !change ? `${shape(first.shape)} and ${shape(second.shape)}` : shape(known.shape)}
        </span>
        {distance === null ? (
          <span>{first && second ? "of different shapes" : `only in the ${first ? "first" : "second"}`}</span>
        ) : (
          <span title={`‖b − a‖ = ${number(distance)}; cosine of the angle between them: ${number(cosine)}`}>
            {distance === 0
              ? "the same, to the bit"
              : `apart by ${number(distance)}${share === null ? "" : `, ${percent(share)} of its norm`}`}
            {distance !== 0 && cosine !== null ? `; cosine ${number(cosine)}` : ""}
          </span>
        )}
        {share ? (
          <i class="gap">
            <b style={{ width: `${Math.min(1, share) * 100}%` }} />
          </i>
        ) : null}
      </th>
      <td>
        <Picture tensor={first} end={end} />
      </td>
      <td>
        <Picture tensor={second} end={end} />
      </td>
      <td>{change && distance ? <Picture tensor={change} end={largest(change)} /> : <span class="blank">–</span>}</td>
    </tr>
  );
}

/** Two moments, beside one another. */
export function Comparison({ found }: { found: Found }) {
  const { first, second, pairs } = found;
  const isSame = first.run === second.run;
  const title = ({ run, step }: Side) => (isSame ? `step ${count(step)}` : run);
  return (
    <div class="compared">
      <table class="sides">
        <thead>
          <tr>
            <td />
            <th scope="col">{title(first)}</th>
            <th scope="col">{title(second)}</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(first, second).map(([name, a, b]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{a}</td>
              <td class={a === b ? "number" : "number other"}>{b}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table class="pairs" aria-label="What differs, layer by layer">
        <thead>
          <tr>
            <th scope="col">by layer</th>
            <th scope="col">{title(first)}</th>
            <th scope="col">{title(second)}</th>
            <th scope="col">the second less the first</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair) => (
            <Row key={pair.address} pair={pair} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
