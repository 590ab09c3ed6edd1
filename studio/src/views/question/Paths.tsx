import { linkHorizontal } from "d3-shape";
import { useRef, useState } from "preact/hooks";
import { useSize } from "../../components/useSize";
import type { Path, Why } from "../../generated/messages";
import { count, counted, number } from "../../numbers";

const ROW = 30; // between two units of a stage
const HEIGHTS = [110, 270] as const;
const MARGIN = { x: 56, top: 52, bottom: 20 };

interface Node {
  readonly stage: number;
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

/** Lay out the units that the paths pass: a column for each stage, from the weight at the left to the loss at the right. */
function layOut(why: Why, width: number, height: number): Map<string, Node> {
  const found = new Map<string, Node>();
  const stages = why.stages.length + 1;
  const x = (stage: number) => MARGIN.x + (stage / Math.max(1, stages - 1)) * (width - 2 * MARGIN.x);
  const middle = MARGIN.top + (height - MARGIN.top - MARGIN.bottom) / 2;
  found.set("0 ", { stage: 0, key: "weight", x: x(0), y: middle });
  for (let stage = 1; stage < stages; stage++) {
    const units = [...new Set(why.paths.map(({ units }) => (units[stage - 1] ?? []).join(",")))].sort(
      (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
    );
    const gap = Math.min(ROW, (height - MARGIN.top - MARGIN.bottom) / Math.max(1, units.length - 1));
    units.forEach((unit, i) => {
      found.set(`${stage} ${unit}`, { stage, key: unit, x: x(stage), y: middle + (i - (units.length - 1) / 2) * gap });
    });
  }
  return found;
}

const nodesOf = (path: Path, placed: Map<string, Node>): Node[] =>
  ["0 ", ...path.units.map((unit, i) => `${i + 1} ${unit.join(",")}`)].flatMap((key) => placed.get(key) ?? []);

const curve = linkHorizontal<{ source: Node; target: Node }, Node>()
  .x(({ x }) => x)
  .y(({ y }) => y);

/** The name of a stage above its column, the layer over what it is of it. */
function Title({ name, x }: { name: string; x: number }) {
  const [layer = "", what = ""] = name.includes("/") ? name.split(/\/(?=[^/]*$)/) : name.split(/ (?=of )/);
  return (
    <text class="stage" text-anchor="middle">
      <tspan x={x} y="12">
        {layer}
      </tspan>
      <tspan x={x} y="27">
        {what}
      </tspan>
    </text>
  );
}

function Drawing({ why, chosen, onChoose }: { why: Why; chosen: number; onChoose: (path: number) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const { width } = useSize(host);
  const widest = Math.max(...why.stages.map((_, stage) => new Set(why.paths.map(({ units }) => (units[stage] ?? []).join())).size));
  const height = Math.max(HEIGHTS[0], Math.min(HEIGHTS[1], MARGIN.top + MARGIN.bottom + widest * ROW));
  const placed = layOut(why, Math.max(320, width), height);
  const most = Math.max(...why.paths.map(({ value }) => Math.abs(value ?? 0))) || 1;
  const order = why.paths.map((_, i) => i).sort((a, b) => Number(a === chosen) - Number(b === chosen));
  const [first] = placed.values();
  const columns = [...new Map([...placed.values()].map((node) => [node.stage, node.x]))];
  return (
    <div ref={host} class="drawing">
      <svg
        width="100%"
        height={height}
        role="img"
        aria-label={`The ${why.paths.length} strongest paths from the weight to the loss of the example`}
      >
        {columns.map(([stage, x]) => (
          <Title key={stage} name={stage === 0 ? `${why.name}[${why.index.join(", ")}]` : (why.stages[stage - 1] ?? "")} x={x} />
        ))}
        {order.map((i) => {
          const path = why.paths[i] as Path;
          const nodes = nodesOf(path, placed);
          const d = nodes.slice(1).map((target, at) => curve({ source: nodes[at] as Node, target }) ?? "");
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the same choice is among the buttons below
            <g
              key={path.units.join(";")}
              class={`route ${i === chosen ? "chosen" : ""} ${(path.value ?? 0) < 0 ? "under" : ""}`}
              onClick={() => onChoose(i)}
            >
              <path d={d.join("")} stroke-width={1 + (Math.abs(path.value ?? 0) / most) * 5} />
            </g>
          );
        })}
        {[...placed.values()].map(({ stage, key, x, y }) => (
          <g key={`${stage} ${key}`} class="unit">
            <circle cx={x} cy={y} r={stage === first?.stage ? 6 : 4.5} />
            {key && stage > 0 && stage < why.stages.length ? (
              <text x={x} y={y - 8} text-anchor="middle">
                {key}
              </text>
            ) : null}
          </g>
        ))}
      </svg>
    </div>
  );
}

/** The product of a path, written out: each local derivative with its formula. */
function Product({ path }: { path: Path }) {
  return (
    <table class="factors">
      <tbody>
        {path.factors.map((factor, i) => (
          <tr key={factor.of + factor.by}>
            <td class="quiet">{i ? "×" : ""}</td>
            <td>
              <span class="fraction">
                <span>∂ {factor.of}</span>
                <span>∂ {factor.by}</span>
              </span>
            </td>
            <td class="number">{number(factor.value)}</td>
            <td class="quiet small">{factor.ops.join("; ")}</td>
          </tr>
        ))}
        <tr class="product">
          <td class="quiet">=</td>
          <td>what this path carries</td>
          <td class="number">{number(path.value)}</td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}

/** The strongest paths of the chain rule from the weight to the loss of the chosen example. */
export function Paths({ why }: { why: Why }) {
  const [picked, setPicked] = useState(0);
  const chosen = Math.min(picked, why.paths.length - 1);
  const path = why.paths[chosen];
  if (!path) return null;
  const many = why.number === null ? "more paths than can be counted" : counted(why.number, "path");
  return (
    <section class="part" aria-label="By path">
      <header>
        <h2>By path</h2>
        <p class="small quiet">
          The loss of example {count(why.example + 1)} depends on the weight through {many}. The strongest{" "}
          {why.paths.length === 1 ? "is" : `${why.paths.length} are`} drawn; all others carry {number(why.others)}.
        </p>
      </header>
      <Drawing why={why} chosen={chosen} onChoose={setPicked} />
      <div class="row small" role="listbox" aria-label="Paths">
        {why.paths.map((one, i) => (
          <button
            key={one.units.join(";")}
            type="button"
            role="option"
            aria-selected={i === chosen}
            class={`button bare ${i === chosen ? "chosen" : ""}`}
            onClick={() => setPicked(i)}
          >
            {number(one.value)}
          </button>
        ))}
      </div>
      <Product path={path} />
    </section>
  );
}
