import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { MomentSummary, Tensor, TensorSelection } from "./generated/messages";
import { ask } from "./live/connection";
import { moment } from "./moment";

type Quantity = NonNullable<TensorSelection["quantity"]>;
type Key = string;

const AT_ONCE = 64; // as many as one request may want

const keyOf = (wanted: TensorSelection): Key =>
  JSON.stringify([wanted.address, wanted.quantity ?? "value", wanted.example ?? null, wanted.width, wanted.height, wanted.maps]);

const registered = signal<ReadonlyMap<symbol, readonly TensorSelection[]>>(new Map());

/** What was read at a moment; nothing where the moment has no such tensor. */
interface Held {
  readonly at: string;
  readonly tensor: Tensor | undefined;
}

const held = signal<ReadonlyMap<Key, Held>>(new Map());

/**
 * Keep the tensors that views want those of the present moment.
 *
 * All views ask together, one request at a time, because of two requests that wait the server answers only the newer. While the moment
 * changes, the tensors of the one before stay.
 */
export function followTensors(): void {
  let isUnderWay = false;
  const read = async (): Promise<void> => {
    const now = moment.peek();
    if (isUnderWay || !now) return;
    const at = `${now.run} ${now.step}`;
    const wanted = new Map([...registered.peek().values()].flat().map((one) => [keyOf(one), one]));
    const before = held.peek();
    const missing = [...wanted].filter(([key]) => before.get(key)?.at !== at).slice(0, AT_ONCE);
    if (!missing.length) return;
    isUnderWay = true;
    const found = await readAt(
      now,
      missing.map(([, one]) => one),
    );
    const next = new Map([...before].filter(([key]) => wanted.has(key)));
    missing.forEach(([key], i) => void next.set(key, { at, tensor: found[i] }));
    if (held.peek() === before) held.value = next; // else another run is looked at by now
    isUnderWay = false;
    await read();
  };
  effect(() => {
    void registered.value;
    if (!moment.value) held.value = new Map(); // of another run
    void read();
  });
}

/** Return the tensors of a moment that are wanted, each in its place; nothing for those that there are not. */
async function readAt({ run, step }: MomentSummary, wanted: readonly TensorSelection[]): Promise<readonly (Tensor | undefined)[]> {
  try {
    const { tensors } = await ask({ type: "read_tensors", run, step, tensors: [...wanted] });
    let arrived = 0; // those that there are not are left out, and the others are in order
    return wanted.map(({ address, quantity = "value" }) => {
      const next = tensors[arrived];
      if (next?.address !== address || next.quantity !== quantity) return undefined;
      arrived++;
      return next;
    });
  } catch {
    return []; // another request took its place, or the moment cannot be computed, which the view says that asked for it
  }
}

/** A way to look up tensors among those wanted, by address and quantity. */
export type Look = (address: string, quantity?: Quantity) => Tensor | undefined;

/** Want tensors of the present moment, for as long as the view is there. */
export function useTensors(wanted: readonly TensorSelection[]): ReadonlySignal<Look> {
  const key = JSON.stringify(wanted);
  useEffect(() => {
    const mine = Symbol(key);
    registered.value = new Map([...registered.peek(), [mine, wanted]]);
    return () => {
      registered.value = new Map([...registered.peek()].filter(([one]) => one !== mine));
    };
  }, [key]);
  return useMemo(() => {
    const keys = new Map(wanted.map((one) => [`${one.quantity ?? "value"} ${one.address}`, keyOf(one)]));
    return computed(() => {
      const all = held.value;
      return (address: string, quantity: Quantity = "value") => all.get(keys.get(`${quantity} ${address}`) ?? "")?.tensor;
    });
  }, [key]);
}
