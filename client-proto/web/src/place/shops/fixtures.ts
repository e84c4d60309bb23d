// The fixtures that shops share: hanging light frames and spots, the arched niche with the till, rails, shelving, rugs.

import { archMoulding } from '../geometry/mouldings.ts';
import { kBrass, kBronze, kDressing, kLedGlow, kOak, kPlinthStone, kShelfGlow, kSpotGlow } from '../geometry/palette.ts';
import { bar, box, chamferedBox, lathe, tube } from '../geometry/shapes.ts';
import type { Colour, Vec3 } from '../geometry/vector.ts';
import { mix } from '../geometry/vector.ts';
import type { ShopFit } from './fit.ts';

const kRaftHeight = 4.15;
const kSpotHeight = 4.3;
const kLedColour: Colour = [1, 0.84, 0.66];

/** A rectangular LED frame under the ceiling; in the bake its two long sides are rows of wide lamps. */
export function lightRaft(fit: ShopFit, zFront: number, zBack: number): void {
  const m = fit.mesh;
  const y = kRaftHeight;
  const half = 1.5;
  const sides: readonly (readonly [number, number, number, number])[] = [
    [-half, zFront - 0.08, half, zFront],
    [-half, zBack, half, zBack + 0.08],
    [-half, zBack + 0.08, -half + 0.08, zFront - 0.08],
    [half - 0.08, zBack + 0.08, half, zFront - 0.08],
  ];
  for (const [x0, z0, x1, z1] of sides) {
    box(m, 'metal', [x0, y, z0], [x1, y + 0.07, z1], kBronze, { skip: 'b' });
    m.quad('emissive', [x0, y, z0], [x1, y, z0], [x1, y, z1], [x0, y, z1], kLedGlow);
  }
  for (const x of [-half + 0.04, half - 0.04]) {
    for (const z of [zFront - 0.1, zBack + 0.1]) bar(m, 'metal', [x, y, z], [x, fit.spec.height, z], 0.012, 0.012, kBronze);
  }
  const count = Math.round((zFront - zBack) / 0.84);
  const step = (zFront - zBack - 0.2) / (count - 1);
  for (let k = 0; k < count; k++) {
    const z = zFront - 0.1 - k * step;
    for (const x of [-half + 0.06, half - 0.06]) fit.lamp([x, y - 0.05, z], [x, 0, z], 2.6, 0.95, -0.05, kLedColour);
  }
}

/** A small cylinder on a rod that lights one thing. */
export function spot(fit: ShopFit, x: number, z: number, aim: Vec3, strength: number): void {
  fit.lamp([x, kSpotHeight, z], aim, strength, Math.cos(0.2), Math.cos(0.58));
  const m = fit.mesh;
  if (m.coarse) return;
  const y = kSpotHeight + 0.04;
  const segments = m.pick(6, 6, 12);
  lathe(m, 'metal', x, z, [[0.05, y], [0.05, y + 0.16], [0, y + 0.16]], segments, kPlinthStone);
  bar(m, 'metal', [x, y + 0.16, z], [x, fit.spec.height, z], 0.015, 0.015, kPlinthStone);
  lathe(m, 'emissive', x, z, [[0.045, y + 0.005], [0, y + 0.005]], segments, kSpotGlow);
}

/** A strip of light under a board. */
export function ledStrip(fit: ShopFit, [x0, x1]: readonly [number, number], [z0, z1]: readonly [number, number], y: number): void {
  fit.mesh.quad('emissive', [x0, y, z0], [x1, y, z0], [x1, y, z1], [x0, y, z1], kShelfGlow);
}

const kNicheRadius = 1.23;
const kNicheSpring = 2.3;

/** The arched niche in the back wall with lit oak boards at the given heights; returns each board's [height, half width]. */
export function niche(fit: ShopFit, boards: readonly number[], lining: Colour): [number, number][] {
  const m = fit.mesh;
  const z = fit.backZ;
  const rim = { centre: 0, radius: kNicheRadius + 0.02, spring: kNicheSpring, base: 0 };
  archMoulding(m, 'metal', rim, z + 0.02, [[-0.02, 0], [-0.02, 0.05], [0.03, 0.05], [0.03, 0]], kBrass, 18);
  const fan = (s: number, t: number): Vec3 => {
    const a = Math.PI * s;
    return [kNicheRadius * t * Math.cos(a), kNicheSpring + kNicheRadius * t * Math.sin(a), z + 0.03];
  };
  m.grid('travertine', fan, 20, m.pick(3, 8, 8), lining, { normal: () => [0, 0, 1], flip: true });
  const r = kNicheRadius;
  m.quad('travertine', [-r, 0, z + 0.03], [r, 0, z + 0.03], [r, kNicheSpring, z + 0.03], [-r, kNicheSpring, z + 0.03], lining, m.pick(1, 0.3, 0.3));
  for (let k = 0; k < 4; k++) fit.lamp([-0.9 + 0.6 * k, 2.9, z + 0.2], [-0.9 + 0.6 * k, 0, z + 0.4], 0.8, 0.9, -0.1);
  return boards.map((y) => {
    const half = y < kNicheSpring ? 1.15 : Math.sqrt(1.3 - (y - kNicheSpring) ** 2) - 0.08;
    chamferedBox(m, 'wood', [-half, y, z + 0.03], [half, y + 0.035, z + 0.3], kOak, 0.006);
    ledStrip(fit, [-half + 0.02, half - 0.02], [z + 0.06, z + 0.09], y - 0.004);
    return [y + 0.035, half];
  });
}

