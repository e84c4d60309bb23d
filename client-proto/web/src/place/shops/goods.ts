// Decorative goods that fill shelves and rails: bags, folded cloth, vases, hanging garments, dressed tailor's busts. What is for sale
// stands on displays instead and is not made here.

import type { Mesh } from '../geometry/mesh.ts';
import { Mesh as NewMesh } from '../geometry/mesh.ts';
import { wrappedMoulding } from '../geometry/mouldings.ts';
import { kBrass, kGoodsColours, kOak, shade } from '../geometry/palette.ts';
import { bar, box, chamferedBox, lathe, sphere, tube } from '../geometry/shapes.ts';
import type { Colour, Random, Vec2, Vec3 } from '../geometry/vector.ts';
import { lerp, normalize, signedPower } from '../geometry/vector.ts';

export function pickColour(random: Random): Colour {
  return kGoodsColours[Math.floor(random() * kGoodsColours.length)]!;
}

/** Normal of a soft-edged box with half sizes (wide, high, deep), exponents `up` over the height and `round` about it. */
function softBoxNormal(u: number, t: number, [wide, high, deep]: Vec3, up: number, round: number): Vec3 {
  const a = -2 * Math.PI * u;
  const b = Math.PI * (t - 0.5);
  const side = signedPower(Math.cos(b), 2 - up);
  return normalize([
    (side * signedPower(Math.cos(a), 2 - round)) / wide,
    signedPower(Math.sin(b), 2 - up) / high,
    (side * signedPower(Math.sin(a), 2 - round)) / deep,
  ]);
}

/** A structured handbag with two handles and a brass clasp; size 1 is 34 cm wide. */
export function bag(m: Mesh, [x, y, z]: Vec3, size: number, colour: Colour): void {
  if (m.coarse) {
    const profile: Vec2[] = [[y, 0.03], [y + size * 0.24, 0], [y + size * 0.24, -0.04]];
    wrappedMoulding(m, 'leather', [x - size * 0.12, x + size * 0.12], [z + size * 0.03, z - size * 0.06], profile, colour);
    return;
  }
  const body = (u: number, t: number): Vec3 => {
    const a = -2 * Math.PI * u;
    const b = Math.PI * (t - 0.5);
    const waist = signedPower(Math.cos(b), 0.35);
    const height = signedPower(Math.sin(b), 0.35) * 0.5 + 0.5;
    const wide = 0.17 * (1 - 0.12 * height) * waist;
    const deep = 0.075 * (1 - 0.35 * height) * waist;
    return [x + size * wide * signedPower(Math.cos(a), 0.45), y + size * 0.24 * height, z + size * deep * signedPower(Math.sin(a), 0.45)];
  };
  m.grid('leather', body, m.pick(8, 10, 24), m.pick(4, 5, 12), colour, {
    normal: (u, t) => softBoxNormal(u, t, [0.17, 0.12, 0.075], 0.35, 0.45),
  });
  const steps = m.pick(4, 5, 12);
  for (const side of [-1, 1]) {
    const handle = Array.from({ length: steps + 1 }, (_, i): Vec3 => {
      const a = (Math.PI * i) / steps;
      return [x + size * 0.085 * Math.cos(a), y + size * (0.22 + 0.15 * Math.sin(a)), z + side * size * 0.035];
    });
    tube(m, 'leather', handle, size * 0.008, m.pick(3, 3, 6), colour);
  }
  chamferedBox(m, 'metal', [x - size * 0.022, y + size * 0.13, z + size * 0.062], [x + size * 0.022, y + size * 0.165, z + size * 0.078], kBrass, 0.004);
}

