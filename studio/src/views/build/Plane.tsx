import { useEffect, useRef, useState } from "preact/hooks";
import { Choices } from "../../components/Choices";
import type { Block, InputPlane as Drawing } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { number } from "../../numbers";
import type { FollowedRun } from "../../run";
import { colour } from "../../theme/colours";
import { written } from "./Formulas";

const FORMULAS = "formulas"; // the layer of what the network is given
const SIZE = 360;
const SMALL = 76;
const POINT = 3;

const rgb = (of: string): readonly [number, number, number] => {
  const value = Number.parseInt(of.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** Draw numbers as a field between two colours, pale where neither has the upper hand. */
function paint(canvas: HTMLCanvasElement, values: ArrayLike<number>, cells: number, shareOf: (value: number) => number): void {
  canvas.width = cells;
  canvas.height = cells;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(cells, cells);
  const [under, over] = [rgb(colour(1)), rgb(colour(0))];
  for (let i = 0; i < cells * cells; i++) {
    const share = Math.max(-1, Math.min(1, shareOf(values[i] as number)));
    const [r, g, b] = share < 0 ? under : over;
    image.data.set([r, g, b, Math.round(Math.abs(share) * 190)], i * 4);
  }
  context.putImageData(image, 0, 0);
}

interface FieldProps {
  readonly values: ArrayLike<number>;
  readonly cells: number;
  readonly size: number;
  readonly label: string;
  readonly shareOf: (value: number) => number;
}

function Field({ values, cells, size, label, shareOf }: FieldProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, values, cells, shareOf);
  });
  return <canvas ref={canvas} role="img" aria-label={label} style={{ width: `${size}px`, height: `${size}px` }} />;
}

const maps = (block: Block): ArrayLike<number>[] => {
  const [count = 0, height = 0, width = 0] = block.shape;
  return Array.from({ length: count }, (_, i) => Array.from(block.values).slice(i * height * width, (i + 1) * height * width));
};

function Points({ of, shows }: { of: Drawing; shows: "all" | "train" | "test" }) {
  const points = of.points.values;
  const targets = of.targets.values;
  const place = (value: number, axis: number) => {
    const [low, high] = [of.low[axis] as number, of.high[axis] as number];
    const share = (value - low) / (high - low);
    return (axis ? 1 - share : share) * SIZE;
  };
  const middle = of.classes.length ? 0.5 : 0;
  const reach = of.classes.length ? 1 : Math.max(1e-9, ...Array.from(targets, Math.abs));
  const depth = (target: number) => (of.classes.length ? 1 : 0.15 + (0.85 * Math.abs(target)) / reach);
  return (
    <svg viewBox={`0 0 ${SIZE} ${SIZE}`} width={SIZE} height={SIZE} aria-hidden="true">
      {Array.from(targets, (target, i) => {
        const isTest = i >= of.training;
        if ((shows === "train" && isTest) || (shows === "test" && !isTest)) return null;
        return (
          <circle
            key={i}
            cx={place(points[2 * i] as number, 0)}
            cy={place(points[2 * i + 1] as number, 1)}
            r={POINT}
            fill={of.classes.length > 2 ? colour(target) : colour(target > middle ? 0 : 1)}
            fill-opacity={depth(target)}
            class={isTest ? "test" : "train"}
          />
        );
      })}
    </svg>
  );
}

/** A network of two inputs: what it answers all over their plane, and what each of its units does, while it learns. */
export function Plane({ now }: { now: FollowedRun }) {
  const [shows, setShows] = useState<"all" | "train" | "test">("all");
  const [isDecided, setDecided] = useState(false);
  const step = now.isLive.value ? (now.snapshots.value.at(-1) ?? null) : null;
  const opened = now.opened.value;
  const made = opened?.settings?.data.features?.length ?? 0;
  const isTwo = made ? opened?.task.columns.filter(({ kind }) => kind === "number").length === 2 : opened?.task.shape.join() === "2";
  const isReady = isTwo && now.last.value !== null;
  const { answer, error } = useAnswer(
    isReady ? { type: "read_plane", run: now.name, cells: 40, step } : null,
    `${now.name} ${now.isLive.value}`,
  );
  if (!isTwo) return null;
  if (error) return <p class="trouble">{error}</p>;
  if (!answer) return <p class="waiting">The plane is drawn …</p>;
  const cells = answer.output.shape.at(-1) ?? 1;
  const outputs = maps(answer.output);
  const isShare = answer.classes.length === 2;
  const upper = outputs[isShare ? outputs.length - 1 : 0] ?? [];
  const reach = Math.max(1e-9, ...Array.from(upper, Math.abs));
  const leaning = (value: number): number => (isShare ? 2 * value - 1 : value / reach);
  return (
    <div class="plane">
      <figure>
        <div class="field-of">
          <Field
            values={upper}
            cells={cells}
            size={SIZE}
            label={`What the network answers over the plane of ${answer.names.join(" and ")}`}
            shareOf={(value) => (isDecided ? Math.sign(leaning(value)) : leaning(value))}
          />
          <Points of={answer} shows={shows} />
        </div>
        <figcaption class="small quiet">
          {answer.names[0]} from {number(answer.low[0])} to {number(answer.high[0])}, upwards {answer.names[1]}; points of the training part
          are full, those of the test have a rim.{" "}
          <Choices
            label="Points that are shown"
            among={[
              ["all", "all"],
              ["train", "training"],
              ["test", "test"],
            ]}
            value={shows}
            onChange={setShows}
          />
          <label class="switch">
            <input type="checkbox" checked={isDecided} onChange={({ currentTarget }) => setDecided(currentTarget.checked)} />
            <span>{isShare ? "only which class is likelier" : "only above or below 0"}</span>
          </label>
        </figcaption>
      </figure>
      <div class="units">
        {answer.layers.map(({ layer, block, units }) => (
          <div key={layer}>
            <p class={layer === FORMULAS ? "small quiet" : "eyebrow"}>
              {layer === FORMULAS ? answer.formulas.slice(0, block.shape[0]).map(written).join(", ") : layer}
              {units > (block.shape[0] ?? 0) ? `, the first ${block.shape[0]} of ${units}` : ""}
            </p>
            <div class="row">
              {maps(block).map((values, i) => {
                const size = Math.max(1e-9, ...Array.from(values, Math.abs));
                return (
                  <Field
                    key={i}
                    values={values}
                    cells={cells}
                    size={SMALL}
                    label={layer === FORMULAS ? written(answer.formulas[i] ?? "") : `${layer}, unit ${i}`}
                    shareOf={(value) => value / size}
                  />
                );
              })}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
