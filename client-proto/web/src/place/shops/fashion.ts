// "Maison Lune": the fashion boutique. Two mannequins in the window, two on podiums in the middle, shoes on a low table, hats on a
// plinth, the near end of the rail and two compartments of the shelving free for goods.

import { kBrass, kPaleTravertine, kTravertine } from '../geometry/palette.ts';
import { lathe } from '../geometry/shapes.ts';
import type { ShopFit } from './fit.ts';
import { kRailHeight, ovalRug, pouf, spot } from './fixtures.ts';
import { knitShelves, railWall, wardrobeBack } from './wardrobe.ts';

const kMannequinSpace = [0.66, 1.98, 0.5] as const;
const kRailNear = -1.2;
const kRailFar = -6.0;
const kShelvesNear = -1.1;

export function fitFashion(fit: ShopFit): void {
  wardrobeBack(fit);
  const rail = railWall(fit, kRailNear, kRailFar, -2.45);
  const isFree = (column: number, row: number): boolean => column === 0 && (row === 1 || row === 2);
  knitShelves(fit, kShelvesNear, 4, isFree);
  ovalRug(fit, 0.1, -3.3, 1.5, 1.25, [0.55, 0.48, 0.39]);

  for (const side of [-1, 1]) {
    const top = fit.plinth(side * 1.5, -0.85, 0.9, 0.66, 0.2);
    fit.display('mannequin', [side * 1.5, top, -0.85], side * -0.12, kMannequinSpace, side < 0 ? 0 : 1);
    spot(fit, side * 1.5, -1.35, [side * 1.5, 1.2, -0.85], 24);
  }
  for (const [x, shape, yaw] of [[-0.35, 1, 0.18], [0.55, 0, -0.14]] as const) {
    const top = fit.plinth(x, -3.75, 0.74, 0.74, 0.16, kPaleTravertine);
    fit.display('mannequin', [x, top, -3.75], yaw, kMannequinSpace, shape);
    spot(fit, x, -2.4, [x, 1.3, -3.75], 20);
  }
  const table = fit.plinth(-0.35, -2.75, 0.86, 0.5, 0.44);
  fit.display('plinth', [-0.35, table, -2.75], 0, [0.6, 0.3, 0.4]);
  hatStand(fit, 0.55, -2.75);
  spot(fit, 0.1, -1.9, [0.1, 0.7, -2.75], 20);

  for (const z of [-1.6, -2.05]) fit.display('hanger', [rail, kRailHeight, z], 0, [0.5, 1.45, 0.24]);
  for (const row of [1, 2]) {
    fit.display('shelf', [fit.halfWidth - 0.24, 0.35 + row * 0.52 + 0.02, kShelvesNear - 0.02 - 0.605], -Math.PI / 2, [1.1, 0.46, 0.34]);
  }
  pouf(fit, 1.75, -5.55, [0.26, 0.3, 0.24]);
}

/** A plinth with a brass stem and a small dish, on which a hat sits above the stone. */
function hatStand(fit: ShopFit, x: number, z: number): void {
  const top = fit.plinth(x, z, 0.44, 0.44, 0.95, kTravertine);
  const segments = fit.mesh.pick(6, 10, 20);
  lathe(fit.mesh, 'metal', x, z, [[0.09, top], [0.09, top + 0.008], [0.012, top + 0.016], [0.01, top + 0.14], [0.055, top + 0.15], [0, top + 0.152]], segments, kBrass);
  fit.display('plinth', [x, top + 0.152, z], 0, [0.42, 0.34, 0.42]);
}
