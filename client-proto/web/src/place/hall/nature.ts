// Plants and seats of the hall: trees in planters, benches, the round planter in the middle of the square.

import type { Detail } from '../geometry/mesh.ts';
import { Mesh } from '../geometry/mesh.ts';
import { kBark, kBenchOak, kBronze, kPlanter, kPlinthStone, kSoil, shade } from '../geometry/palette.ts';
import { chamferedBox, lathe, tube } from '../geometry/shapes.ts';
import type { Colour, Random, Vec3 } from '../geometry/vector.ts';
import { add, cross, lerp, normalize, randomStream, scale } from '../geometry/vector.ts';

/** One leaf: four corners folded along the middle; `outward` bends its normal so that a crown shades as one body. */
export function leaf(m: Mesh, at: Vec3, size: number, random: Random, outward: Vec3): void {
  const turn = random() * 2 * Math.PI;
  const rise = (random() - 0.35) * 1.4;
  const along = normalize([Math.cos(turn) * Math.cos(rise), Math.sin(rise), Math.sin(turn) * Math.cos(rise)]);
  const across = normalize(cross(along, [random() - 0.5, 1, random() - 0.5]));
  const up = cross(across, along);
  const gain = 0.75 + 0.5 * random();
  const colour: Colour = [0.07 * gain + 0.025 * random(), 0.105 * gain + 0.02 * random(), 0.038 * gain];
  const normal = normalize([up[0] * 0.5 + outward[0], up[1] * 0.5 + outward[1] + 0.25, up[2] * 0.5 + outward[2]]);
  const corner = (x: number, y: number, z: number): Vec3 =>
    add(at, add(scale(along, x * size), add(scale(across, y * size * 0.34), scale(up, z * size))));
  const first = m.vertex('leaf', corner(0, 0, 0), normal, shade(colour, 0.65));
  m.vertex('leaf', corner(0.45, 1, 0.1), normal, colour);
  m.vertex('leaf', corner(1, 0, -0.1), normal, shade(colour, 1.2));
  m.vertex('leaf', corner(0.45, -1, 0.1), normal, shade(colour, 0.8));
  m.part('leaf').indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
}

export function tree(detail: Detail): Mesh {
  const m = new Mesh(detail);
  const random = randomStream(3);
  planter(m);
  const trunk: Vec3[] = [[0, 0.7, 0], [0.03, 1.2, 0.02], [-0.03, 1.7, 0.01], [0.02, 2.15, -0.03]];
  tube(m, 'bark', trunk, 0.045, 7, kBark);
  const tips: Vec3[] = [];
  for (let i = 0; i < 11; i++) {
    const turn = i * 2.4 + random();
    const reach = 0.5 + 0.4 * random();
    const rise = 0.35 + 0.75 * random();
    const start = trunk[i % 2 ? 3 : 2]!;
    const tip: Vec3 = [start[0] + Math.cos(turn) * reach * Math.cos(rise), start[1] + reach * Math.sin(rise) + 0.25, start[2] + Math.sin(turn) * reach * Math.cos(rise)];
    const knee: Vec3 = [(start[0] + tip[0]) / 2, (start[1] + tip[1]) / 2 + 0.05, (start[2] + tip[2]) / 2];
    tube(m, 'bark', [start, knee, tip], 0.016, 4, kBark);
    tips.push(tip);
  }
  for (const tip of tips) {
    for (let i = 0; i < m.pick(30, 120, 120); i++) {
      const u = random() * 2 - 1;
      const turn = random() * 2 * Math.PI;
      const r = 0.46 * Math.cbrt(random());
      const q = Math.sqrt(1 - u * u);
      const at: Vec3 = [tip[0] + r * q * Math.cos(turn), tip[1] + r * u * 0.8, tip[2] + r * q * Math.sin(turn)];
      leaf(m, at, (0.066 + 0.038 * random()) * m.pick(1.8, 1, 1), random, normalize([at[0], at[1] - 1.4, at[2]]));
    }
  }
  for (let i = 0; i < m.pick(40, 120, 120); i++) {
    const turn = random() * 2 * Math.PI;
    const r = 0.12 + 0.28 * Math.sqrt(random());
    leaf(m, [r * Math.cos(turn), 0.78 + 0.14 * random(), r * Math.sin(turn)], 0.1, random, [Math.cos(turn) * 0.5, 0.8, Math.sin(turn) * 0.5]);
  }
  return m;
}

function planter(m: Mesh): void {
  const segments = m.pick(14, 28, 28);
  const side = (s: number, t: number): Vec3 => {
    const a = -2 * Math.PI * s;
    const r = lerp(0.44, 0.56, t);
    return [r * Math.cos(a), 0.06 + 0.72 * t, r * Math.sin(a)];
  };
  m.grid('travertine', side, segments, m.pick(1, 3, 3), kPlanter);
  lathe(m, 'travertine', 0, 0, [[0.4, 0], [0.4, 0.06]], 24, kPlinthStone);
  lathe(m, 'metal', 0, 0, [[0.575, 0.74], [0.575, 0.8], [0.5, 0.8], [0.5, 0.72]], segments, kBronze);
  lathe(m, 'cloth', 0, 0, [[0.51, 0.73], [0.2, 0.77], [0, 0.78]], 16, kSoil);
}

/** Six oak slats on two stone feet. */
export function bench(): Mesh {
  const m = new Mesh();
  for (let i = 0; i < 6; i++) {
    const x = -0.25 + i * 0.1;
    chamferedBox(m, 'wood', [x - 0.043, 0.42, -1.15], [x + 0.043, 0.455, 1.15], kBenchOak, 0.008);
  }
  for (const z of [-0.85, 0.85]) {
    chamferedBox(m, 'metal', [-0.27, 0.36, z - 0.04], [0.27, 0.42, z + 0.04], kBronze, 0.006);
    chamferedBox(m, 'travertine', [-0.24, 0, z - 0.16], [0.24, 0.36, z + 0.16], [0.6, 0.54, 0.45], 0.015);
  }
  return m;
}

/** A round bench about a raised bed. */
export function kiosk(): Mesh {
  const m = new Mesh();
  const stone: Colour = [0.58, 0.52, 0.43];
  lathe(m, 'travertine', 0, 0, [[1.75, 0], [1.75, 0.08]], 48, kPlinthStone);
  lathe(m, 'travertine', 0, 0, [[1.7, 0.08], [1.7, 0.4]], 48, stone);
  lathe(m, 'wood', 0, 0, [[1.78, 0.4], [1.8, 0.42], [1.8, 0.45], [1.25, 0.45]], 48, kBenchOak);
  lathe(m, 'travertine', 0, 0, [[1.25, 0.45], [1.25, 0.78], [1.27, 0.8], [1.13, 0.8], [1.13, 0.74], [0, 0.78]], 48, stone);
  const random = randomStream(11);
  for (let i = 0; i < 900; i++) {
    const turn = random() * 2 * Math.PI;
    const r = 1.05 * Math.sqrt(random());
    const height = 0.86 + 0.55 * (1 - r * r) * random();
    leaf(m, [r * Math.cos(turn), height, r * Math.sin(turn)], 0.13, random, [Math.cos(turn) * r, 0.9, Math.sin(turn) * r]);
  }
  return m;
}
