import { useState } from "preact/hooks";
import { DrawPad } from "../../components/DrawPad";
import { Drop } from "../../components/Drop";
import { ExampleCard } from "../../components/ExampleCard";
import { useAnswer } from "../../live/useAnswer";
import type { ExampleInput } from "../../own";
import { change, state } from "../../state";

/** The example that a stage is told by: one of the test part, drawn, or dropped. */
export function useChosen(): readonly [ExampleInput, (given: ExampleInput | null) => void, boolean] {
  const [own, setOwn] = useState<ExampleInput | null>(null);
  return [own ?? { type: "in_part", part: "test", number: state.row.value ?? 0 }, setOwn, own !== null];
}

interface Props {
  readonly run: string;
  readonly isOwn: boolean;
  readonly onGive: (given: ExampleInput | null) => void;
}

/** Examples to choose from, none of which the network has learned from; and a pad to draw one's own. */
export function Chosen({ run, isOwn, onGive }: Props) {
  const { answer } = useAnswer({ type: "read_examples", run, part: "test", first: 0, limit: 14, step: null }, run);
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="touched">
      <div class="sheet">
        {answer?.examples.map((example) => (
          <ExampleCard
            key={example.place}
            example={{ ...example, answer: null }}
            size={40}
            isChosen={!isOwn && example.number === (state.row.value ?? 0)}
            onPick={() => {
              onGive(null);
              change({ row: example.number }, "replace");
            }}
          />
        ))}
        <button type="button" class="button bare" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "no drawing" : "or draw your own"}
        </button>
      </div>
      {isOpen ? (
        <div class="row">
          <DrawPad label="Draw a digit here" onDraw={(drawing) => onGive(drawing && { type: "drawn", ...drawing, fit: true })} />
          <Drop
            text="Drop a picture here, or choose one"
            accept="image/*"
            onUpload={({ name }) => onGive({ type: "uploaded", name, row: 0 })}
          />
        </div>
      ) : null}
    </div>
  );
}
