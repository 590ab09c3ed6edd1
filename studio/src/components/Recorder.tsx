import { useEffect, useRef, useState } from "preact/hooks";
import type { Upload } from "../generated/messages";
import { upload } from "../live/upload";
import { canRecord, type Recording, record } from "../sound/microphone";
import "./Recorder.css";

const MOST = 20; // seconds, after which it stops by itself

/** A button to record a sound with: press, speak, press. */
export function Recorder({ onUpload }: { onUpload: (newest: Upload, file: File) => void }) {
  const recording = useRef<Recording | null>(null);
  const [heard, setHeard] = useState<{ loud: number; seconds: number } | null>(null);
  const [said, setSaid] = useState("");
  useEffect(() => () => void recording.current?.stop(), []);
  const begin = async () => {
    setSaid("");
    setHeard({ loud: 0, seconds: 0 });
    try {
      recording.current = await record((loud, seconds) => {
        setHeard({ loud, seconds });
        if (seconds > MOST) void end();
      });
    } catch (error) {
      setHeard(null);
      setSaid((error as Error).message);
    }
  };
  const end = async () => {
    const one = recording.current;
    if (!one) return;
    recording.current = null;
    try {
      const file = await one.stop();
      setHeard(null);
      const newest = (await upload(file)).uploads[0];
      if (newest) onUpload(newest, file);
    } catch (error) {
      setSaid((error as Error).message);
    }
  };
  if (!canRecord()) return <p class="small quiet">This browser, or this address, does not let a page record.</p>;
  return (
    <div class="recorder">
      <button type="button" class="button" aria-pressed={heard !== null} onClick={heard ? end : begin}>
        <i aria-hidden="true" /> {heard ? "Stop" : "Record a sound"}
      </button>
      {heard ? (
        <span
          class="level"
          role="meter"
          aria-label="Loudness"
          aria-valuenow={Math.round(heard.loud * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <b style={{ width: `${Math.min(100, Math.sqrt(heard.loud) * 100)}%` }} />
          <span class="small">{heard.seconds.toFixed(1)} s</span>
        </span>
      ) : null}
      {said ? <p class="trouble">{said}</p> : null}
    </div>
  );
}
