// Who is under a point of the picture.
import { extent } from "../avatar/head.ts";

export interface P3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}
export interface Figure extends P3 {
  readonly id: number;
  readonly seated: boolean;
}

const bodyHalf_m = 0.34;
const belowFeet_m = 0.1;
const reach_m = 25;

/** The nearest whose figure the ray meets, before `wall_m`. `direction` has the length 1. */
export function personAlong(origin: P3, direction: P3, people: readonly Figure[], wall_m: number): number | null {
  let best: number | null = null;
  let best_m = Math.min(wall_m + bodyHalf_m, reach_m);
  const flat = direction.x ** 2 + direction.z ** 2;
  if (flat < 1e-6) return null;
  for (const person of people) {
    const along = ((person.x - origin.x) * direction.x + (person.z - origin.z) * direction.z) / flat;
    if (along <= 0 || along >= best_m) continue;
    const aside = Math.hypot(origin.x + direction.x * along - person.x, origin.z + direction.z * along - person.z);
    const height_m = origin.y + direction.y * along;
    const { low_m, high_m } = extent(person);
    if (aside > bodyHalf_m || height_m < low_m - belowFeet_m || height_m > high_m) continue;
    best = person.id;
    best_m = along;
  }
  return best;
}
