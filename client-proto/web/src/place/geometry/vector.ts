// Vectors of three numbers, and a random stream that gives the same values on every machine.

export type Vec3 = readonly [number, number, number];
/** Linear RGB. */
export type Colour = Vec3;
/** A point of a profile: [height, projection] or [radius, height], as the function that takes it says. */
export type Vec2 = readonly [number, number];

export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const scale = (a: Vec3, k: number): Vec3 => [a[0] * k, a[1] * k, a[2] * k];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const length = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);
export const lerp = (a: number, b: number, t: number): number => a + (b - a) * t;
export const mix = (a: Vec3, b: Vec3, t: number): Vec3 => [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)];

export function normalize(a: Vec3): Vec3 {
  const l = length(a) || 1;
  return [a[0] / l, a[1] / l, a[2] / l];
}

/** sign(a) |a|^e: the superellipse's cosine, which turns a ball into a soft-edged box. */
export const signedPower = (a: number, e: number): number => Math.sign(a) * Math.abs(a) ** e;

export type Random = () => number;

/** Mulberry32: uniform in [0, 1). The geometry must be equal in the bake and in the browser, so it brings its own stream. */
export function randomStream(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Where something stands: a translation and a turn about Y, as in the mall document (forward = (sin yaw, 0, cos yaw)). */
export interface Placing {
  readonly position: Vec3;
  readonly yaw: number;
}

export function placePoint(p: Vec3, at: Placing): Vec3 {
  const c = Math.cos(at.yaw);
  const s = Math.sin(at.yaw);
  return [p[0] * c + p[2] * s + at.position[0], p[1] + at.position[1], -p[0] * s + p[2] * c + at.position[2]];
}

export function placeDirection(d: Vec3, yaw: number): Vec3 {
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  return [d[0] * c + d[2] * s, d[1], -d[0] * s + d[2] * c];
}
