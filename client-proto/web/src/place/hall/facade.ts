// One bay of the nave: ground arch with its bronze shop front, pilaster on the left edge, entablature, railing, two upper windows,
// cornice, lantern. The plane of the wall is z = 0; the nave lies at +Z.

import type { Detail } from '../geometry/mesh.ts';
import { Mesh } from '../geometry/mesh.ts';
import { archMoulding, archWall, moulding, wrappedMoulding } from '../geometry/mouldings.ts';
import { kBrass, kBronze, kCurtain, kDressing, kLanternGlow, kLime, kPlinthStone } from '../geometry/palette.ts';
import { bar, box, chamferedBox, lathe, sphere, tube } from '../geometry/shapes.ts';
import type { Colour, Vec2, Vec3 } from '../geometry/vector.ts';

/** Profiles [height, projection] of the two horizontal bands that run round the whole hall. */
export const kEntablature: readonly Vec2[] = [
  [6.2, 0], [6.2, 0.05], [6.38, 0.05], [6.38, 0.08], [6.56, 0.08], [6.58, 0.11], [6.62, 0.06], [6.84, 0.06], [6.88, 0.14],
  [6.94, 0.2], [6.98, 0.34], [7.06, 0.36], [7.1, 0.4], [7.1, 0],
];
export const kCornice: readonly Vec2[] = [
  [11.3, 0], [11.3, 0.05], [11.45, 0.05], [11.47, 0.09], [11.52, 0.06], [11.78, 0.06], [11.82, 0.14], [11.9, 0.2], [11.95, 0.46],
  [12.06, 0.48], [12.1, 0.56], [12.16, 0.6], [12.2, 0.6], [12.2, 0],
];

const kArch = { centre: 0, radius: 2.2, spring: 3.3, base: 0 };
const kFrontZ = -0.24;
const kPilasterX = -3;
/** Unlit roof slabs keep sun and sky out of the shops in the bake and in the shadow map; nobody sees them. */
const kRoofShade: Colour = [0.3, 0.3, 0.3];

const thinned = (m: Mesh, profile: readonly Vec2[]): readonly Vec2[] =>
  m.coarse ? profile.filter((_, i) => i === 0 || i === profile.length - 1 || i % 2 === 0) : profile;

export function facade(detail: Detail): Mesh {
  const m = new Mesh(detail);
  const archSegments = m.pick(10, 18, 18);
  archWall(m, 'stone', [-3, 3], [0, 6.2], 0, kArch, kLime, m.pick(1.2, 0.6, 0.6), archSegments);
  const archivolt: Vec2[] = [[0, -0.4], [0, 0.06], [0.05, 0.09], [0.16, 0.09], [0.19, 0.06], [0.3, 0.06], [0.34, 0.03], [0.34, 0]];
  archMoulding(m, 'stone', kArch, 0, archivolt, kDressing, archSegments, m.pick(1.5, 0.7, 0.7));
  chamferedBox(m, 'stone', [-0.16, 5.42, -0.05], [0.16, 6.05, 0.22], kDressing, 0.03);
  pilaster(m, [0, 6.2], 0.4, 0.22, 0.55, kPlinthStone);
  bands(m);
  upperStorey(m);
  shopFront(m, archSegments);
  lantern(m);
  roofSlabs(m);
  return m;
}

/** Base, shaft with a raised panel, capital. */
function pilaster(m: Mesh, [y0, y1]: Vec2, half: number, front: number, base: number, baseColour: Colour): void {
  const x: Vec2 = [kPilasterX - half, kPilasterX + half];
  const z: Vec2 = [front, 0];
  const b = y0 + base;
  wrappedMoulding(m, 'stone', x, z, [[y0, 0.1], [b, 0.1], [b + 0.03, 0.07], [b + 0.09, 0.075], [b + 0.12, 0.03], [b + 0.18, 0]], baseColour, m.pick(2, 0.6, 0.6));
  wrappedMoulding(m, 'stone', x, z, [[b + 0.18, 0], [y1 - 0.62, 0]], kLime, m.pick(2, 0.7, 0.7));
  const panel: Vec2 = [kPilasterX - half * 0.62, kPilasterX + half * 0.62];
  wrappedMoulding(m, 'stone', panel, [front, front], [[b + 0.5, 0.03], [y1 - 1.0, 0.03], [y1 - 0.98, 0]], kDressing, m.pick(3, 0.9, 0.9));
  const capital: Vec2[] = [
    [y1 - 0.62, 0], [y1 - 0.6, 0.03], [y1 - 0.54, 0.03], [y1 - 0.52, 0], [y1 - 0.4, 0], [y1 - 0.36, 0.02], [y1 - 0.26, 0.08],
    [y1 - 0.18, 0.1], [y1 - 0.16, 0.13], [y1, 0.13],
  ];
  wrappedMoulding(m, 'stone', x, z, capital, kDressing, 0.8);
}

