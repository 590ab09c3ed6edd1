import { useAnswer } from "../../live/useAnswer";
import { FIRST_DATA } from "../../settings";
import { Balance, Clean, Encode, Scale } from "./Bodies";
import { Augment, Batch, Collect, ScaleImages, Split, Transform } from "./Digits";
import "./preparation.css";

/** Preparation: what is done to examples before anything is learned from them, verb by verb. */
export function Preparation() {
  const { answer: data, error } = useAnswer({ type: "describe_data", data: FIRST_DATA, samples: 40 });
  if (error) return <p class="trouble">{error}</p>;
  if (!data) return <p class="waiting">The digits are being read</p>;
  return (
    <>
      <Collect data={data} />
      <Split data={data} />
      <Clean />
      <Transform />
      <Encode />
      <Scale />
      <ScaleImages />
      <Balance />
      <Augment />
      <Batch data={data} />
    </>
  );
}
