import { useEffect, useState } from "preact/hooks";
import { type AnswerTo, type Asking, ask, Superseded, type Working } from "./connection";

/** What is known of an answer: the last one there was, also while a newer one is waited for. */
export interface Waiting<T> {
  readonly answer: T | null;
  readonly error: string | null;
  readonly isWaiting: boolean;
  readonly working: Working | null;
}

const NOTHING = { answer: null, error: null, isWaiting: false, working: null };

/**
 * Ask the server, and again whenever the request changes; null asks nothing.
 *
 * `keep` is what must be the same for the last answer to stay while the next is waited for; what belongs to another run, say, must not.
 */
export function useAnswer<A extends Asking>(request: A | null, keep = ""): Waiting<AnswerTo<A>> {
  const [state, setState] = useState<Waiting<AnswerTo<A>> & { keep: string }>({ ...NOTHING, keep });
  const key = request ? JSON.stringify(request) : "";
  useEffect(() => {
    if (!request) {
      setState({ ...NOTHING, keep });
      return;
    }
    let isCurrent = true;
    const set = (part: Partial<Waiting<AnswerTo<A>>>) => isCurrent && setState((before) => ({ ...before, ...part }));
    setState((before) => ({ answer: before.keep === keep ? before.answer : null, error: null, isWaiting: true, working: null, keep }));
    ask(request, (working) => set({ working })).then(
      (answer) => set({ answer, isWaiting: false, working: null }),
      (error: Error) => set(error instanceof Superseded ? { isWaiting: false } : { error: error.message, isWaiting: false, working: null }),
    );
    return () => {
      isCurrent = false;
    };
  }, [key, keep]);
  return state.keep === keep ? state : NOTHING;
}
