import { useEffect, useState } from "preact/hooks";
import { type Asking, ask, type ResponseTo, Superseded } from "./connection";

/** What is known of an answer: the last one there was, also while a newer one is waited for; none where that is refused. */
export interface Waiting<T> {
  readonly answer: T | null;
  readonly error: string | null;
  readonly isWaiting: boolean;
}

const NOTHING = { answer: null, error: null, isWaiting: false };

/**
 * Ask the server, and again whenever the request changes, which takes the place of the one before; null asks nothing.
 *
 * `keep` is what must be the same for the last answer to stay while the next is waited for; what belongs to another run, say, must not.
 */
export function useAnswer<A extends Asking>(request: A | null, keep = ""): Waiting<ResponseTo<A>> {
  const [state, setState] = useState<Waiting<ResponseTo<A>> & { keep: string }>({ ...NOTHING, keep });
  const key = request ? JSON.stringify(request) : "";
  useEffect(() => {
    if (!request) {
      setState({ ...NOTHING, keep });
      return;
    }
    const wanted = new AbortController();
    setState((before) => ({ answer: before.keep === keep ? before.answer : null, error: null, isWaiting: true, keep }));
    const end = (part: Partial<Waiting<ResponseTo<A>>>) => setState((before) => ({ ...before, ...part, isWaiting: false }));
    ask(request, wanted.signal).then(
      (answer) => wanted.signal.aborted || end({ answer }),
      (error: Error) => wanted.signal.aborted || end(error instanceof Superseded ? {} : { answer: null, error: error.message }),
    );
    return () => wanted.abort();
  }, [key, keep]);
  return state.keep === keep ? state : NOTHING;
}
