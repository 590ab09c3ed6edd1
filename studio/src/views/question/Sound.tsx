import { useState } from "preact/hooks";
import { Drop } from "../../components/Drop";
import { Player } from "../../components/Player";
import { Recorder } from "../../components/Recorder";
import type { AskAnswer, Upload } from "../../generated/messages";

/** A sound of one's own: recorded or dropped, and heard again. */
export function Sound({ onGive }: { onGive: (given: AskAnswer["given"]) => void }) {
  const [last, setLast] = useState<File | null>(null);
  const take = ({ name }: Upload, file: File) => {
    setLast(file);
    onGive({ type: "uploaded", name, row: 0 });
  };
  return (
    <>
      <Recorder onUpload={take} />
      <Drop text="Drop a recording here, or choose one" accept="audio/*" onUpload={take} />
      {last ? <Player file={last} label="Your sound" /> : null}
    </>
  );
}
