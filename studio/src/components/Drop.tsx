import { useState } from "preact/hooks";
import type { Upload } from "../generated/messages";
import { upload } from "../live/upload";
import "./Drop.css";

interface Props {
  readonly text: string;
  readonly accept?: string;
  readonly onUpload: (newest: Upload, file: File) => void;
}

/** A place to drop a file on, or to choose one. */
export function Drop({ text, accept, onUpload }: Props) {
  const [isOver, setOver] = useState(false);
  const [said, setSaid] = useState("");
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    setSaid(`${file.name} is on its way …`);
    try {
      const newest = (await upload(file)).uploads[0];
      setSaid("");
      if (newest) onUpload(newest, file);
    } catch (error) {
      setSaid((error as Error).message);
    }
  };
  return (
    <label
      class={`drop ${isOver ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <input
        type="file"
        class="visually-hidden"
        {...(accept ? { accept } : {})}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      <span>{text}</span>
      {said ? <span class="small">{said}</span> : null}
    </label>
  );
}
