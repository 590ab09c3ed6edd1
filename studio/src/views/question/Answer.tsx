import { useState } from "preact/hooks";
import type { RunProps } from "../../components/WithRun";
import { welcome } from "../../live/connection";
import { useAnswer } from "../../live/useAnswer";
import { count } from "../../numbers";
import { type ExampleInput, isShort } from "../../own";
import { part } from "../../run";
import { change, state } from "../../state";
import { Asker } from "./Asker";
import { Reasons } from "./Reasons";
import { Teachers } from "./Teachers";

/** Ask the network about an example of one's own or of its data, and see the answer and its reasons. */
export function Answer({ run, opened }: RunProps) {
  const [long, setLong] = useState<ExampleInput | null>(null); // what the address cannot hold
  const own = long ?? state.own.value;
  const given: ExampleInput = own ?? { type: "in_part", part: part.value, number: state.row.value ?? 0 };
  const convolves = opened.layers.some(({ role, weights }) => role === "weighted" && weights.some(({ shape }) => shape.length > 2));
  const methods = (welcome.value?.methods ?? []).filter((one) => convolves || one !== "grad-cam"); // which looks at a convolution
  const method = methods.find((one) => one === state.method.value) ?? methods[0] ?? null;
  const [target, setTarget] = useState<number | null>(null);
  const { answer, error, isWaiting } = useAnswer(
    { type: "ask_answer", run: run.name, input: given, step: state.step.value, method, target },
    run.name,
  );
  return (
    <>
      <header>
        <h1>Why this answer?</h1>
        <p class="lead">
          {opened.task.kind === "image"
            ? "Draw something, drop a picture, or take one of the network's own examples."
            : "Give it something of your own, or take one of its examples."}{" "}
          The answer comes at once, with what speaks for it in blue and against it in orange
          {state.step.value === null ? "" : `, as the network was before step ${count(state.step.value)}`}.
        </p>
      </header>
      <div class="asking">
        <Asker
          opened={opened}
          own={own}
          onGive={(next) => {
            setLong(isShort(next) ? null : next);
            change({ own: isShort(next) ? next : null }, "replace");
            setTarget(null);
          }}
        />
        <div class="stack">
          {error ? <p class="trouble">{error}</p> : null}
          {isWaiting && !answer ? <p class="waiting">The network is being asked</p> : null}
          {answer ? (
            <Reasons
              answer={answer}
              method={method}
              methods={methods}
              target={target}
              onTarget={setTarget}
              onMethod={(next) => change({ method: next }, "replace")}
            />
          ) : null}
          {answer ? <Teachers run={run} given={given} /> : null}
        </div>
      </div>
    </>
  );
}
