import { useState } from "preact/hooks";
import { Matrix } from "../../components/Matrix";
import type { AttentionWeights, LayerView } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { moment } from "../../moment";
import { count, counted, number } from "../../numbers";
import { type Drawn, type Raster, raster } from "../../raster";
import "./attention.css";

const SIZE = 300; // CSS pixels of a head's map
const LARGEST = 26; // of a cell
const READABLE = 11; // of a cell beside which a word can be read

interface Look {
  readonly head: number;
  readonly row: number;
}

const share = (value: number): string => value.toFixed(2);

/** Return the attention weights of a head, and all of its numbers. */
function headOf({ weights: { values, shape } }: AttentionWeights, head: number): Raster {
  const [, rows = 0, columns = 0] = shape;
  return raster(values.slice(head * rows * columns, (head + 1) * rows * columns), [rows, columns]);
}

/** Return the share that is drawn strongest: the largest, but one that hardly differs from an equal share is drawn faint, as all are. */
const strongest = ({ weights: { high }, keys }: AttentionWeights): number => Math.max(high ?? 0, Math.min(1, 4 / keys.length));

/** The map of one head: a row for each word that looks, a column for each that it looks at. */
function Head({ answer, look, onPick }: { answer: AttentionWeights; look: Look; onPick: (row: number) => void }) {
  const { queries, keys } = answer;
  const cell = Math.max(2, Math.min(LARGEST, SIZE / Math.max(queries.length, keys.length)));
  const isReadable = cell >= READABLE;
  const most = strongest(answer);
  const describe = ([, row, column]: Drawn, value: number) =>
    `from “${queries[row]}” to “${keys[column]}” ${share(value)}\nhead ${look.head + 1}`;
  return (
    <figure class="attending" style={{ "--cell": `${cell}px` }}>
      <figcaption>Head {look.head + 1}</figcaption>
      {isReadable ? (
        <ol class="above" aria-hidden="true">
          {keys.map((word, i) => (
            <li key={i}>{word}</li>
          ))}
        </ol>
      ) : null}
      {isReadable ? (
        <ol class="before" aria-hidden="true">
          {queries.map((word, i) => (
            <li key={i} class={i === look.row ? "picked" : ""}>
              {word}
            </li>
          ))}
        </ol>
      ) : null}
      <Matrix
        raster={headOf(answer, look.head)}
        range={{ low: -most, high: most }}
        size={cell * Math.max(queries.length, keys.length)}
        cell={cell}
        onPick={([, row]) => onPick(row)}
        describe={describe}
        label={`Attention of head ${look.head + 1}, from ${counted(queries.length, "step")} to ${count(keys.length)}`}
      />
    </figure>
  );
}

/** The example read by one of its words: the more a word is looked at, the darker it is marked. */
function Reading({ answer, look }: { answer: AttentionWeights; look: Look }) {
  const { values, columns } = headOf(answer, look.head);
  const most = strongest(answer);
  const word = answer.queries[look.row];
  if (word === undefined) return null;
  return (
    <p class="reading">
      <span class="caption">
        Head {look.head + 1}, from <strong>{word}</strong>:{" "}
      </span>
      {answer.keys.map((one, i) => {
        const value = values[look.row * columns + i] as number;
        return (
          <span key={i} class="word" title={`${share(value)} to “${one}”`} style={{ "--share": `${Math.round((value / most) * 100)}%` }}>
            {one}
          </span>
        );
      })}
    </p>
  );
}

/** What the steps of an example look at, in each head of a layer of attention. */
export function Attention({ layer, example }: { layer: LayerView; example: number }) {
  const now = moment.value;
  const { answer, error } = useAnswer(
    now ? { type: "read_attention", run: now.run, step: now.step, layer: layer.path, example } : null,
    `${now?.run} ${layer.path}`,
  );
  const [picked, setPicked] = useState<Look | null>(null);
  if (error) return <p class="trouble">{error}</p>;
  if (!answer) return <p class="waiting">Looking at what it looks at</p>;
  const [heads = 0] = answer.weights.shape;
  if (!answer.queries.length || !answer.keys.length) return <p class="caption">This example is nothing but padding.</p>;
  const look = picked && picked.head < heads && picked.row < answer.queries.length ? picked : { head: 0, row: 0 };
  const leftOut = Math.max(...answer.left_out);
  return (
    <section class="part" aria-label={`Attention of ${layer.path}`}>
      <div>
        <h4>Which looks at which</h4>
        <p class="caption">
          A row for each {layer.arguments.use_causal_mask ? "step that looks back" : "step that looks"}, a column for each that it looks at:
          the stronger the blue, the larger its weight. The attention weights of a row sum to 1: the largest of all is{" "}
          {number(answer.weights.high)}, and were all alike, each would be {number(1 / answer.keys.length)}. Click a row to read the example
          by it.
          {leftOut ? ` Left out: ${counted(leftOut, "further step")}.` : ""}
        </p>
      </div>
      <div class="attendings">
        {Array.from({ length: heads }, (_, head) => (
          <Head
            key={head}
            answer={answer}
            look={{ head, row: look.head === head ? look.row : -1 }}
            onPick={(row) => setPicked({ head, row })}
          />
        ))}
      </div>
      <Reading answer={answer} look={look} />
    </section>
  );
}
