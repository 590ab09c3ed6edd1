/** What is drawn of a course: for each bucket its first step, and the lowest, highest and mean value in it. */
export interface Buckets {
  readonly steps: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly mean: Float64Array;
}

/** Steps that were put together before they came here. */
export interface Bucket {
  readonly first: number;
  readonly last: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
}

/**
 * The course of one figure over the steps of a run, in memory that does not grow.
 *
 * Step s lies in the bucket number ⌊s / width⌋. When all buckets are used the width is doubled, which puts neighbours together.
 */
export class Course {
  private readonly first: Float64Array;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly sum: Float64Array;
  private readonly weight: Float64Array;
  private used = 0;
  private width = 1;
  private end = -1;

  constructor(private readonly capacity = 2048) {
    if (!Number.isInteger(capacity) || capacity < 2)
      throw new RangeError(`The capacity must be a whole number above 1. Got ${capacity} instead.`);
    this.first = new Float64Array(capacity);
    this.low = new Float64Array(capacity);
    this.high = new Float64Array(capacity);
    this.sum = new Float64Array(capacity);
    this.weight = new Float64Array(capacity);
  }

  /** How many buckets there are. */
  get length(): number {
    return this.used;
  }

  /** The last step, or -1 before there is one. */
  get last(): number {
    return this.end;
  }

  /** Add the value of a step. */
  add(step: number, value: number): void {
    this.put({ first: step, last: step, low: value, high: value, mean: value });
  }

  /** Add steps that were put together; what does not lie after the last step, or is not finite, is left out. */
  put(given: Bucket): void {
    if (given.first <= this.end || !Number.isFinite(given.mean)) return;
    this.end = given.last;
    const count = given.last - given.first + 1;
    if (this.used && this.number(this.first[this.used - 1] as number) === this.number(given.first)) {
      this.merge(this.used - 1, given.low, given.high, given.mean * count, count);
      return;
    }
    while (this.used === this.capacity) this.widen();
    this.place(this.used++, given.first, given.low, given.high, given.mean * count, count);
  }

  /** Forget all of it. */
  clear(): void {
    this.used = 0;
    this.width = 1;
    this.end = -1;
  }

  /** Return what there is; the arrays are views, which the next addition may change. */
  buckets(): Buckets {
    const mean = this.sum.slice(0, this.used).map((sum, i) => sum / (this.weight[i] as number));
    return { steps: this.first.subarray(0, this.used), low: this.low.subarray(0, this.used), high: this.high.subarray(0, this.used), mean };
  }

  /** Return the mean of the bucket that a step lies in, and of how many steps that is; nothing of one that has no finite value. */
  at(step: number): { readonly mean: number; readonly steps: number } | undefined {
    let from = 0;
    let to = this.used;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.first[middle] as number) <= step) from = middle + 1;
      else to = middle;
    }
    if (from === 0) return undefined;
    const [first, sum, steps] = [this.first[from - 1], this.sum[from - 1], this.weight[from - 1]] as [number, number, number];
    return step < first + steps || this.number(step) === this.number(first) ? { mean: sum / steps, steps } : undefined;
  }

  private number(step: number): number {
    return Math.floor(step / this.width);
  }

  private place(at: number, first: number, low: number, high: number, sum: number, weight: number): void {
    this.first[at] = first;
    this.low[at] = low;
    this.high[at] = high;
    this.sum[at] = sum;
    this.weight[at] = weight;
  }

  private merge(into: number, low: number, high: number, sum: number, weight: number): void {
    this.low[into] = Math.min(this.low[into] as number, low);
    this.high[into] = Math.max(this.high[into] as number, high);
    this.sum[into] = (this.sum[into] as number) + sum;
    this.weight[into] = (this.weight[into] as number) + weight;
  }

  private widen(): void {
    this.width *= 2;
    const before = this.used;
    this.used = 0;
    for (let i = 0; i < before; i++) {
      const [first, low, high, sum, weight] = [this.first[i], this.low[i], this.high[i], this.sum[i], this.weight[i]] as [
        number,
        number,
        number,
        number,
        number,
      ];
      const open = this.used > 0 && this.number(this.first[this.used - 1] as number) === this.number(first);
      if (open) this.merge(this.used - 1, low, high, sum, weight);
      else this.place(this.used++, first, low, high, sum, weight);
    }
  }
}
