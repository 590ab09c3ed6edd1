/** How a cloud of points is turned, in radians: about the axis that stands upright, then about the one that lies across. */
export interface Turn {
  readonly about: number;
  readonly over: number;
}

/** Where points appear that are looked at from afar: in the plane, from -1 to 1, and how near they are, from 0 to 1. */
export interface View {
  readonly places: Float32Array;
  readonly nearness: Float32Array;
}

const STEEPEST = Math.PI / 2; // from straight below to straight above

/** Return a turn with some more to it; nobody is turned head over heels. */
export const turnedBy = ({ about, over }: Turn, more: Turn): Turn => ({
  about: about + more.about,
  over: Math.max(-STEEPEST, Math.min(STEEPEST, over + more.over)),
});

/** Return how triples of coordinates look from the side that a turn brings to the front, centred, the farthest at a distance of 1. */
export function seen(triples: ArrayLike<number>, { about, over }: Turn): View {
  const count = triples.length / 3;
  const middle = [0, 1, 2].map((axis) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += triples[i * 3 + axis] as number;
    return sum / count;
  });
  const at = (i: number, axis: number): number => (triples[i * 3 + axis] as number) - (middle[axis] as number);
  let reach = 0;
  for (let i = 0; i < count; i++) reach = Math.max(reach, Math.hypot(at(i, 0), at(i, 1), at(i, 2)));
  const [places, nearness] = [new Float32Array(count * 2), new Float32Array(count)];
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [0, 1, 2].map((axis) => at(i, axis) / (reach || 1)) as [number, number, number];
    const across = x * Math.cos(about) + z * Math.sin(about);
    const deep = z * Math.cos(about) - x * Math.sin(about);
    places[i * 2] = across;
    places[i * 2 + 1] = y * Math.cos(over) - deep * Math.sin(over);
    nearness[i] = (1 + deep * Math.cos(over) + y * Math.sin(over)) / 2;
  }
  return { places, nearness };
}
