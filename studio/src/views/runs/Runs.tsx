import { NoRun } from "../../components/WithRun";
import type { RunLine } from "../../generated/messages";
import { counted } from "../../numbers";
import { COLUMNS, type Column, direction, filtered, saying, sorted, turned } from "../../ranking";
import { runs } from "../../run";
import { change, fresh, link, state } from "../../state";
import "./runs.css";

/** All runs of the folder, a row for each: the settings of each, and how good it has become. */
export function Runs() {
  const known = runs.value;
  if (known === null) return <p class="waiting">Looking for runs</p>;
  if (!known.length) return <NoRun />;
  const columns = COLUMNS.filter((column) => known.some((line) => column.value(line) !== null));
  const found = sorted(filtered(known, state.filter.value), state.order.value);
  return (
    <section class="part">
      <div class="head">
        <div>
          <h1>All runs</h1>
          <p class="lead">The settings of each run, and how good it has become by validation: after its last epoch, and at its best.</p>
        </div>
        <div class="row">
          <span class="small quiet" role="status">
            {found.length === known.length ? counted(known.length, "run") : `${found.length} of ${counted(known.length, "run")}`}
          </span>
          <input
            class="field"
            type="search"
            aria-label="Filter"
            placeholder="Filter: adam 0.01"
            title="Words that a run's row must all have"
            value={state.filter.value}
            onInput={(event) => change({ filter: event.currentTarget.value }, "replace")}
          />
        </div>
      </div>
      <div class="runs">
        <table aria-label="Runs">
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={column.id} column={column} />
              ))}
            </tr>
          </thead>
          <tbody>
            {found.map((line) => (
              <Row key={line.name} line={line} columns={columns} />
            ))}
          </tbody>
        </table>
        {found.length ? null : <p class="quiet">No run has all of these words.</p>}
      </div>
    </section>
  );
}

const SIGNS = { ascending: "↑", descending: "↓", none: "" } as const;

/** The head of a column, which sorts by it. */
function Heading({ column }: { column: Column }) {
  const now = direction(state.order.value, column);
  return (
    <th scope="col" class={column.isNumber ? "number" : undefined} aria-sort={now}>
      <button type="button" onClick={() => change({ order: turned(state.order.peek(), column) }, "replace")}>
        {column.title}
        <span aria-hidden="true">{SIGNS[now]}</span>
      </button>
    </th>
  );
}

/** A run, which its name opens. */
function Row({ line, columns }: { line: RunLine; columns: readonly Column[] }) {
  const [, ...rest] = columns;
  return (
    <tr aria-current={line.name === state.run.value ? "true" : undefined}>
      <th scope="row" title={line.name}>
        <a href={link({ view: "watch", ...fresh(line.name) })}>{line.name}</a>
      </th>
      {rest.map((column) => (
        <td key={column.id} class={column.isNumber ? "number" : undefined} data-column={column.id}>
          {saying(column, line)}
        </td>
      ))}
    </tr>
  );
}
