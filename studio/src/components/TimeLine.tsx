import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { stepOf } from "../findings";
import { go, goToEnd, isDragging, isSeeking, moment } from "../moment";
import { count, counted, tick } from "../numbers";
import { type FollowedRun, run, runs, shown } from "../run";
import { link, state } from "../state";
import { epochOf, spread } from "../steps";
import { ink, isDark } from "../theme/theme";
import { hint } from "./Hint";
import "./TimeLine.css";
import { useSize } from "./useSize";

interface Mark {
  readonly step: number;
  readonly kind: "snapshot" | "finding" | "fork" | "edit";
  readonly text: string;
  readonly href?: string;
}

/** What happened at steps of a run: findings, forks, edits, and where it can be gone on from at once. */
function marksOf(now: FollowedRun, from: number, to: number): Mark[] {
  const snapshots = spread(now.snapshots.value, from, to).map(
    (step): Mark => ({ step, kind: "snapshot", text: `snapshot before step ${count(step)}` }),
  );
  const findings = (now.findings.value ?? []).flatMap((finding): Mark[] => {
    const step = stepOf(finding);
    return step === null ? [] : [{ step, kind: "finding", text: `${finding.symptom} (${finding.certainty}), step ${count(step)}` }];
  });
  const forks = (runs.value ?? []).flatMap(({ name, parent }): Mark[] =>
    parent?.run === now.name
      ? [
          {
            step: parent.step,
            kind: "fork",
            text: `${name} goes on from step ${count(parent.step)}`,
            href: link({ beside: [name], view: "rewind" }),
          },
        ]
      : [],
  );
  const edits = now.events.value.flatMap(({ kind, step, text }): Mark[] =>
    step !== null && kind === "edited" ? [{ step, kind: "edit", text }] : [],
  );
  return [...snapshots, ...findings, ...forks, ...edits];
}

/** Draw the course of the chosen figure, as high as the line allows. */
function draw(canvas: HTMLCanvasElement, now: FollowedRun, figure: string, width: number, height: number): void {
  const context = canvas.getContext("2d");
  const course = now.courses.get(figure);
  if (!context || !width) return;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  if (!course?.length) return;
  const { steps, low, high, mean } = course.buckets();
  const [from, to] = [now.first.peek(), Math.max(now.first.peek() + 1, now.last.peek() ?? 0)];
  // The first steps of a loss are often far above all others: the scale is that of all but the highest hundredth.
  const sorted = [...mean].sort((a, b) => a - b);
  const top = Math.max(sorted[Math.floor((sorted.length - 1) * 0.99)] as number, sorted[0] as number);
  const bottom = Math.min(...low);
  const x = (step: number) => ((step - from) / (to - from)) * width;
  const y = (value: number) => Math.max(1, height - 3 - ((value - bottom) / (top - bottom || 1)) * (height - 7));
  context.beginPath();
  for (let i = 0; i < steps.length; i++) context.lineTo(x(steps[i] as number), y(high[i] as number));
  for (let i = steps.length - 1; i >= 0; i--) context.lineTo(x(steps[i] as number), y(low[i] as number));
  context.fillStyle = ink("--blue-wash");
  context.fill();
  context.beginPath();
  for (let i = 0; i < steps.length; i++) context.lineTo(x(steps[i] as number), y(mean[i] as number));
  context.strokeStyle = ink("--blue");
  context.lineWidth = 1.4;
  context.lineJoin = "round";
  context.stroke();
}

function Marks({ now, from, to }: { now: FollowedRun; from: number; to: number }) {
  const place = (step: number) => ({ left: `${((step - from) / (to - from)) * 100}%` });
  const ends = now.epochs.value.filter(({ step }) => step > from && step < to);
  return (
    <>
      {ends.length <= 60 ? ends.map(({ epoch, step }) => <i key={`e${epoch}`} class="mark epoch" style={place(step)} />) : null}
      {marksOf(now, from, to)
        .filter(({ step }) => step >= from && step <= to)
        .map(({ step, kind, text, href }) => {
          const same = {
            class: `mark ${kind}`,
            style: place(step),
            "aria-label": text,
            onMouseEnter: (event: MouseEvent) => hint(event, text),
            onMouseLeave: () => hint(null),
          };
          return href ? (
            <a key={`${kind}${text}`} href={href} {...same} />
          ) : (
            <button key={`${kind}${text}`} type="button" tabIndex={kind === "snapshot" ? -1 : 0} onClick={() => go(step)} {...same} />
          );
        })}
    </>
  );
}

