// "Oak & Linen": the furniture boutique, deeper than the others, laid out as rooms: windows, sitting room, dining, study, storage.
// Only what carries goods is built; the furniture itself is for sale and stands on the displays.

import { kOak, kPaleTravertine } from '../geometry/palette.ts';
import { chamferedBox } from '../geometry/shapes.ts';
import type { Colour } from '../geometry/vector.ts';
import type { ShopFit } from './fit.ts';
import { framedPanel, lightRaft, niche, rug, slattedWall, spot, till } from './fixtures.ts';
import { vase } from './goods.ts';

const kLeft = Math.PI / 2;
const kRight = -Math.PI / 2;
const kLinen: Colour = [0.58, 0.53, 0.44];
const kSage: Colour = [0.27, 0.31, 0.25];
const kRugBorder: Colour = [0.2, 0.16, 0.12];

export function fitFurniture(fit: ShopFit): void {
  windows(fit);
  sittingRoom(fit);
  dining(fit);
  study(fit);
  storage(fit);
  lightRaft(fit, -1.42, -5.4);
  lightRaft(fit, -6.3, -10.4);
  const boards = niche(fit, [1.75, 2.3, 2.8], [0.55, 0.5, 0.42]);
  for (const [y, half] of boards) {
    for (let i = 0; i < 4; i++) vase(fit.mesh, [-half + 0.25 + ((2 * half - 0.5) * i) / 3, y, fit.backZ + 0.17], 0.8, [0.6, 0.55, 0.48], i + Math.round(y * 4));
  }
  till(fit, fit.backZ + 1.05, 0.85, [0.2, 0.23, 0.19]);
  spot(fit, 0, -9.7, [0, 1.6, fit.backZ], 24);
}

/** Low platforms behind the glass; what stands on them shows from the nave. */
function windows(fit: ShopFit): void {
  for (const side of [-1, 1]) {
    const top = fit.plinth(side * 1.72, -1.1, 1.5, 1.2, 0.12);
    fit.display('plinth', [side * 1.72, top, -1.1], side * -0.25, [1.1, 1.25, 0.98]);
    spot(fit, side * 1.7, -1.8, [side * 1.7, 0.6, -1.1], 24);
  }
}

function sittingRoom(fit: ShopFit): void {
  rug(fit, [-1.75, 1.55], [-5.2, -2.35], kLinen, kRugBorder);
  fit.display('floor', [-2.32, 0, -3.75], kLeft, [2.42, 1.0, 1.04]);
  fit.display('floor', [2.2, 0, -2.85], kRight, [1.2, 1.15, 1.02]);
  fit.display('floor', [2.2, 0, -4.65], kRight, [1.2, 1.15, 1.02]);
  const lamp = fit.plinth(2.45, -3.75, 0.4, 0.4, 0.55, kPaleTravertine);
  fit.display('plinth', [2.45, lamp, -3.75], kRight, [0.36, 0.62, 0.36]);
  lowTable(fit, 0, -3.75);
  framedPanel(fit, -1, -3.75, [1.35, 2.45], 0.85, [0.55, 0.47, 0.36], [0.3, 0.15, 0.09]);
  framedPanel(fit, 1, -3.75, [1.5, 2.6], 0.5, [0.2, 0.25, 0.23], [0.5, 0.43, 0.33]);
  spot(fit, -1.6, -4.3, [-2.88, 1.9, -3.75], 9);
  spot(fit, -1.2, -3.2, [-2.3, 0.6, -3.75], 18);
  spot(fit, 1.3, -2.9, [2.3, 0.6, -2.85], 18);
  spot(fit, 1.3, -4.7, [2.3, 0.6, -4.65], 18);
  spot(fit, 0, -2.9, [0, 0.4, -3.75], 16);
}

/** An oak table for two small pieces. */
function lowTable(fit: ShopFit, x: number, z: number): void {
  const m = fit.mesh;
  const [halfWidth, halfDepth, height] = [0.55, 0.32, 0.4];
  chamferedBox(m, 'wood', [x - halfWidth, height - 0.045, z - halfDepth], [x + halfWidth, height, z + halfDepth], kOak, 0.008);
  for (const sx of [-1, 1]) {
    for (const sz of [-1, 1]) {
      const lx = x + sx * (halfWidth - 0.08);
      const lz = z + sz * (halfDepth - 0.08);
      chamferedBox(m, 'wood', [lx - 0.028, 0, lz - 0.028], [lx + 0.028, height - 0.045, lz + 0.028], kOak, 0.006);
    }
  }
  fit.solid([x - halfWidth, 0, z - halfDepth], [x + halfWidth, height, z + halfDepth]);
  for (const side of [-1, 1]) fit.display('plinth', [x + side * 0.27, height, z], 0, [0.46, 0.66, 0.5]);
}

function dining(fit: ShopFit): void {
  fit.display('floor', [-1.65, 0, -6.9], kLeft, [1.34, 0.95, 1.34]);
  fit.display('floor', [-1.65, 0, -5.86], Math.PI, [0.66, 1.2, 0.66]);
  fit.display('floor', [-1.65, 0, -7.94], 0, [0.66, 1.2, 0.66]);
  fit.display('wall', [-fit.halfWidth + 0.09, 1.55, -6.9], kLeft, [0.6, 0.9, 0.3]);
  slattedWall(fit, -1, -5.3, -8.5, 2.55);
  spot(fit, -0.7, -6.4, [-1.65, 0.7, -6.9], 20);
  spot(fit, -0.7, -7.6, [-1.65, 0.6, -7.94], 16);
}

function study(fit: ShopFit): void {
  rug(fit, [0.95, 2.75], [-8.0, -5.8], kSage, kRugBorder);
  fit.display('floor', [2.4, 0, -6.9], kRight, [1.7, 1.15, 0.86]);
  framedPanel(fit, 1, -6.9, [1.55, 2.35], 0.6, [0.52, 0.46, 0.37], [0.16, 0.19, 0.24]);
  fit.display('floor', [1.58, 0, -6.9], kLeft, [0.66, 1.15, 0.66]);
  spot(fit, 1.3, -6.4, [2.3, 0.8, -6.9], 18);
}

function storage(fit: ShopFit): void {
  fit.display('floor', [-2.58, 0, -9.35], kLeft, [1.1, 2.3, 0.52]);
  fit.display('floor', [-2.58, 0, -10.4], kLeft, [0.74, 2.1, 0.52]);
  fit.display('floor', [2.48, 0, -9.3], kRight, [2.06, 2.45, 0.74]);
  const top = fit.plinth(0, -8.7, 0.46, 0.46, 0.8, kPaleTravertine);
  fit.display('plinth', [0, top, -8.7], 0, [0.44, 0.75, 0.44]);
  spot(fit, -1.4, -9.3, [-2.6, 1.0, -9.4], 20);
  spot(fit, 1.3, -9.3, [2.6, 1.0, -9.3], 20);
  spot(fit, 0, -7.9, [0, 1.0, -8.7], 16);
}