/** Folded knitwear, one soft slab on the other. */
export function foldedStack(m: Mesh, [x, y, z]: Vec3, count: number, random: Random): void {
  if (m.coarse) {
    box(m, 'cloth', [x - 0.15, y, z - 0.12], [x + 0.15, y + count * 0.045, z + 0.12], pickColour(random), { skip: 'b' });
    return;
  }
  for (let i = 0; i < count; i++) {
    const colour = pickColour(random);
    const wide = 0.15 + 0.01 * random();
    const shift = (random() - 0.5) * 0.012;
    const slab = (u: number, t: number): Vec3 => {
      const a = -2 * Math.PI * u;
      const b = Math.PI * (t - 0.5);
      const waist = signedPower(Math.cos(b), 0.4);
      return [
        x + shift + wide * waist * signedPower(Math.cos(a), 0.3),
        y + 0.045 * (i + 0.5 + 0.5 * signedPower(Math.sin(b), 0.5)),
        z + 0.12 * waist * signedPower(Math.sin(a), 0.3),
      ];
    };
    m.grid('cloth', slab, m.pick(6, 8, 18), m.pick(3, 4, 8), colour, {
      normal: (u, t) => softBoxNormal(u, t, [wide, 0.0225, 0.12], 0.4, 0.3),
    });
  }
}

/** Three turned forms, [radius, height]. */
const kVaseForms: readonly (readonly Vec2[])[] = [
  [[0, 0], [0.07, 0.005], [0.11, 0.08], [0.12, 0.15], [0.09, 0.24], [0.045, 0.3], [0.04, 0.34], [0.055, 0.36]],
  [[0, 0], [0.05, 0.005], [0.055, 0.2], [0.05, 0.3], [0.03, 0.34], [0.03, 0.4], [0.04, 0.41]],
  [[0, 0], [0.06, 0.005], [0.13, 0.06], [0.15, 0.12], [0.13, 0.18], [0.08, 0.21]],
];

export function vase(m: Mesh, [x, y, z]: Vec3, size: number, colour: Colour, form: number): void {
  const profile = kVaseForms[form % kVaseForms.length]!;
  const surface = (u: number, t: number): Vec3 => {
    const a = -2 * Math.PI * u;
    const [r, h] = catmullRom(profile, t);
    return [x + size * Math.max(0, r) * Math.cos(a), y + size * h, z + size * Math.max(0, r) * Math.sin(a)];
  };
  m.grid('leather', surface, m.pick(6, 10, 28), m.pick(4, profile.length, profile.length * 3), colour);
}

function catmullRom(points: readonly Vec2[], t: number): Vec2 {
  const at = t * (points.length - 1);
  const i = Math.min(points.length - 2, Math.floor(at));
  const f = at - i;
  const p = [points[Math.max(0, i - 1)]!, points[i]!, points[i + 1]!, points[Math.min(points.length - 1, i + 2)]!] as const;
  const blend = (k: 0 | 1): number =>
    0.5 *
    (2 * p[1][k] +
      (p[2][k] - p[0][k]) * f +
      (2 * p[0][k] - 5 * p[1][k] + 4 * p[2][k] - p[3][k]) * f * f +
      (3 * p[1][k] - p[0][k] - 3 * p[2][k] + p[3][k]) * f * f * f);
  return [blend(0), blend(1)];
}

/** A garment on its hanger; the rail runs along Z through (x, y, z), the garment hangs across it, turned by `angle`. */
export function garment(m: Mesh, [x, y, z]: Vec3, angle: number, colour: Colour, random: Random, long: number): void {
  const drop = long * (0.72 + 0.1 * random());
  const phase = random() * 9;
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const place = (a: number, down: number, b: number): Vec3 => [x + a * c - b * s, y - down, z + a * s + b * c];
  const body = (u: number, t: number): Vec3 => {
    const a = -2 * Math.PI * u;
    let wide = 0.23 + 0.03 * t;
    let deep = 0.035 + 0.012 * Math.sin(t * 3);
    if (t < 0.08) {
      wide = lerp(0.05, 0.21, Math.sqrt(t / 0.08));
      deep = lerp(0.025, 0.04, t / 0.08);
    }
    const fold = 1 + 0.22 * t * Math.sin(a * 7 + phase) + 0.12 * t * Math.sin(a * 11 + phase * 2);
    const down = 0.06 + (t < 0.08 ? t * 0.9 : 0.072 + (t - 0.08) * drop);
    return place(wide * Math.cos(a), down, deep * Math.sin(a) * fold + 0.012 * t * Math.sin(a * 5 + phase));
  };
  m.grid('cloth', body, m.pick(5, 10, 20), m.pick(2, 5, 10), (u, t) => shade(colour, 1 - 0.08 * Math.sin(u * 40 + phase) * t), { flip: true });
  if (m.coarse) return;
  for (const side of [-1, 1]) {
    const sleeve = (u: number, t: number): Vec3 => {
      const a = -2 * Math.PI * u;
      const r = lerp(0.062, 0.042, t);
      const across = side * (0.205 + 0.055 * t + 0.02 * Math.sin(t * 3)) + r * 0.8 * Math.cos(a);
      return place(across, 0.1 + t * 0.56, r * Math.sin(a) + 0.01 * Math.sin(t * 5 + phase));
    };
    m.grid('cloth', sleeve, m.pick(4, 5, 8), m.pick(2, 2, 5), colour, { flip: true });
  }
  if (m.detail !== 'close') return;
  tube(m, 'metal', [place(0, 0.06, 0), place(0, 0, 0), place(0.02, -0.03, 0), place(0, -0.045, 0)], 0.003, 4, kBrass);
  for (const side of [-1, 1]) bar(m, 'wood', place(side * 0.19, 0.105, 0), place(0, 0.05, 0), 0.014, 0.02, kOak);
}

