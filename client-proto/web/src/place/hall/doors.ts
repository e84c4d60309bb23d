// What shuts a bay: glass doors in bronze frames for the shops that are not open yet, and a lit curtain where a shop is shallow.

import { Mesh } from '../geometry/mesh.ts';
import { kBrass, kBronze, kCurtain, kTravertine } from '../geometry/palette.ts';
import { bar, chamferedBox, tube } from '../geometry/shapes.ts';
import type { Vec3 } from '../geometry/vector.ts';

export const kDoorZ = -0.24;

/** Two leaves, each with a kick plate, a frame and a long brass handle. */
export function doors(): Mesh {
  const m = new Mesh();
  for (const side of [-1, 1]) {
    const [x0, x1] = side < 0 ? [-0.78, -0.005] : [0.005, 0.78];
    chamferedBox(m, 'metal', [x0, 0.01, kDoorZ - 0.028], [x1, 0.26, kDoorZ + 0.028], kBronze, 0.008);
    chamferedBox(m, 'metal', [x0, 2.87, kDoorZ - 0.028], [x1, 2.96, kDoorZ + 0.028], kBronze, 0.008);
    for (const x of [x0 + 0.03, x1 - 0.03]) bar(m, 'metal', [x, 0.26, kDoorZ], [x, 2.87, kDoorZ], 0.06, 0.05, kBronze);
    m.quad('glass', [x0 + 0.05, 0.26, kDoorZ], [x1 - 0.05, 0.26, kDoorZ], [x1 - 0.05, 2.87, kDoorZ], [x0 + 0.05, 2.87, kDoorZ], [1, 1, 1]);
    const handle = side * 0.1;
    const reach = kDoorZ + 0.075;
    const path: Vec3[] = [[handle, 0.82, kDoorZ + 0.02], [handle, 0.82, reach], [handle, 1.38, reach], [handle, 1.38, kDoorZ + 0.02]];
    tube(m, 'metal', path, 0.011, 6, kBrass);
  }
  return m;
}

/** Folds of linen close behind the glass, with a stone sill below: the shop is being made ready. */
export function curtain(): Mesh {
  const m = new Mesh();
  const folds = (s: number, t: number): Vec3 => [-2.6 + 5.2 * s, 0.04 + 5.5 * t, -0.95 + 0.05 * Math.sin(s * 78) + 0.02 * Math.sin(s * 31 + 2)];
  m.grid('cloth', folds, 90, 5, kCurtain);
  m.quad('travertine', [-2.9, 0.01, -0.36], [2.9, 0.01, -0.36], [2.9, 0.01, -1.1], [-2.9, 0.01, -1.1], kTravertine, 0.7);
  return m;
}