/** The till: a stone block with a lighter top and a brass foot. */
export function till(fit: ShopFit, zFront: number, halfWidth: number, colour: Colour): void {
  const m = fit.mesh;
  const back = zFront - 0.6;
  chamferedBox(m, 'travertine', [-halfWidth, 0, back], [halfWidth, 1.0, zFront], colour, 0.02);
  chamferedBox(m, 'travertine', [-halfWidth - 0.05, 1.0, back - 0.05], [halfWidth + 0.05, 1.05, zFront + 0.05], kDressing, 0.012);
  bar(m, 'metal', [-halfWidth, 0.08, zFront + 0.01], [halfWidth, 0.08, zFront + 0.01], 0.01, 0.06, kBrass);
  fit.solid([-halfWidth - 0.05, 0, back - 0.05], [halfWidth + 0.05, 1.05, zFront + 0.05]);
}

/** Oak slats on a side wall, `side` -1 left or 1 right, from zNear back to zFar. */
export function slattedWall(fit: ShopFit, side: number, zNear: number, zFar: number, height: number): void {
  const m = fit.mesh;
  const wall = side * fit.halfWidth;
  const between = (a: number, b: number): readonly [number, number] => [Math.min(wall - side * a, wall - side * b), Math.max(wall - side * a, wall - side * b)];
  const [x0, x1] = between(0, 0.05);
  box(m, 'wood', [x0, 0, zFar], [x1, height, zNear], kOak, { pieceMax: m.pick(0.9, 0.35, 0.35), skip: side < 0 ? 'kbl' : 'kbr' });
  const [s0, s1] = between(0.05, 0.085);
  if (!m.coarse) {
    for (let z = zNear - 0.05; z - 0.085 > zFar; z -= 0.13) chamferedBox(m, 'wood', [s0, 0.12, z - 0.085], [s1, height - 0.05, z], kOak, 0.012);
  }
  fit.solid([Math.min(wall, s0, s1), 0, zFar], [Math.max(wall, s0, s1), height, zNear]);
}

/** A brass rail along the left wall under a lit oak board. Returns the rail's X. */
export const kRailHeight = 1.78;
export function clothesRail(fit: ShopFit, zNear: number, zFar: number): number {
  const m = fit.mesh;
  const wall = -fit.halfWidth;
  const x = wall + 0.5;
  chamferedBox(m, 'wood', [wall + 0.04, 2.2, zFar], [wall + 0.42, 2.245, zNear], kOak, 0.008);
  ledStrip(fit, [wall + 0.36, wall + 0.4], [zFar, zNear], 2.195);
  tube(m, 'metal', [[x, kRailHeight, zFar + 0.1], [x, kRailHeight, zNear - 0.1]], 0.014, m.pick(4, 6, 8), kBrass);
  for (const t of [0.08, 0.5, 0.92]) {
    const z = zNear + (zFar - zNear) * t;
    tube(m, 'metal', [[x, kRailHeight, z], [x, 2.2, z], [wall + 0.08, 2.2, z]], 0.011, m.pick(3, 5, 6), kBrass);
  }
  const count = Math.round((zNear - zFar) / 0.96);
  for (let k = 0; k < count; k++) fit.lamp([x - 0.1, 2.17, zNear - 0.4 - k], [x - 0.1, 0, zNear - 0.4 - k], 0.9, 0.9, -0.1);
  fit.solid([wall, 0, zFar], [x + 0.25, 2.25, zNear]);
  return x;
}

