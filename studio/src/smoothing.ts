/** The strongest smoothing that is offered: what is drawn is then, in the main, the last hundred values. */
export const MOST_SMOOTH = 0.99;

/**
 * Return the exponential moving average of values, corrected for its beginning at zero, as Adam's moments are.
 *
 * s_t = w · s_{t−1} + (1 − w) · x_t with s_0 = 0, and s_t / (1 − w^t) is returned: the weighted mean of the values so far, the last of
 * which weighs most. Where there is no value there is no average, and it goes on from there as if nothing had been.
 *
 * Source: Kingma and Ba, Adam, 2015, section 3; it is what TensorBoard draws.
 */
export function smoothed(values: ArrayLike<number | null>, weight: number): (number | null)[] {
  let sum = 0;
  let total = 0;
  return Array.from(values, (value) => {
    if (value === null || !Number.isFinite(value)) return null;
    sum = weight * sum + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return sum / total;
  });
}
