/** The view "Rewind". */
export function Rewind() {
  return <h1>Rewind</h1>;
}
