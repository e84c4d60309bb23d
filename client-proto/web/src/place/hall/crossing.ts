// The square: its four cut corners with niche and window, and the great arches over its mouths.

import { Mesh } from '../geometry/mesh.ts';
import { archMoulding, archWall, moulding, wrappedMoulding } from '../geometry/mouldings.ts';
import { kBronze, kCurtain, kDressing, kLime } from '../geometry/palette.ts';
import { bar, chamferedBox } from '../geometry/shapes.ts';
import type { Vec2, Vec3 } from '../geometry/vector.ts';
import { kCornice, kEntablature } from './facade.ts';

const kHalf = (3 * Math.SQRT2) / 2;
const kDrum: readonly Vec2[] = [[18.6, 0], [18.6, 0.08], [18.9, 0.08], [19, 0.2], [19.1, 0.5], [19.3, 0.6], [19.4, 0.6], [19.4, -0.2]];
const kNicheRadius = 1.15;

export function chamfer(): Mesh {
  const m = new Mesh();
  archWall(m, 'stone', [-kHalf, kHalf], [0, 6.2], 0, { centre: 0, radius: kNicheRadius, spring: 3.3, base: 0 }, kLime, 0.6, 14);
  archMoulding(m, 'stone', { centre: 0, radius: kNicheRadius, spring: 3.3, base: 0 }, 0, [[0, -0.25], [0, 0.06], [0.05, 0.09], [0.2, 0.09], [0.26, 0]], kDressing, 16, 0.7);
  nicheShell(m);
  moulding(m, 'stone', -kHalf - 0.15, kHalf + 0.15, kEntablature, kDressing, 1);
  window(m);
  moulding(m, 'stone', -kHalf - 0.22, kHalf + 0.22, kCornice, kDressing, 1);
  m.quad('stone', [-kHalf, 12.2, 0], [kHalf, 12.2, 0], [kHalf, 18.6, 0], [-kHalf, 18.6, 0], kLime, 0.8);
  wrappedMoulding(m, 'stone', [-1, 1], [0, 0], [[13.2, 0], [13.2, 0.06], [17.4, 0.06], [17.4, 0]], kDressing, 1);
  for (const x of [-kHalf + 0.3, kHalf - 0.3]) {
    for (const [y0, y1] of [[0, 6.2], [7.1, 11.3], [12.2, 18.6]] as const) {
      const order: Vec2[] = [[y0, 0.09], [y0 + 0.5, 0.09], [y0 + 0.6, 0], [y1 - 0.5, 0], [y1 - 0.45, 0.04], [y1 - 0.35, 0.02], [y1 - 0.15, 0.1], [y1, 0.12]];
      wrappedMoulding(m, 'stone', [x - 0.3, x + 0.3], [0.12, 0], order, kDressing, 1);
    }
  }
  moulding(m, 'stone', -kHalf - 0.2, kHalf + 0.2, kDrum, kDressing, 1.2);
  return m;
}

/** A half cylinder with a quarter sphere above it. */
function nicheShell(m: Mesh): void {
  const wall = (s: number, t: number): Vec3 => {
    const a = Math.PI * s;
    return [kNicheRadius * Math.cos(a), 3.3 * t, -0.25 - 0.75 * Math.sin(a)];
  };
  const cap = (s: number, t: number): Vec3 => {
    const [a, b] = [Math.PI * s, (t * Math.PI) / 2];
    return [kNicheRadius * Math.cos(a) * Math.cos(b), 3.3 + kNicheRadius * Math.sin(b), -0.25 - 0.75 * Math.sin(a) * Math.cos(b)];
  };
  m.grid('stone', wall, 10, 6, kDressing, { flip: true });
  m.grid('stone', cap, 10, 6, kDressing, { flip: true });
}

function window(m: Mesh): void {
  const opening = { centre: 0, radius: 0.8, spring: 9.4, base: 7.9 };
  archWall(m, 'stone', [-kHalf, kHalf], [7.1, 11.3], 0, opening, kLime, 0.6, 14);
  archMoulding(m, 'stone', opening, 0, [[0, -0.3], [0, 0.05], [0.04, 0.07], [0.15, 0.07], [0.17, 0]], kDressing, 14, 0.8);
  m.quad('cloth', [-0.9, 7.8, -0.4], [0.9, 7.8, -0.4], [0.9, 10.3, -0.4], [-0.9, 10.3, -0.4], kCurtain, 1);
  bar(m, 'metal', [0, 7.9, -0.2], [0, 10.2, -0.2], 0.06, 0.06, kBronze);
  for (const y of [8.7, 9.4]) bar(m, 'metal', [-0.8, y, -0.2], [0.8, y, -0.2], 0.05, 0.05, kBronze);
}

export function spandrel(): Mesh {
  const m = new Mesh();
  const opening = { centre: 0, radius: 5.25, spring: 12.3, base: 12.2 };
  archWall(m, 'stone', [-5.5, 5.5], [12.2, 18.6], 0, opening, kLime, 0.8, 28);
  archMoulding(m, 'stone', opening, 0, [[0, -0.5], [0, 0.1], [0.08, 0.14], [0.34, 0.14], [0.4, 0.06], [0.6, 0.06], [0.66, 0]], kDressing, 32);
  chamferedBox(m, 'stone', [-0.3, 17.3, -0.1], [0.3, 18.55, 0.34], kDressing, 0.04);
  moulding(m, 'stone', -5.5, 5.5, kDrum, kDressing, 1.2);
  return m;
}
