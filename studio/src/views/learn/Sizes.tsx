import { useState } from "preact/hooks";
import { Choices } from "../../components/Choices";

/** Return how many places a kernel has along an axis, and how many zeros are laid around on both sides together. */
export function placesOf(input: number, kernel: number, stride: number, padding: "valid" | "same"): { places: number; zeros: number } {
  if (padding === "valid") return { places: Math.max(0, Math.floor((input - kernel) / stride) + 1), zeros: 0 };
  const places = Math.ceil(input / stride);
  return { places, zeros: Math.max(0, (places - 1) * stride + kernel - input) };
}

const CELL = 22;

function Slider({ name, value, most, onChange }: { name: string; value: number; most: number; onChange: (value: number) => void }) {
  return (
    <label class="row small">
      <span>
        {name} {value}
      </span>
      <input type="range" min={1} max={most} value={value} onInput={(event) => onChange(Number(event.currentTarget.value))} />
    </label>
  );
}

/** What kernel size, stride and padding make of the size of an image: the places that the kernel takes, one after the other. */
export function Sizes() {
  const [input, setInput] = useState(8);
  const [kernel, setKernel] = useState(3);
  const [stride, setStride] = useState(1);
  const [padding, setPadding] = useState<"valid" | "same">("valid");
  const [place, setPlace] = useState(0);
  const { places, zeros } = placesOf(input, kernel, stride, padding);
  const before = Math.floor(zeros / 2);
  const all = input + zeros;
  const at = places ? place % (places * places) : 0;
  const [row, column] = places ? [Math.floor(at / places), at % places] : [0, 0];
  const square = (x: number, y: number, name: string) => (
    <rect key={`${x} ${y}`} class={name} x={x * CELL + 1} y={y * CELL + 1} width={CELL - 2} height={CELL - 2} rx="2" />
  );
  const every = (count: number) => Array.from({ length: count * count }, (_, i) => [i % count, Math.floor(i / count)] as const);
  return (
    <div class="touched sizes">
      <div class="row">
        <Slider name="image" value={input} most={12} onChange={setInput} />
        <Slider name="kernel" value={kernel} most={5} onChange={setKernel} />
        <Slider name="stride" value={stride} most={4} onChange={setStride} />
        <Choices
          label="Padding"
          among={[
            ["valid", "no padding"],
            ["same", "padding with zeros"],
          ]}
          value={padding}
          onChange={setPadding}
        />
      </div>
      <div class="grids">
        <svg
          width={all * CELL}
          height={all * CELL}
          role="img"
          aria-label={`An image of ${input} × ${input}, with the kernel at one of its ${places} × ${places} places`}
        >
          {every(all).map(([x, y]) =>
            square(x, y, x >= before && y >= before && x < before + input && y < before + input ? "pixel" : "zero"),
          )}
          {places ? (
            <rect class="kernel" x={column * stride * CELL} y={row * stride * CELL} width={kernel * CELL} height={kernel * CELL} rx="3" />
          ) : null}
        </svg>
        <span class="operator">→</span>
        <svg
          width={Math.max(1, places) * CELL}
          height={Math.max(1, places) * CELL}
          role="img"
          aria-label={`The output, of ${places} × ${places}`}
        >
          {every(places).map(([x, y]) => square(x, y, x === column && y === row ? "now" : "pixel"))}
        </svg>
        <button type="button" class="button" disabled={!places} onClick={() => setPlace(at + 1)}>
          Next place
        </button>
      </div>
      <p class="equation">
        {padding === "valid" ? `⌊(${input} − ${kernel}) / ${stride}⌋ + 1` : `⌈${input} / ${stride}⌉`} = <strong>{places}</strong> places
        along each side
        {zeros ? `, with ${zeros} rows of zeros laid around` : ""}.
      </p>
    </div>
  );
}
