/** The names of the classes of points that are set by hand, as those of the named sets. */
export const CLASSES = ["orange", "blue"] as const;

/** A point of a plane from -1 to 1 along both axes. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly name: (typeof CLASSES)[number];
}

/** How far from a point one still means it. */
const REACH = 0.06;

/** Return points as a table in text. */
export const tableOf = (points: readonly Point[]): string =>
  ["x1,x2,class", ...points.map(({ x, y, name }) => `${x.toFixed(3)},${y.toFixed(3)},${name}`), ""].join("\n");

/** Return the points with one more, or without those that lie there already. */
export function toggled(points: readonly Point[], point: Point): Point[] {
  const others = points.filter(({ x, y }) => Math.hypot(x - point.x, y - point.y) > REACH);
  return others.length < points.length ? others : [...points, point];
}
