import { useState } from "preact/hooks";

/** The settings as a Python program. */
export function Code({ code }: { code: string }) {
  const [said, setSaid] = useState("Copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      setSaid("Copied");
    } catch {
      setSaid("The browser refuses: select it and copy");
    }
    setTimeout(() => setSaid("Copy"), 2000);
  };
  return (
    <section class="part" aria-label="Python">
      <header>
        <h2>The same in Python</h2>
        <p class="small quiet">It runs as it stands, and gives the same run.</p>
        <span class="end">
          <button type="button" class="button small" onClick={copy}>
            {said}
          </button>
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre class="code" tabIndex={0}>
        <code>{code}</code>
      </pre>
    </section>
  );
}
