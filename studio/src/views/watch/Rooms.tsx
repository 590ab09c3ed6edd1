import { Choices } from "../../components/Choices";
import { Network } from "../../components/Network";
import type { LayerView, TensorSelection } from "../../generated/messages";
import { moment, momentError } from "../../moment";
import { count } from "../../numbers";
import { layers, run } from "../../run";
import { change, state } from "../../state";
import { useTensors } from "../../tensors";
import { RoomDetail } from "./RoomDetail";

const SMALL = { width: 1, height: 1, maps: 1 } as const; // for its statistics alone

/** Return what the drawing of the network wants to know of a moment. */
export function wantedOf(rooms: readonly LayerView[], quantity: "value" | "gradient", example: number | null): TensorSelection[] {
  return rooms.flatMap((layer): TensorSelection[] => {
    const kernel = layer.weights.find(({ learns, shape }) => learns && shape.length > 1) ?? layer.weights.find(({ learns }) => learns);
    const output: TensorSelection[] = layer.output
      ? [
          { address: layer.output, quantity, example, width: 132, height: 132, maps: 16 },
          ...(quantity === "value" ? [] : [{ address: layer.output, example, ...SMALL }]),
        ]
      : [];
    const address = kernel?.address;
    const other = quantity === "value" ? "gradient" : "value";
    const weights: TensorSelection[] = address
      ? [
          { address, quantity, width: 132, height: 132, maps: 16 },
          { address, quantity: other, ...SMALL },
          { address, quantity: "update", ...SMALL },
        ]
      : [];
    return [...output, ...weights];
  });
}

/** The network at the moment that is shown, drawn as rooms. */
export function Rooms() {
  const rooms = layers.value;
  const quantity = state.seen.value;
  const example = state.example.value ?? 0;
  const look = useTensors(wantedOf(rooms, quantity, example)).value;
  const now = moment.value;
  const open = rooms.find(({ path }) => path === state.layer.value);
  return (
    <section class="part" aria-label="The network from inside">
      <header>
        <h2>The network from inside</h2>
        <p class="small quiet">
          {now ? `at step ${count(now.step)}, example ${example + 1} of the batch; ` : ""}
          <span class="key">
            <i class="negative" /> negative <i class="zero" /> zero <i class="positive" /> positive
          </span>
        </p>
        <span class="end">
          <Choices
            label="What is shown"
            among={[
              ["value", "values"],
              ["gradient", "gradients"],
            ]}
            value={quantity}
            onChange={(seen) => change({ seen }, "replace")}
          />
        </span>
      </header>
      {momentError.value ? <p class="trouble">{momentError.value}</p> : null}
      <Network
        layers={rooms}
        look={look}
        task={run.value?.opened.value?.task}
        quantity={quantity}
        open={state.layer.value}
        onOpen={(layer) => change({ layer, weight: "", index: [] })}
      />
      {open ? <RoomDetail layer={open} /> : null}
    </section>
  );
}