/** Open oak shelving along a side wall; `fill` is asked to stock each compartment, given its board's middle and length. */
export function shelving(
  fit: ShopFit,
  side: number,
  zNear: number,
  columns: number,
  fill: (column: number, row: number, board: Vec3) => void,
): void {
  const m = fit.mesh;
  const wall = side * fit.halfWidth;
  const x = (inward: number): number => wall - side * inward;
  const span = (a: number, b: number): readonly [number, number] => [Math.min(x(a), x(b)), Math.max(x(a), x(b))];
  const pitch = 1.25;
  const zFar = zNear - columns * pitch;
  const [b0, b1] = span(0, 0.05);
  box(m, 'wood', [b0, 0, zFar - 0.1], [b1, 2.9, zNear + 0.1], kOak, { pieceMax: m.pick(0.9, 0.35, 0.35), skip: side > 0 ? 'kbr' : 'kbl' });
  const [s0, s1] = span(0.04, 0.42);
  for (let k = 0; k <= columns; k++) {
    const z = zNear - k * pitch;
    chamferedBox(m, 'wood', [s0, 0, z - 0.02], [s1, 2.7, z + 0.02], kOak, 0.005);
  }
  const [l0, l1] = span(0.09, 0.12);
  for (let k = 0; k < columns; k++) {
    const z = zNear - 0.02 - k * pitch;
    for (let row = 0; row < 5; row++) {
      const y = 0.35 + row * 0.52;
      chamferedBox(m, 'wood', [s0, y - 0.02, z - 1.21], [s1, y + 0.02, z], kOak, 0.005);
      ledStrip(fit, [l0, l1], [z - 1.2, z], y - 0.022);
      if (row < 4) {
        fit.lamp([x(0.28), y + 0.47, z - 0.63], [x(0.4), 0, z - 0.63], 0.22, 0.9, -0.1);
        fill(k, row, [x(0.24), y + 0.02, z - 0.605]);
      }
    }
  }
  fit.solid([Math.min(wall, s0, s1), 0, zFar - 0.1], [Math.max(wall, s0, s1), 2.9, zNear + 0.1]);
}

/** An oval rug. */
export function ovalRug(fit: ShopFit, x: number, z: number, rx: number, rz: number, colour: Colour): void {
  const disc = (s: number, t: number): Vec3 => {
    const a = 2 * Math.PI * s;
    return [x + rx * t * Math.cos(a), 0.012, z + rz * t * Math.sin(a)];
  };
  fit.mesh.grid('cloth', disc, 32, 4, colour, { normal: () => [0, 1, 0] });
}

/** A rectangular rug with a darker border. */
export function rug(fit: ShopFit, [x0, x1]: readonly [number, number], [z0, z1]: readonly [number, number], colour: Colour, border: Colour): void {
  const m = fit.mesh;
  const flat = (ax: number, az: number, bx: number, bz: number, y: number, c: Colour): void =>
    m.quad('cloth', [ax, y, bz], [bx, y, bz], [bx, y, az], [ax, y, az], c, m.pick(1.2, 0.4, 0.4));
  flat(x0, z0, x1, z1, 0.009, border);
  flat(x0 + 0.09, z0 + 0.09, x1 - 0.09, z1 - 0.09, 0.012, colour);
}

/** A framed field of colour on a side wall: two tones that meet in a soft horizon. */
export function framedPanel(fit: ShopFit, side: number, z: number, [low, high]: readonly [number, number], halfWidth: number, upper: Colour, lower: Colour): void {
  const m = fit.mesh;
  const wall = side * fit.halfWidth;
  const span = (a: number, b: number): readonly [number, number] => [Math.min(wall - side * a, wall - side * b), Math.max(wall - side * a, wall - side * b)];
  const [f0, f1] = span(0.002, 0.045);
  for (const y of [low, high - 0.04]) chamferedBox(m, 'wood', [f0, y, z - halfWidth], [f1, y + 0.04, z + halfWidth], kOak, 0.005);
  for (const end of [z - halfWidth, z + halfWidth - 0.04]) chamferedBox(m, 'wood', [f0, low, end], [f1, high, end + 0.04], kOak, 0.005);
  const x = wall - side * 0.02;
  const blend = (t: number): Colour => mix(lower, upper, Math.min(1, Math.max(0, (t - 0.38) * 9)));
  const [z0, z1] = side < 0 ? [z + halfWidth, z - halfWidth] : [z - halfWidth, z + halfWidth];
  const field = (s: number, t: number): Vec3 => [x, low + (high - low) * t, z0 + (z1 - z0) * s];
  m.grid('cloth', field, m.pick(2, 8, 8), m.pick(6, 24, 24), (_, t) => blend(t), { normal: () => [-side, 0, 0] });
}

/** A round upholstered seat; who sits on it looks across the room. */
export function pouf(fit: ShopFit, x: number, z: number, colour: Colour): void {
  fit.seats.push({ position: [x, 0.43, z], yaw: Math.atan2(-x, 0) });
  const m = fit.mesh;
  lathe(m, 'cloth', x, z, [[0.36, 0.05], [0.4, 0.1], [0.41, 0.3], [0.38, 0.38], [0.3, 0.42], [0, 0.43]], m.pick(8, 12, 28), colour);
  fit.solid([x - 0.38, 0, z - 0.38], [x + 0.38, 0.43, z + 0.38]);
}
