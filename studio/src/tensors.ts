import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Tensor, Wanted } from "./generated/messages";
import { ask } from "./live/connection";
import { moment } from "./moment";

type Quantity = NonNullable<Wanted["quantity"]>;
type Key = string;

const AT_ONCE = 64; // as many as one request may want

const keyOf = (wanted: Wanted): Key =>
  JSON.stringify([wanted.address, wanted.quantity ?? "value", wanted.example ?? null, wanted.width, wanted.height, wanted.maps]);

const registered = signal<ReadonlyMap<symbol, readonly Wanted[]>>(new Map());
const held = signal<ReadonlyMap<Key, Tensor>>(new Map());

/** The step that each tensor was read at, so that what is of another moment is read again. */
const readAt = new Map<Key, string>();

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
    const missing = [...wanted].filter(([key]) => readAt.get(key) !== at).slice(0, AT_ONCE);
    if (!missing.length) return;
    isUnderWay = true;
    try {
      const { tensors } = await ask({ type: "read_tensors", run: now.run, step: now.step, wanted: missing.map(([, one]) => one) });
      const next = new Map([...held.peek()].filter(([key]) => wanted.has(key) && readAt.get(key)?.startsWith(`${now.run} `)));
      let arrived = 0; // those that there are not are left out, and the others are in order
      for (const [key, { address, quantity }] of missing) {
        readAt.set(key, at);
        const found = tensors[arrived];
        if (found?.address === address && found.quantity === (quantity ?? "value")) {
          next.set(key, found);
          arrived++;
        } else next.delete(key);
      }
      held.value = next;
    } catch {
      // Another request took its place, or the moment cannot be computed, which the view says that asked for it.
      for (const [key] of missing) readAt.set(key, at);
    }
    isUnderWay = false;
    await read();
  };
  effect(() => {
    void [moment.value, registered.value];
    void read();
  });
}

/** A way to look up tensors among those wanted, by address and quantity. */
export type Look = (address: string, quantity?: Quantity) => Tensor | undefined;

/** Want tensors of the present moment, for as long as the view is there. */
export function useTensors(wanted: readonly Wanted[]): ReadonlySignal<Look> {
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
      return (address: string, quantity: Quantity = "value") => all.get(keys.get(`${quantity} ${address}`) ?? "");
    });
  }, [key]);
}
