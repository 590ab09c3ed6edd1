/** Softmax: the shares of the exponentials. */
export function Softmax() {
  return (
    <math aria-label="p i is e to the z i, divided by the sum over j of e to the z j">
      <msub>
        <mi>p</mi>
        <mi>i</mi>
      </msub>
      <mo>=</mo>
      <mfrac>
        <msup>
          <mi>e</mi>
          <msub>
            <mi>z</mi>
            <mi>i</mi>
          </msub>
        </msup>
        <mrow>
          <msub>
            <mo>∑</mo>
            <mi>j</mi>
          </msub>
          <msup>
            <mi>e</mi>
            <msub>
              <mi>z</mi>
              <mi>j</mi>
            </msub>
          </msup>
        </mrow>
      </mfrac>
    </math>
  );
}

/** The chain rule for three values, one after the other. */
export function ChainRule() {
  const slope = (of: string, by: string) => (
    <mfrac>
      <mrow>
        <mo>∂</mo>
        <mi>{of}</mi>
      </mrow>
      <mrow>
        <mo>∂</mo>
        <mi>{by}</mi>
      </mrow>
    </mfrac>
  );
  return (
    <math aria-label="d L by d w is d L by d z, times d z by d a, times d a by d w">
      {slope("L", "w")}
      <mo>=</mo>
      {slope("L", "z")}
      <mo>·</mo>
      {slope("z", "a")}
      <mo>·</mo>
      {slope("a", "w")}
    </math>
  );
}
