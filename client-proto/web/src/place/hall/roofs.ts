// Iron and glass: the barrel vault of a bay, the dome over the square, the ring chandeliers.

import { Mesh } from '../geometry/mesh.ts';
import { kBrass, kBronze, kDressing, kLanternGlow, kSteel } from '../geometry/palette.ts';
import { bar, box, sphere, tube } from '../geometry/shapes.ts';
import type { Vec2, Vec3 } from '../geometry/vector.ts';
import { lerp } from '../geometry/vector.ts';
import { kHallHalf, kSquareHalf } from '../layout.ts';

const kSpring = 12.35;
const kRadius = kHallHalf;

/** A round rib at z: its inner face and two flanks. */
function rib(m: Mesh, z: number, width: number, depth: number, segments: number, inner: number): void {
  const faces: readonly (readonly [Vec2, Vec2])[] = [
    [[inner, -width / 2], [inner, width / 2]],
    [[inner, width / 2], [inner + depth, width / 2]],
    [[inner + depth, -width / 2], [inner, -width / 2]],
  ];
  for (const [a, b] of faces) {
    const at = (s: number, t: number): Vec3 => {
      const angle = Math.PI * s;
      const r = lerp(a[0], b[0], t);
      return [r * Math.cos(angle), kSpring + r * Math.sin(angle), z + lerp(a[1], b[1], t)];
    };
    m.grid('metal', at, segments, 1, kSteel, { flip: true });
  }
}

export function vault(): Mesh {
  const m = new Mesh();
  rib(m, -3, 0.16, 0.34, 36, kRadius - 0.16);
  rib(m, -3, 0.34, 0.03, 36, kRadius - 0.19);
  rib(m, 0, 0.1, 0.22, 32, kRadius - 0.06);
  for (const z of [-2, -1, 1, 2]) rib(m, z, 0.045, 0.09, 28, kRadius);
  for (let i = 1; i < 18; i++) {
    const angle = (Math.PI * i) / 18;
    const [x, y] = [(kRadius + 0.05) * Math.cos(angle), kSpring + (kRadius + 0.05) * Math.sin(angle)];
    const major = i % 3 === 0;
    bar(m, 'metal', [x, y, -3], [x, y, 3], major ? 0.08 : 0.04, major ? 0.14 : 0.06, kSteel);
  }
  const pane = (s: number, t: number): Vec3 => {
    const angle = Math.PI * s;
    return [(kRadius + 0.1) * Math.cos(angle), kSpring + (kRadius + 0.1) * Math.sin(angle), lerp(-3, 3, t)];
  };
  m.grid('skyGlass', pane, 24, 1, [1, 1, 1], { flip: true });
  for (const [x0, x1] of [[-5.8, -5.35], [5.35, 5.8]] as const) box(m, 'stone', [x0, 12.2, -3], [x1, 12.42, 3], kDressing, { pieceMax: 2, skip: 'b' });
  tube(m, 'metal', [[-5.4, 12.5, -3], [5.4, 12.5, -3]], 0.018, 5, kSteel);
  tube(m, 'metal', [[0, 12.5, -3], [0, 17.6, -3]], 0.012, 4, kSteel);
  return m;
}

/** A brass ring with eight globes on four wires. */
export function chandelier(): Mesh {
  const m = new Mesh();
  const y = 7.6;
  const ring = 0.85;
  tube(m, 'metal', [[0, y, 0], [0, 12.5, 0]], 0.012, 5, kBronze);
  const torus = (s: number, t: number): Vec3 => {
    const a = -2 * Math.PI * s;
    const b = 2 * Math.PI * t;
    const r = ring + 0.03 * Math.cos(b);
    return [r * Math.cos(a), y + 0.045 * Math.sin(b), r * Math.sin(a)];
  };
  m.grid('metal', torus, 24, 5, kBrass, {
    normal: (s, t) => {
      const [a, b] = [-2 * Math.PI * s, 2 * Math.PI * t];
      return [Math.cos(b) * Math.cos(a), Math.sin(b), Math.cos(b) * Math.sin(a)];
    },
  });
  for (let i = 0; i < 8; i++) {
    const a = (i * Math.PI) / 4;
    const [x, z] = [ring * Math.cos(a), ring * Math.sin(a)];
    if (i % 2 === 0) tube(m, 'metal', [[x, y, z], [0, y + 0.9, 0]], 0.008, 4, kBrass);
    sphere(m, 'emissive', [x, y + 0.16, z], 0.12, 7, 4, kLanternGlow);
  }
  return m;
}

const kDrumTop = 19.4;
const kDomeRise = 7.6;
/** Where the meridians end, around the open lantern; radians above the horizon. */
const kDomeEnd = 1.36;

/** The square's outline as a radius by direction: an octagon with short corners. */
function octagonRadius(direction: number): number {
  let radius = 1e9;
  for (let k = 0; k < 8; k++) {
    const reach = k % 2 ? (kSquareHalf - 1.5) * Math.SQRT2 : kSquareHalf;
    const facing = Math.cos(direction - (k * Math.PI) / 4);
    if (facing > 0.1) radius = Math.min(radius, reach / facing);
  }
  return radius;
}

/** The dome starts on the octagon and turns round on its way up. */
function domePoint(direction: number, rise: number, outward = 0): Vec3 {
  const k = Math.min(1, rise / 0.9);
  const r = lerp(octagonRadius(direction), 8.9, k * k * (3 - 2 * k)) + outward;
  return [r * Math.cos(rise) * Math.cos(direction), kDrumTop + kDomeRise * Math.sin(rise), r * Math.cos(rise) * Math.sin(direction)];
}

export function dome(): Mesh {
  const m = new Mesh();
  const meridians = 32;
  const rings = 9;
  for (let i = 0; i < meridians; i++) {
    const direction = (2 * Math.PI * i) / meridians;
    const major = i % 2 === 0;
    for (let j = 0; j < rings; j++) {
      bar(m, 'metal', domePoint(direction, (kDomeEnd * j) / rings), domePoint(direction, (kDomeEnd * (j + 1)) / rings), major ? 0.14 : 0.06, major ? 0.22 : 0.08, kSteel);
    }
  }
  for (let j = 1; j <= rings; j++) {
    const rise = (kDomeEnd * j) / rings;
    for (let i = 0; i < meridians; i++) {
      const [a, b] = [(2 * Math.PI * i) / meridians, (2 * Math.PI * (i + 1)) / meridians];
      bar(m, 'metal', domePoint(a, rise), domePoint(b, rise), j === rings ? 0.2 : 0.06, j === rings ? 0.3 : 0.08, kSteel);
    }
  }
  m.grid('skyGlass', (s, t) => domePoint(2 * Math.PI * s, kDomeEnd * t, 0.1), meridians, 6, [1, 1, 1], { flip: true });
  return m;
}
