import { effect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Hints } from "./components/Hint";
import { Masthead } from "./components/Masthead";
import { TimeLine } from "./components/TimeLine";
import { isConnected, welcome } from "./live/connection";
import { runs } from "./run";
import { change, state, type View } from "./state";
import { Build } from "./views/build/Build";
import { Data } from "./views/data/Data";
import { Learn } from "./views/learn/Learn";
import { Question } from "./views/question/Question";
import { Rewind } from "./views/rewind/Rewind";
import { Runs } from "./views/runs/Runs";
import { Watch } from "./views/watch/Watch";

const VIEWS: Record<View, ComponentType> = {
  learn: Learn,
  build: Build,
  watch: Watch,
  rewind: Rewind,
  question: Question,
  data: Data,
  runs: Runs,
};

/** Views that show a moment of a run have the time line at their foot. */
const OF_A_RUN: ReadonlySet<View> = new Set(["watch", "rewind", "question"]);
const hasTimeLine = (): boolean => OF_A_RUN.has(state.view.value) || (state.view.value === "learn" && state.stage.value !== "preparation");

/** Open the run that the server was started for, else the newest, where the address names none. */
function openFirst(): void {
  const known = welcome.value?.run ?? runs.value?.[0]?.name;
  if (!state.run.value && known && state.view.value !== "learn") change({ run: known }, "replace");
}

/** The page. */
export function App() {
  const View = VIEWS[state.view.value];
  useEffect(() => effect(openFirst), []);
  return (
    <>
      <Masthead />
      <main class="main" id="main">
        {isConnected.value || !welcome.value ? null : (
          <p class="trouble" role="status">
            The connection to the studio's server is lost. Is <code>chainrule studio</code> still running? The page tries again by itself.
            If it was started anew, open the link that it prints: the one of this page is no longer valid.
          </p>
        )}
        <View />
      </main>
      {hasTimeLine() ? <TimeLine /> : <span />}
      <Hints />
    </>
  );
}