/** Entablature and cornice with their breaks over the pilaster, dentils and brackets. */
function bands(m: Mesh): void {
  const piece = m.pick(3, 1, 1);
  const entablature = thinned(m, kEntablature);
  moulding(m, 'stone', -3, 3, entablature, kDressing, piece);
  wrappedMoulding(m, 'stone', [-3.4, -2.6], [0.22, 0], entablature, kDressing, 1);
  const cornice = thinned(m, kCornice);
  moulding(m, 'stone', -3, 3, cornice, kDressing, piece);
  wrappedMoulding(m, 'stone', [-3.32, -2.68], [0.14, 0], cornice, kDressing, 1);
  if (m.coarse) return;
  for (let i = 0; i < 20; i++) {
    const x = -2.45 + (i * 4.9) / 19;
    box(m, 'stone', [x - 0.05, 6.86, 0.05], [x + 0.05, 6.96, 0.2], kDressing, { skip: 'kt' });
  }
  for (let i = 0; i < 12; i++) {
    const x = -2.42 + (i * 4.84) / 11;
    wrappedMoulding(m, 'stone', [x - 0.07, x + 0.07], [0, 0], [[11.74, 0.05], [11.8, 0.14], [11.95, 0.36]], kDressing);
  }
}

function upperStorey(m: Mesh): void {
  const segments = m.pick(6, 12, 12);
  for (const centre of [-1.25, 1.25]) {
    const window = { centre, radius: 0.72, spring: 9.6, base: 7.9 };
    archWall(m, 'stone', centre < 0 ? [-3, 0] : [0, 3], [7.1, 11.3], 0, window, kLime, m.pick(1.4, 0.7, 0.7), segments);
    archMoulding(m, 'stone', window, 0, [[0, -0.28], [0, 0.05], [0.04, 0.07], [0.14, 0.07], [0.16, 0]], kDressing, segments, m.pick(2, 0.9, 0.9));
    wrappedMoulding(m, 'stone', [centre - 0.86, centre + 0.86], [0, 0], [[7.72, 0], [7.74, 0.1], [7.82, 0.12], [7.9, 0.14], [7.9, -0.25]], kDressing, 1);
    chamferedBox(m, 'stone', [centre - 0.09, 10.3, -0.02], [centre + 0.09, 10.62, 0.13], kDressing, 0.02);
    for (const x of [-0.7, 0, 0.7]) bar(m, 'metal', [centre + x, 7.9, -0.22], [centre + x, x ? 9.6 : 10.3, -0.22], 0.06, 0.06, kBronze);
    for (const y of [8.75, 9.6]) bar(m, 'metal', [centre - 0.72, y, -0.22], [centre + 0.72, y, -0.22], 0.05, 0.05, kBronze);
    m.quad('glass', [centre - 0.72, 7.9, -0.23], [centre + 0.72, 7.9, -0.23], [centre + 0.72, 10.32, -0.23], [centre - 0.72, 10.32, -0.23], [1, 1, 1]);
    m.quad('cloth', [centre - 0.75, 7.9, -0.5], [centre + 0.75, 7.9, -0.5], [centre + 0.75, 10.4, -0.5], [centre - 0.75, 10.4, -0.5], kCurtain, 0.8);
  }
  for (let i = 0; i <= 24; i += m.pick(3, 1, 1)) {
    const x = -2.5 + (i * 5) / 24;
    bar(m, 'metal', [x, 7.1, 0.3], [x, 8.02, 0.3], 0.016, 0.016, kBronze);
  }
  for (const y of [7.18, 8.02]) bar(m, 'metal', [-2.62, y, 0.3], [2.62, y, 0.3], 0.045, y > 8 ? 0.04 : 0.03, kBronze);
  pilaster(m, [7.1, 11.3], 0.32, 0.14, 0.35, kDressing);
}