/** The bust's outline, [radius, height]. */
const kBustForm: readonly Vec2[] = [
  [0, 0.8], [0.1, 0.82], [0.155, 0.86], [0.17, 0.98], [0.145, 1.14], [0.135, 1.22], [0.165, 1.36], [0.19, 1.48], [0.185, 1.54],
  [0.12, 1.6], [0.058, 1.63], [0.052, 1.7], [0, 1.71],
];

/** A tailor's bust with a coat on a brass stand. */
export function dressedBust(m: Mesh, [x, y, z]: Vec3, colour: Colour, random: Random): void {
  const bust = (u: number, t: number): Vec3 => {
    const a = -2 * Math.PI * u;
    const at = t * (kBustForm.length - 1);
    const i = Math.min(kBustForm.length - 2, Math.floor(at));
    const r = lerp(kBustForm[i]![0], kBustForm[i + 1]![0], at - i);
    const h = lerp(kBustForm[i]![1], kBustForm[i + 1]![1], at - i);
    return [x + r * (h > 1.3 ? 1.15 : 1) * Math.cos(a), y + h - 0.1, z + r * (h > 1.3 ? 0.72 : 0.82) * Math.sin(a)];
  };
  m.grid('cloth', bust, m.pick(7, 12, 28), m.pick(6, 13, 26), [0.68, 0.62, 0.52]);
  const phase = random() * 6;
  const coat = (u: number, t: number): Vec3 => {
    const a = -2 * Math.PI * u;
    const collar = t < 0.12 ? lerp(0.1, 0.215, Math.sqrt(t / 0.12)) : lerp(0.215, 0.19, Math.min(1, (t - 0.12) * 2.4));
    const r = collar + Math.max(0, t - 0.5) * 0.16;
    const fold = 1 + 0.1 * Math.max(0, t - 0.35) * Math.sin(a * 8 + phase) + 0.05 * Math.max(0, t - 0.3) * Math.sin(a * 13);
    return [x + r * 1.12 * Math.cos(a) * fold, y + lerp(1.52, 0.55, t) - 0.1 + 0.02 * Math.cos(2 * a) * (1 - t), z + r * 0.74 * Math.sin(a) * fold];
  };
  const opening = (u: number): Colour => (Math.abs(u - 0.75) < 0.012 ? shade(colour, 0.35) : colour);
  m.grid('cloth', coat, m.pick(10, 16, 40), m.pick(4, 8, 20), opening, { flip: true });
  tube(m, 'metal', [[x, y, z], [x, y + 0.75, z]], 0.012, 6, kBrass);
  lathe(m, 'metal', x, z, [[0.16, y], [0.16, y + 0.012], [0.02, y + 0.03]], m.pick(8, 10, 20), kBrass);
  sphere(m, 'wood', [x, y + 1.63, z], 0.03, 8, 6, kOak);
}

/** Stands a small piece, made around the origin, on a shelf along a side wall: its front turns away from that wall. */
export function againstWall(m: Mesh, at: Vec3, make: (piece: Mesh) => void): void {
  const piece = new NewMesh(m.detail);
  make(piece);
  m.append(piece, { position: at, yaw: at[0] > 0 ? -Math.PI / 2 : Math.PI / 2 });
}
