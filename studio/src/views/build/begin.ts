import type { DataChoice } from "../../generated/messages";
import { ask } from "../../live/connection";
import { change } from "../../state";

/** Take other data: the settings is then the one that is suggested for them. */
export async function begin(data: DataChoice): Promise<void> {
  try {
    const { suggested } = await ask({ type: "describe_data", data, samples: 0 });
    change({ settings: suggested });
  } catch {
    change({ settings: unread(data) }); // the view asks again, and shows what is wrong with the data
  }
}

const unread = (data: DataChoice) => ({
  data,
  layers: [{ kind: "Dense", arguments: { units: 1 } }],
  loss: { kind: "MeanSquaredError", arguments: {} },
  optimizer: { kind: "Adam", arguments: {} },
  metrics: [],
  batch_size: 32,
  epochs: 10,
  patience: null,
  augment: [],
  seed: 0,
});
