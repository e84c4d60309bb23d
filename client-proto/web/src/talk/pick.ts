// Who stands under a point of the picture.
export interface P3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}
export interface Standing extends P3 {
  readonly id: number;
}

const bodyHalf_m = 0.34;
const bodyHeight_m = 1.85;
const reach_m = 25;

/** The nearest whose figure the ray meets, before `wall_m`. `direction` has the length 1. */
export function personAlong(origin: P3, direction: P3, people: readonly Standing[], wall_m: number): number | null {
  let best: number | null = null;
  let best_m = Math.min(wall_m + bodyHalf_m, reach_m);
  const flat = direction.x ** 2 + direction.z ** 2;
  if (flat < 1e-6) return null;
  for (const person of people) {
    const along = ((person.x - origin.x) * direction.x + (person.z - origin.z) * direction.z) / flat;
    if (along <= 0 || along >= best_m) continue;
    const aside = Math.hypot(origin.x + direction.x * along - person.x, origin.z + direction.z * along - person.z);
    const up = origin.y + direction.y * along - person.y;
    if (aside > bodyHalf_m || up < -0.1 || up > bodyHeight_m) continue;
    best = person.id;
    best_m = along;
  }
  return best;
}
