/** The view "Question". */
export function Question() {
  return <h1>Question</h1>;
}
