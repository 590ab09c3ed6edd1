/** The names of the classes of points that are set by hand, as those of the named sets. */
export const CLASSES = ["orange", "blue"] as const;

/** A place in a plane from -1 to 1 along both axes. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Point extends Place {
  readonly name: (typeof CLASSES)[number];
}

/** How far from a point one still means it. */
const REACH = 0.06;

/** Return points as a table in text. */
export const tableOf = (points: readonly Point[]): string =>
  ["x1,x2,class", ...points.map(({ x, y, name }) => `${x.toFixed(3)},${y.toFixed(3)},${name}`), ""].join("\n");

/** Return the number of the point that lies nearest to a place, within reach; -1 where none does. */
export function pointAt(points: readonly Point[], { x, y }: Place): number {
  const distances = points.map((one) => Math.hypot(one.x - x, one.y - y));
  const nearest = Math.min(...distances);
  return nearest <= REACH ? distances.indexOf(nearest) : -1;
}

/** Return the points with one of them elsewhere. */
export const moved = (points: readonly Point[], number: number, { x, y }: Place): Point[] =>
  points.map((one, i) => (i === number ? { ...one, x, y } : one));

/** Return the points with one more, or without the one that lies there already. */
export function toggled(points: readonly Point[], point: Point): Point[] {
  const number = pointAt(points, point);
  return number < 0 ? [...points, point] : points.filter((_, i) => i !== number);
}
