// The ends of the four arms: a wall with a great glazed portal and a lunette, and the street that one sees through it.

import { Mesh } from '../geometry/mesh.ts';
import { archMoulding, archWall, moulding, wrappedMoulding } from '../geometry/mouldings.ts';
import { kBronze, kDressing, kLime, kSteel } from '../geometry/palette.ts';
import { bar } from '../geometry/shapes.ts';
import type { Colour, Vec2 } from '../geometry/vector.ts';
import { randomStream } from '../geometry/vector.ts';
import { leaf } from './nature.ts';

const kPortal = { centre: 0, radius: 2.6, spring: 5.2, base: 0 };
const kLunette = 12.3;

export function endWall(): Mesh {
  const m = new Mesh();
  archWall(m, 'stone', [-5.5, 5.5], [0, kLunette], 0, kPortal, kLime, 0.9, 20);
  archMoulding(m, 'stone', kPortal, 0, [[0, -0.6], [0, 0.08], [0.1, 0.12], [0.4, 0.12], [0.5, 0.03], [0.5, 0]], kDressing, 20, 1);
  const upper: Vec2[] = [[11.3, 0], [11.3, 0.1], [11.8, 0.1], [11.9, 0.3], [12.1, 0.5], [12.2, 0.55], [12.3, 0]];
  moulding(m, 'stone', -5.5, 5.5, upper, kDressing, 1.4);
  moulding(m, 'stone', -5.5, 5.5, [[8.6, 0], [8.6, 0.08], [8.8, 0.12], [8.9, 0.25], [9.0, 0.28], [9.0, 0]], kDressing, 1.4);
  for (const x of [-4.1, 4.1]) {
    wrappedMoulding(m, 'stone', [x - 0.5, x + 0.5], [0.2, 0], [[0, 0.1], [0.6, 0.1], [0.7, 0], [7.9, 0], [8, 0.1], [8.6, 0.14]], kLime, 1);
  }
  for (let i = -3; i <= 3; i++) {
    if (i === 0) continue;
    const top = kPortal.spring + Math.sqrt(Math.max(0, kPortal.radius ** 2 - (i * 0.75) ** 2));
    bar(m, 'metal', [i * 0.75, 0, -0.3], [i * 0.75, top, -0.3], Math.abs(i) === 1 ? 0.1 : 0.05, 0.1, kBronze);
  }
  for (const y of [2.6, 5.2]) bar(m, 'metal', [-2.6, y, -0.3], [2.6, y, -0.3], 0.1, 0.14, kBronze);
  bar(m, 'metal', [-2.6, 0.15, -0.3], [2.6, 0.15, -0.3], 0.08, 0.3, kBronze);
  for (let i = 1; i < 12; i++) {
    const a = (Math.PI * i) / 12;
    bar(m, 'metal', [1.6 * Math.cos(a), kLunette + 1.6 * Math.sin(a), -0.05], [5.5 * Math.cos(a), kLunette + 5.5 * Math.sin(a), -0.05], 0.06, 0.1, kSteel);
  }
  for (const [radius, half, segments] of [[1.6, 0.06, 16], [3.5, 0.05, 24]] as const) {
    archMoulding(m, 'metal', { centre: 0, radius, spring: kLunette, base: kLunette }, -0.05, [[-half, -0.06], [-half, 0.06], [half, 0.06]], kSteel, segments);
  }
  return m;
}

const kPaving: Colour = [0.34, 0.32, 0.29];
const kRoad: Colour = [0.16, 0.155, 0.15];
const kHouses: readonly Colour[] = [
  [0.56, 0.47, 0.36],
  [0.5, 0.4, 0.33],
  [0.6, 0.55, 0.46],
];
const kWindowDark: Colour = [0.06, 0.07, 0.085];
const kStreetZ = -19;

/** Pavement, road, a row of houses opposite and a tree on each side: a street at noon, seen from indoors. */
export function street(): Mesh {
  const m = new Mesh();
  const strip = (z0: number, z1: number, y: number, colour: Colour): void =>
    m.quad('stone', [-22, y, z0], [22, y, z0], [22, y, z1], [-22, y, z1], colour, 5);
  strip(-0.8, -7, -0.01, kPaving);
  strip(-7, -14, -0.1, kRoad);
  strip(-14, kStreetZ, -0.01, kPaving);
  for (let house = 0; house < 5; house++) {
    const x0 = -22 + house * 8.8;
    const height = 11.5 + ((house * 7) % 3) * 1.3;
    const colour = kHouses[house % kHouses.length]!;
    m.quad('stone', [x0, 0, kStreetZ], [x0 + 8.8, 0, kStreetZ], [x0 + 8.8, height, kStreetZ], [x0, height, kStreetZ], colour, 3);
    wrappedMoulding(m, 'stone', [x0, x0 + 8.8], [kStreetZ, kStreetZ], [[height - 0.6, 0], [height - 0.5, 0.2], [height, 0.45], [height, 0]], kDressing, 9);
    moulding(m, 'stone', x0, x0 + 8.8, [[3.9, kStreetZ + 0.02], [3.95, kStreetZ + 0.16], [4.2, kStreetZ + 0.18], [4.2, kStreetZ]], kDressing, 9);
    for (let floor = 0; floor < 3; floor++) for (let i = 0; i < 3; i++) houseWindow(m, x0 + 1.7 + i * 2.7, floor === 0 ? 0.4 : 1.6 + floor * 3.4, floor === 0);
  }
  for (const x of [-3.6, 3.9]) streetTree(m, x, -15.6);
  return m;
}

function houseWindow(m: Mesh, x: number, y: number, shop: boolean): void {
  const [half, height] = shop ? [1.05, 2.9] : [0.55, 1.9];
  m.quad('stone', [x - half - 0.14, y - 0.12, kStreetZ + 0.03], [x + half + 0.14, y - 0.12, kStreetZ + 0.03], [x + half + 0.14, y + height + 0.14, kStreetZ + 0.03], [x - half - 0.14, y + height + 0.14, kStreetZ + 0.03], kDressing, 3);
  m.quad('metal', [x - half, y, kStreetZ + 0.05], [x + half, y, kStreetZ + 0.05], [x + half, y + height, kStreetZ + 0.05], [x - half, y + height, kStreetZ + 0.05], kWindowDark, 3);
}

function streetTree(m: Mesh, x: number, z: number): void {
  const random = randomStream(Math.round(x * 10) + 90);
  bar(m, 'bark', [x, 0, z], [x, 3.2, z], 0.22, 0.22, [0.16, 0.13, 0.1]);
  for (let i = 0; i < 170; i++) {
    const [u, a, r] = [random() * 2 - 1, random() * 2 * Math.PI, 1.9 * Math.cbrt(random())];
    const q = Math.sqrt(1 - u * u);
    leaf(m, [x + r * q * Math.cos(a), 4.6 + r * u, z + r * q * Math.sin(a)], 0.55, random, [q * Math.cos(a), u + 0.3, q * Math.sin(a)]);
  }
}