/** Bronze front: mullions, sign fascia with brass lines, fanlight of five rays; the doorway of 1.64 m is left open. */
function shopFront(m: Mesh, archSegments: number): void {
  const z = kFrontZ;
  for (const x of [-2.17, 2.17]) bar(m, 'metal', [x, 0, z], [x, 3.3, z], 0.08, 0.12, kBronze);
  for (const x of [-0.82, 0.82]) bar(m, 'metal', [x, 0, z], [x, 3.05, z], 0.07, 0.12, kBronze);
  chamferedBox(m, 'metal', [-2.2, 2.98, z - 0.1], [2.2, 3.42, z + 0.12], kBronze, 0.02);
  bar(m, 'metal', [-2.2, 3.44, z + 0.1], [2.2, 3.44, z + 0.1], 0.05, 0.025, kBrass);
  bar(m, 'metal', [-2.2, 2.965, z + 0.1], [2.2, 2.965, z + 0.1], 0.05, 0.02, kBrass);
  for (const side of [-1, 1]) {
    const [x0, x1] = side < 0 ? [-2.14, -0.86] : [0.86, 2.14];
    chamferedBox(m, 'metal', [x0, 0, z - 0.05], [x1, 0.3, z + 0.05], kBronze, 0.012);
    bar(m, 'metal', [x0, 0.315, z + 0.05], [x1, 0.315, z + 0.05], 0.02, 0.015, kBrass);
    bar(m, 'metal', [side * 1.5, 0.3, z], [side * 1.5, 3, z], 0.03, 0.06, kBronze);
    m.quad('glass', [x0, 0.3, z], [x1, 0.3, z], [x1, 2.98, z], [x0, 2.98, z], [1, 1, 1]);
  }
  const fan = { centre: 0, radius: 2.12, spring: 3.42, base: 3.42 };
  archMoulding(m, 'metal', fan, z, [[-0.05, -0.05], [-0.05, 0.06], [0.08, 0.06]], kBronze, archSegments);
  archMoulding(m, 'metal', { ...fan, radius: 0.7 }, z, [[-0.03, -0.04], [-0.03, 0.04], [0.03, 0.04]], kBronze, m.pick(6, 10, 10));
  for (let i = 1; i < 6; i++) {
    const a = (Math.PI * i) / 6;
    bar(m, 'metal', [0.7 * Math.cos(a), 3.42 + 0.7 * Math.sin(a), z], [2.1 * Math.cos(a), 3.42 + 2.1 * Math.sin(a), z], 0.04, 0.05, kBronze);
  }
  const pane = (s: number, t: number): Vec3 => [2.1 * t * Math.cos(Math.PI * s), 3.42 + 1.85 * t * Math.sin(Math.PI * s), z - 0.01];
  m.grid('glass', pane, 16, 1, [1, 1, 1], { normal: () => [0, 0, 1], flip: true });
}

/** A globe on a bronze arm. */
function lantern(m: Mesh): void {
  const x = kPilasterX;
  tube(m, 'metal', [[x, 3.55, 0.22], [x, 3.5, 0.42], [x, 3.62, 0.56], [x, 3.78, 0.56]], 0.022, 6, kBronze);
  chamferedBox(m, 'metal', [x - 0.07, 3.35, 0.2], [x + 0.07, 3.75, 0.26], kBronze, 0.015);
  lathe(m, 'metal', x, 0.56, [[0.03, 3.76], [0.085, 3.8], [0.085, 3.82]], 10, kBrass);
  sphere(m, 'emissive', [x, 3.98, 0.56], 0.17, m.pick(7, 12, 12), m.pick(5, 8, 8), kLanternGlow);
}

function roofSlabs(m: Mesh): void {
  const slabs: readonly (readonly [Vec3, Vec3, Vec3, Vec3])[] = [
    [[-3, 12.18, -0.2], [3, 12.18, -0.2], [3, 12.18, -12], [-3, 12.18, -12]],
    [[-3, 5.9, -12], [-3, 12.18, -12], [3, 12.18, -12], [3, 5.9, -12]],
    [[-3, 5.9, -0.45], [3, 5.9, -0.45], [3, 5.9, -12], [-3, 5.9, -12]],
  ];
  for (const [a, b, c, d] of slabs) m.quad('roof', a, b, c, d, kRoofShade);
}
