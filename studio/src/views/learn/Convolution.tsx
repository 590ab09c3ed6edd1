import type { Unit } from "../../generated/messages";
import { brief, number } from "../../numbers";
import { isDark } from "../../theme/theme";

interface GridProps {
  readonly title: string;
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number | null | undefined;
  /** The size that the deepest colour stands for. */
  readonly most: number;
}

/** Numbers as a small table, the deeper in colour the larger they are. */
export function Grid({ title, rows, columns, at, most }: GridProps) {
  void isDark.value;
  const cells = Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns));
  return (
    <figure class="grid">
      <figcaption class="caption">{title}</figcaption>
      <div class="cells" style={{ gridTemplateColumns: `repeat(${columns}, auto)` }}>
        {cells.map((value, i) => {
          const depth = Math.round(Math.min(1, Math.abs(value ?? 0) / (most || 1)) * 55);
          const background = `color-mix(in srgb, var(--${(value ?? 0) < 0 ? "orange" : "blue"}) ${depth}%, var(--sunken))`;
          // A place of the grid is what it is by its number.
          const key = `${title} ${i}`;
          return (
            <span key={key} style={{ background }} title={number(value)}>
              {brief(value)}
            </span>
          );
        })}
      </div>
    </figure>
  );
}

/** One place of a convolution: the patch, the kernel, their products, and what becomes of their sum. */
export function Convolution({ unit, channel = 0 }: { unit: Unit; channel?: number }) {
  const own = unit.terms.filter(({ weight_place }) => weight_place[2] === channel);
  const rows = Math.max(...own.map(({ weight_place }) => weight_place[0] ?? 0)) + 1;
  const columns = Math.max(...own.map(({ weight_place }) => weight_place[1] ?? 0)) + 1;
  const term = (row: number, column: number) => own.find(({ weight_place }) => weight_place[0] === row && weight_place[1] === column);
  const size = (values: readonly (number | null)[]) => Math.max(...values.map((value) => Math.abs(value ?? 0)));
  return (
    <div class="touched">
      <div class="grids">
        <Grid title="the patch" rows={rows} columns={columns} at={(row, column) => term(row, column)?.x ?? 0} most={1} />
        <span class="operator">·</span>
        <Grid
          title={`kernel ${unit.place.at(-1)}`}
          rows={rows}
          columns={columns}
          at={(row, column) => term(row, column)?.w}
          most={size(own.map(({ w }) => w))}
        />
        <span class="operator">=</span>
        <Grid
          title="their products"
          rows={rows}
          columns={columns}
          at={(row, column) => term(row, column)?.product ?? 0}
          most={size(own.map(({ product }) => product))}
        />
      </div>
      <p class="equation">
        Σ of all {unit.count} products{" "}
        {unit.bias === null ? "" : `${(unit.bias ?? 0) < 0 ? "−" : "+"} bias ${number(Math.abs(unit.bias ?? 0))}`} ={" "}
        <strong>{number(unit.total)}</strong>
        {unit.activation ? (
          <>
            , and {unit.activation} of it is <strong>{number(unit.output)}</strong>
          </>
        ) : null}
      </p>
    </div>
  );
}