function Track({ now, at }: { now: FollowedRun; at: number }) {
  const track = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(track);
  const from = now.first.value;
  const to = Math.max(from + 1, now.last.value ?? 0);
  const figure = state.figure.value;
  useEffect(() => {
    let frame = 0;
    const stop = effect(() => {
      void [now.grown.value, isDark.value];
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        if (canvas.current) draw(canvas.current, now, figure, width, height);
      });
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  });
  const stepAt = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return from + ((event.clientX - box.left) / box.width) * (to - from);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const epoch = now.opened.value?.steps_per_epoch || 10;
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      PageDown: at - epoch,
      PageUp: at + epoch,
      Home: from,
      End: to,
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    go(move, "replace");
  };
  return (
    <div
      ref={track}
      class="track"
      onPointerDown={(event) => {
        if (event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        isDragging.value = true;
        go(stepAt(event), "replace");
      }}
      onPointerMove={(event) => isDragging.value && go(stepAt(event), "replace")}
      onPointerUp={() => {
        isDragging.value = false;
      }}
      onPointerCancel={() => {
        isDragging.value = false;
      }}
    >
      <canvas ref={canvas} />
      {/* Beside the marks, not around them: what is within a slider is hidden from screen readers. */}
      <div
        class="slider"
        role="slider"
        tabIndex={0}
        aria-label="Step of the run"
        aria-valuemin={from}
        aria-valuemax={to}
        aria-valuenow={at}
        aria-valuetext={`step ${count(at)} of ${count(to)}`}
        onKeyDown={onKeyDown}
      />
      <Marks now={now} from={from} to={to} />
      <i class="playhead" style={{ left: `${((at - from) / (to - from)) * 100}%` }} />
    </div>
  );
}

/** Return the chosen figure at a step in words: the very number where it is known, else the mean of the steps around. */
function figureAt(now: FollowedRun, at: number): string {
  const figure = state.figure.value;
  if (figure === "loss" && moment.value?.step === at && moment.value.loss !== null) return `${figure} ${tick(moment.value.loss)}`;
  const found = now.courses.get(figure)?.at(at);
  if (!found) return `${figure} –`;
  return found.steps > 1 ? `mean ${figure} of ${counted(found.steps, "step")} ${tick(found.mean)}` : `${figure} ${tick(found.mean)}`;
}

/** The time line over the whole run, at the foot of every view of a run. */
export function TimeLine() {
  const now = run.value;
  const at = shown.value;
  const [typed, setTyped] = useState<string | null>(null); // what is half typed stays, while the run goes on
  if (!now || at === null) return null;
  const epoch = moment.value?.step === at ? moment.value.epoch : epochOf(now.epochs.value, at, now.opened.value?.steps_per_epoch ?? 1);
  void now.grown.value;
  return (
    <section class="timeline" aria-label="Time line">
      <div class="now">
        <div class="steps">
          <button type="button" class="button bare" aria-label="One step back" onClick={() => go(at - 1)}>
            ‹
          </button>
          <label>
            <span class="visually-hidden">Step</span>
            <input
              inputMode="numeric"
              autocomplete="off"
              value={typed ?? String(at)}
              onInput={(event) => setTyped(event.currentTarget.value)}
              onBlur={() => setTyped(null)}
              onChange={(event) => {
                const step = event.currentTarget.value.replace(/\D/g, "");
                if (step) go(Number(step));
                setTyped(null);
              }}
              aria-label="Go to step"
            />
          </label>
          <button type="button" class="button bare" aria-label="One step forward" onClick={() => go(at + 1)}>
            ›
          </button>
        </div>
        <p class="small quiet">
          {epoch === null ? "" : `epoch ${count(epoch + 1)} · `}
          {figureAt(now, at)}
          <span class={isSeeking.value ? "seeking" : ""} />
        </p>
      </div>
      <Track now={now} at={at} />
      <button type="button" class="button bare latest" disabled={state.step.value === null} onClick={goToEnd} title="Show the latest step">
        {now.isLive.value ? "live" : "end"}
      </button>
    </section>
  );
}
