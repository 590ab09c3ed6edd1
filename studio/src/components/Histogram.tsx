import type { Statistics } from "../generated/messages";
import { number, percent } from "../numbers";
import "./Histogram.css";

/** How the numbers of a tensor are distributed between its smallest and its largest. */
export function Histogram({ statistics, label }: { statistics: Statistics; label: string }) {
  const { bins, low, high } = statistics;
  if (low === null || high === null || !bins.length) return null;
  const top = Math.max(...bins);
  const edge = (i: number) => low + ((high - low) * i) / bins.length;
  return (
    <div class="histogram" role="img" aria-label={`${label}: from ${number(low)} to ${number(high)}`}>
      <div class="bins">
        {bins.map((share, i) => (
          <i
            key={i}
            class={edge(i + 1) <= 0 ? "under" : ""}
            style={{ height: `${(share / top) * 100}%` }}
            title={`${percent(share)} from ${number(edge(i))} to ${number(edge(i + 1))}`}
          />
        ))}
      </div>
      <div class="ends">
        <span>{number(low)}</span>
        <span>{number(high)}</span>
      </div>
    </div>
  );
}
