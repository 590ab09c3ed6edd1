import { describe, expect, it } from "vitest";
import { Course } from "../src/course";

/** A stream of numbers that hangs on a seed alone (Park and Miller, 1988). */
function* numbers(seed: number): Generator<number> {
  for (let now = seed; ; ) {
    now = (now * 48271) % 2147483647;
    yield now / 2147483647;
  }
}

describe("a course", () => {
  it("keeps every step while there is room", () => {
    const course = new Course(8);
    for (let step = 0; step < 8; step++) course.add(step, step * step);
    const { steps, low, high, mean } = course.buckets();
    expect([...steps]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const values of [low, high, mean]) expect([...values]).toEqual([0, 1, 4, 9, 16, 25, 36, 49]);
  });

  it("keeps lowest, highest and mean of many more steps than it has room for", () => {
    const capacity = 64;
    const course = new Course(capacity);
    const stream = numbers(7);
    const all = Array.from({ length: 100_000 }, () => stream.next().value as number);
    for (const [step, value] of all.entries()) course.add(step, value);
    const { steps, low, high, mean } = course.buckets();
    expect(steps.length).toBeGreaterThan(capacity / 2 - 1);
    expect(steps.length).toBeLessThanOrEqual(capacity);
    steps.forEach((first, i) => {
      const own = all.slice(first, steps[i + 1] ?? all.length);
      expect(low[i]).toBe(Math.min(...own));
      expect(high[i]).toBe(Math.max(...own));
      expect(mean[i]).toBeCloseTo(own.reduce((sum, one) => sum + one, 0) / own.length, 10);
    });
  });

  it("weighs buckets by their steps", () => {
    const course = new Course(2);
    course.put({ first: 0, last: 2, low: 0, high: 2, mean: 1 });
    course.add(3, 5);
    course.add(8, 9);
    expect([...course.buckets().mean]).toEqual([2, 9]);
  });

  it("leaves out what is not after its end, and what is not finite", () => {
    const course = new Course(8);
    course.add(5, 1);
    course.add(5, 2);
    course.add(4, 2);
    course.add(6, Number.NaN);
    course.add(7, Number.POSITIVE_INFINITY);
    expect([...course.buckets().mean]).toEqual([1]);
    expect(course.last).toBe(5);
  });

  it("says what it was at a step, and nothing of steps without a finite value", () => {
    const course = new Course(8);
    course.add(10, 1);
    course.add(11, Number.NaN);
    course.add(20, 2);
    const one = (mean: number) => ({ mean, steps: 1 });
    expect([5, 10, 11, 19, 20, 99].map((step) => course.at(step))).toEqual([undefined, one(1), undefined, undefined, one(2), undefined]);
  });

  it("says of how many steps the value at a step is the mean", () => {
    const course = new Course(2);
    for (let step = 0; step < 8; step++) course.add(step, step);
    expect([0, 3, 4, 7].map((step) => course.at(step))).toEqual([1.5, 1.5, 5.5, 5.5].map((mean) => ({ mean, steps: 4 })));
    course.put({ first: 8, last: 10, low: 1, high: 3, mean: 2 });
    expect(course.at(10)?.mean).toBe(2);
  });
});
