import { useMemo, useState } from "preact/hooks";
import { Drop } from "../../components/Drop";
import { Player } from "../../components/Player";
import { Recorder } from "../../components/Recorder";
import type { RunDetails, Upload } from "../../generated/messages";
import { useAnswer } from "../../live/useAnswer";
import { duration } from "../../numbers";
import type { ExampleInput } from "../../own";
import { part } from "../../run";
import { wav } from "../../sound/wav";
import { state } from "../../state";

interface Props {
  readonly opened: RunDetails;
  readonly own: ExampleInput | null;
  readonly onGive: (given: ExampleInput | null) => void;
}

/** The recording of the run's own example that is asked about. */
function Recorded({ run }: { run: string }) {
  const number = state.row.value ?? 0;
  const { answer, error } = useAnswer({ type: "read_sound", run, part: part.value, number }, `${run} ${part.value} ${number}`);
  const file = useMemo(
    () =>
      answer &&
      new File([wav(answer.samples.values as Float32Array, answer.rate)], `${answer.part}-${answer.number}.wav`, { type: "audio/wav" }),
    [answer],
  );
  if (error) return <p class="small quiet">{error}</p>;
  if (!answer || !file) return null;
  const kept = (answer.samples.shape[0] ?? 0) / answer.rate;
  return (
    <>
      <Player file={file} label={`The sound of ${answer.part}[${answer.number}]`} />
      {answer.seconds > kept + 0.01 ? (
        <p class="caption">
          the first {duration(kept)} of {duration(answer.seconds)}
        </p>
      ) : null}
    </>
  );
}

/** A sound of one's own, recorded or dropped, or that of an example of the run; heard again. */
export function Sound({ opened, own, onGive }: Props) {
  const [last, setLast] = useState<File | null>(null);
  const take = ({ name }: Upload, file: File) => {
    setLast(file);
    onGive({ type: "uploaded", name, row: 0 });
  };
  return (
    <>
      <Recorder onUpload={take} />
      <Drop text="Drop a recording here, or choose one" accept="audio/*" onUpload={take} />
      {own ? last && <Player file={last} label="Your sound" /> : <Recorded run={opened.line.name} />}
    </>
  );
}
