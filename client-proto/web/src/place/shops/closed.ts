// Interiors of the shops that are not open yet: seen through the glass only, so they carry goods of their own.

import { kOak, kPaleTravertine, kTravertine } from '../geometry/palette.ts';
import { box, chamferedBox } from '../geometry/shapes.ts';
import type { Colour } from '../geometry/vector.ts';
import type { ShopFit } from './fit.ts';
import { ledStrip, lightRaft, niche, ovalRug, pouf, spot, till } from './fixtures.ts';
import { againstWall, bag, dressedBust, pickColour, vase } from './goods.ts';
import { knitShelves, railWall, wardrobeBack } from './wardrobe.ts';

const kOxblood: Colour = [0.15, 0.03, 0.026];
const kNavy: Colour = [0.05, 0.06, 0.095];
const kCamel: Colour = [0.55, 0.47, 0.36];

/** Clothes: rail, knitwear, busts in the window. */
export function fitWardrobe(fit: ShopFit): void {
  wardrobeBack(fit);
  railWall(fit, -1.2, -6.0, -1.45);
  knitShelves(fit, -1.1, 4, () => false);
  ovalRug(fit, 0, -3.3, 1.5, 1.25, [0.55, 0.48, 0.39]);
  centrePlinths(fit, [0.1, 0.09, 0.085], kOxblood, [0.62, 0.54, 0.42]);
  for (const side of [-1, 1]) {
    const top = fit.plinth(side * 1.5, -0.8, 1.0, 0.6, 0.34);
    dressedBust(fit.mesh, [side * 1.5, top, -0.8], side > 0 ? kNavy : kCamel, fit.random);
    spot(fit, side * 1.5, -1.2, [side * 1.5, 0.7, -0.85], 24);
  }
  spot(fit, 0, -3.0, [0, 0.6, -3.1], 22);
  pouf(fit, 1.15, -4.6, [0.26, 0.3, 0.24]);
}

/** Leather goods on travertine boards along both walls. */
export function fitLeather(fit: ShopFit): void {
  const { mesh: m, random } = fit;
  const boards = niche(fit, [1.3, 1.75, 2.2, 2.65], [0.55, 0.5, 0.42]);
  for (const [y, half] of boards) {
    for (let i = 0; i < 5; i++) bag(m, [-half + 0.2 + ((2 * half - 0.4) * i) / 4, y, fit.backZ + 0.17], 0.75 + 0.2 * random(), pickColour(random));
  }
  till(fit, fit.backZ + 1.25, 1.05, [0.07, 0.1, 0.085]);
  for (const side of [-1, 1]) for (let k = 0; k < 3; k++) boardedBay(fit, side, -1.9 - k * 1.65, k);
  ovalRug(fit, 0, -3.3, 1.5, 1.25, [0.3, 0.33, 0.28]);
  centrePlinths(fit, [0.09, 0.12, 0.1], [0.05, 0.09, 0.07], [0.5, 0.36, 0.22]);
  for (const side of [-1, 1]) {
    const top = fit.plinth(side * 1.5, -0.8, 1.0, 0.6, 0.34);
    bag(m, [side * 1.5 - 0.2, top, -0.8], 1.25, side > 0 ? [0.17, 0.05, 0.045] : kNavy);
    vase(m, [side * 1.5 + 0.25, top, -0.82], 1.1, [0.66, 0.6, 0.52], 1);
    spot(fit, side * 1.5, -1.2, [side * 1.5, 0.7, -0.85], 24);
    for (const z of [-2.0, -3.6, -5.2]) spot(fit, side * 1.9, z, [side * 2.7, 1.2, z - 0.1], 15);
  }
  lightRaft(fit, -1.42, -5.98);
  spot(fit, 0, -3.0, [0, 0.6, -3.1], 22);
  spot(fit, 0, -5.6, [0, 1.6, fit.backZ], 24);
  pouf(fit, 1.15, -4.6, [0.32, 0.2, 0.13]);
}

/** An oak panel with five lit stone boards of bags. */
function boardedBay(fit: ShopFit, side: number, z: number, index: number): void {
  const { mesh: m, random } = fit;
  const wall = side * fit.halfWidth;
  const span = (a: number, b: number): readonly [number, number] => [Math.min(wall - side * a, wall - side * b), Math.max(wall - side * a, wall - side * b)];
  const [p0, p1] = span(0, 0.06);
  box(m, 'wood', [p0, 0, z - 0.7], [p1, 3, z + 0.7], kOak, { pieceMax: m.pick(0.9, 0.4, 0.4), skip: 'kb' });
  const [b0, b1] = span(0.05, 0.36);
  const [l0, l1] = span(0.08, 0.11);
  for (let row = 0; row < 5; row++) {
    const y = 0.5 + row * 0.5;
    chamferedBox(m, 'travertine', [b0, y - 0.02, z - 0.62], [b1, y + 0.02, z + 0.62], [0.62, 0.56, 0.48], 0.005);
    ledStrip(fit, [l0, l1], [z - 0.6, z + 0.6], y - 0.022);
    if (row === 4) continue;
    fit.lamp([wall - side * 0.28, y + 0.45, z], [wall - side * 0.4, 0, z], 0.22, 0.9, -0.1);
    for (let i = 0; i < 3; i++) {
      const at = [wall - side * 0.2, y + 0.02, z - 0.4 + 0.4 * i] as const;
      if ((i + row + index) % 4 === 0) vase(m, at, 0.75, [0.5, 0.46, 0.4], i + row);
      else againstWall(m, at, (piece) => bag(piece, [0, 0, 0], 0.7 + 0.25 * random(), pickColour(random)));
    }
  }
}

function centrePlinths(fit: ShopFit, dark: Colour, first: Colour, second: Colour): void {
  const m = fit.mesh;
  bag(m, [-0.55, fit.plinth(-0.55, -2.9, 0.5, 0.5, 0.95, kPaleTravertine), -2.9], 1.05, first);
  vase(m, [0.05, fit.plinth(0.05, -3.3, 0.44, 0.44, 0.62, kTravertine), -3.3], 1, [0.72, 0.68, 0.62], 0);
  bag(m, [0.62, fit.plinth(0.62, -2.85, 0.48, 0.48, 0.78, dark), -2.85], 0.95, second);
}
