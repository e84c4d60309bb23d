// The clothes side of a shop: a slatted wall with a rail of garments, shelving with knitwear and bags, a niche with the till.
// The fashion boutique and the closed shops of its kind share it.

import { kGoodsColours, shade } from '../geometry/palette.ts';
import { chamferedBox } from '../geometry/shapes.ts';
import type { Colour } from '../geometry/vector.ts';
import type { ShopFit } from './fit.ts';
import { clothesRail, kRailHeight, lightRaft, niche, shelving, slattedWall, spot, till } from './fixtures.ts';
import { againstWall, bag, foldedStack, garment, pickColour, vase } from './goods.ts';

const kStoneware: readonly Colour[] = [
  [0.55, 0.48, 0.4],
  [0.62, 0.56, 0.5],
  [0.6, 0.55, 0.48],
];
const kBoxDark: Colour = [0.12, 0.1, 0.09];
const kBoxLight: Colour = [0.5, 0.43, 0.33];

/** Slatted wall and rail on the left; garments hang between zHangNear and the rail's end. Returns the rail's X. */
export function railWall(fit: ShopFit, zNear: number, zFar: number, zHangNear: number): number {
  slattedWall(fit, -1, zNear + 0.2, zFar - 0.2, 2.55);
  const x = clothesRail(fit, zNear, zFar);
  const { random, mesh: m } = fit;
  let z = zHangNear;
  let group = 0;
  while (z > zFar + 0.25) {
    const colour = kGoodsColours[group % kGoodsColours.length]!;
    const count = 2 + Math.floor(random() * 3);
    const long = random() < 0.35 ? 1.45 : 1;
    for (let i = 0; i < count && z > zFar + 0.25; i++) {
      garment(m, [x, kRailHeight - 0.04, z], (random() - 0.5) * 0.16, shade(colour, 0.92 + 0.16 * random()), random, long);
      z -= 0.105 + 0.03 * random();
    }
    group += 3;
    z -= 0.1 + (random() < 0.3 ? 0.25 : 0);
  }
  const wall = -fit.halfWidth;
  for (let i = 0; i < 9; i++) {
    const at = zNear - 0.3 - i * 0.52;
    if (i % 3 === 2) vase(m, [wall + 0.24, 2.245, at], 0.9, kStoneware[0]!, i);
    else chamferedBox(m, 'leather', [wall + 0.08, 2.245, at - 0.17], [wall + 0.4, 2.365 + 0.06 * (i % 2), at + 0.17], i % 2 ? kBoxLight : kBoxDark, 0.006);
  }
  return x;
}

/** Shelving on the right, stocked by a fixed rhythm; `keepFree` names compartments left for goods that are for sale. */
export function knitShelves(fit: ShopFit, zNear: number, columns: number, keepFree: (column: number, row: number) => boolean): void {
  const { random, mesh: m } = fit;
  shelving(fit, 1, zNear, columns, (column, row, [x, y, z]) => {
    if (keepFree(column, row)) return;
    const kind = (column + row) % 3;
    if (kind === 0) {
      for (const offset of [0.285, -0.275]) againstWall(m, [x, y, z + offset], (piece) => foldedStack(piece, [0, 0, 0], 2 + Math.floor(random() * 4), random));
    } else if (kind === 1) {
      for (const offset of [0.255, -0.255]) {
        const size = 0.85 + 0.2 * random();
        againstWall(m, [x, y, z + offset], (piece) => bag(piece, [0, 0, 0], size, pickColour(random)));
      }
    } else {
      vase(m, [x, y, z + 0.255], 0.8, kStoneware[1]!, row);
      chamferedBox(m, 'leather', [x - 0.12, y, z - 0.4], [x + 0.14, y + 0.14, z - 0.06], kBoxDark, 0.006);
    }
  });
}

/** Back of a clothes shop: niche with a few bags and vases, till, light frame and the spots that every such shop has. */
export function wardrobeBack(fit: ShopFit): void {
  const { random, mesh: m } = fit;
  const boards = niche(fit, [2.0, 2.5], [0.66, 0.58, 0.48]);
  for (const [y, half] of boards) {
    for (let i = 0; i < 5; i++) {
      const x = -half + 0.2 + ((2 * half - 0.4) * i) / 4;
      if (i % 2) bag(m, [x, y, fit.backZ + 0.17], 0.75 + 0.2 * random(), pickColour(random));
      else vase(m, [x, y, fit.backZ + 0.17], 0.7, kStoneware[2]!, i);
    }
  }
  till(fit, fit.backZ + 1.25, 1.05, [0.6, 0.54, 0.46]);
  lightRaft(fit, -1.42, -5.98);
  for (const z of [-2.0, -3.6, -5.2]) {
    spot(fit, -1.9, z, [-2.7, 1.1, z - 0.1], 15);
    spot(fit, 1.9, z, [2.7, 1.3, z - 0.1], 15);
  }
  spot(fit, 0, -5.6, [0, 1.6, fit.backZ], 24);
}
