import { useEffect, useState } from "preact/hooks";

/** A sound to be heard again, from the page's own memory. */
export function Player({ file, label }: { file: File; label: string }) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  // biome-ignore lint/a11y/useMediaCaption: what was just said needs no words of it written down
  return address ? <audio controls src={address} aria-label={label} /> : null;
}
