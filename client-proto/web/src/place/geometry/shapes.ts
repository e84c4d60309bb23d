// Simple bodies: boxes, bars, tubes, turned pieces.

import type { MaterialName, Mesh } from './mesh.ts';
import type { Colour, Vec2, Vec3 } from './vector.ts';
import { add, cross, dot, lerp, normalize, scale, subtract } from './vector.ts';

/** Which faces to leave out, and how finely to cut the others. */
export interface BoxOptions {
  skip?: string;
  pieceMax?: number;
}

function longestAxis(lo: Vec3, hi: Vec3): number {
  const d = [hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]];
  return 1 + d.indexOf(Math.max(...d));
}

/** An axis-aligned box; `skip` names faces nobody sees: f(ront) k(back) r l t b. */
export function box(m: Mesh, material: MaterialName, lo: Vec3, hi: Vec3, colour: Colour, options: BoxOptions = {}): void {
  m.grainAxis = longestAxis(lo, hi);
  const { skip = '', pieceMax = 99 } = options;
  const [x0, y0, z0] = lo;
  const [x1, y1, z1] = hi;
  const face = (name: string, a: Vec3, b: Vec3, c: Vec3, d: Vec3): void => {
    if (!skip.includes(name)) m.quad(material, a, b, c, d, colour, pieceMax);
  };
  face('f', [x0, y0, z1], [x1, y0, z1], [x1, y1, z1], [x0, y1, z1]);
  face('k', [x1, y0, z0], [x0, y0, z0], [x0, y1, z0], [x1, y1, z0]);
  face('r', [x1, y0, z1], [x1, y0, z0], [x1, y1, z0], [x1, y1, z1]);
  face('l', [x0, y0, z0], [x0, y0, z1], [x0, y1, z1], [x0, y1, z0]);
  face('t', [x0, y1, z1], [x1, y1, z1], [x1, y1, z0], [x0, y1, z0]);
  face('b', [x0, y0, z0], [x1, y0, z0], [x1, y0, z1], [x0, y0, z1]);
}

/** A box whose edges are cut at 45 degrees by `cut`, so that they catch light; a plain box from afar. */
export function chamferedBox(m: Mesh, material: MaterialName, lo: Vec3, hi: Vec3, colour: Colour, cut: number): void {
  if (m.coarse) {
    box(m, material, lo, hi, colour, { skip: 'b' });
    return;
  }
  m.grainAxis = longestAxis(lo, hi);
  const sides: readonly (readonly [number, number])[] = [0, 1, 2].map((k) => [lo[k]!, hi[k]!] as const);
  /** Corner of the face of `axis`: the chosen sign on that axis, the other two pulled in by the cut. */
  const corner = (axis: number, signs: readonly number[]): Vec3 => {
    const p = [0, 0, 0];
    for (let k = 0; k < 3; k++) {
      const side = sides[k]![signs[k]!]!;
      p[k] = k === axis ? side : side + (signs[k] === 0 ? cut : -cut);
    }
    return [p[0]!, p[1]!, p[2]!];
  };
  for (let axis = 0; axis < 3; axis++) {
    const u = (axis + 1) % 3;
    const v = (axis + 2) % 3;
    for (const side of [0, 1]) {
      const at = (a: number, b: number): Vec3 => {
        const signs = [0, 0, 0];
        signs[axis] = side;
        signs[u] = a;
        signs[v] = b;
        return corner(axis, signs);
      };
      const face = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
      m.facet(material, side === 1 ? face : face.reverse(), colour);
    }
    chamferEdges(m, material, axis, corner, colour);
  }
  chamferCorners(m, material, corner, colour);
}

type Corner = (axis: number, signs: readonly number[]) => Vec3;

/** The four bevels that run along `axis`. */
function chamferEdges(m: Mesh, material: MaterialName, axis: number, corner: Corner, colour: Colour): void {
  const u = (axis + 1) % 3;
  const v = (axis + 2) % 3;
  for (const a of [0, 1]) {
    for (const b of [0, 1]) {
      const at = (face: number, along: number): Vec3 => {
        const signs = [0, 0, 0];
        signs[axis] = along;
        signs[u] = a;
        signs[v] = b;
        return corner(face, signs);
      };
      const bevel = [at(u, 0), at(u, 1), at(v, 1), at(v, 0)];
      // Seen from outside the order turns once for every mirrored axis.
      m.facet(material, a === b ? bevel.reverse() : bevel, colour);
    }
  }
}

function chamferCorners(m: Mesh, material: MaterialName, corner: Corner, colour: Colour): void {
  for (let k = 0; k < 8; k++) {
    const signs = [k & 1, (k >> 1) & 1, (k >> 2) & 1];
    const cut = [corner(0, signs), corner(1, signs), corner(2, signs)];
    m.facet(material, (signs[0]! + signs[1]! + signs[2]!) % 2 === 1 ? cut : cut.reverse(), colour);
  }
}

/** A turned body about the vertical through (cx, cz); profile points are [radius, height]; outside when heights rise. */
export function lathe(m: Mesh, material: MaterialName, cx: number, cz: number, profile: readonly Vec2[], segments: number, colour: Colour): void {
  for (let i = 0; i + 1 < profile.length; i++) {
    const [r0, y0] = profile[i]!;
    const [r1, y1] = profile[i + 1]!;
    const at = (s: number, t: number): Vec3 => {
      const angle = -2 * Math.PI * s;
      const r = lerp(r0, r1, t);
      return [cx + r * Math.cos(angle), lerp(y0, y1, t), cz + r * Math.sin(angle)];
    };
    const normal = (s: number): Vec3 => {
      const angle = -2 * Math.PI * s;
      return normalize([Math.cos(angle) * (y1 - y0), r0 - r1, Math.sin(angle) * (y1 - y0)]);
    };
    m.grid(material, at, segments, 1, colour, { normal });
  }
}

/** The frame of a path at each of its points, carried along without twist. */
function pathFrames(path: readonly Vec3[]): { u: Vec3; w: Vec3 }[] {
  const tangents = path.map((_, i) => normalize(subtract(path[Math.min(path.length - 1, i + 1)]!, path[Math.max(0, i - 1)]!)));
  const first = tangents[0]!;
  let u = normalize(cross(Math.abs(first[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0], first));
  return tangents.map((tangent) => {
    u = normalize(subtract(u, scale(tangent, dot(u, tangent))));
    return { u, w: cross(tangent, u) };
  });
}

/** A round rod along a path; open at its ends. */
export function tube(m: Mesh, material: MaterialName, path: readonly Vec3[], radius: number, segments: number, colour: Colour): void {
  const frames = pathFrames(path);
  const outward = (s: number, t: number): Vec3 => {
    const { u, w } = frames[Math.round(t * (path.length - 1))]!;
    const angle = 2 * Math.PI * s;
    return add(scale(u, Math.cos(angle)), scale(w, Math.sin(angle)));
  };
  const at = (s: number, t: number): Vec3 => add(path[Math.round(t * (path.length - 1))]!, scale(outward(s, t), radius));
  m.grid(material, at, segments, path.length - 1, colour, { normal: outward });
}

export function sphere(m: Mesh, material: MaterialName, centre: Vec3, radius: number, columns: number, rows: number, colour: Colour): void {
  const normal = (s: number, t: number): Vec3 => {
    const a = -2 * Math.PI * s;
    const b = Math.PI * (t - 0.5);
    return [Math.cos(b) * Math.cos(a), Math.sin(b), Math.cos(b) * Math.sin(a)];
  };
  m.grid(material, (s, t) => add(centre, scale(normal(s, t), radius)), columns, rows, colour, { normal });
}

/** A rectangular bar from a to b, `width` across and `height` upwards; its ends stay open, they are always hidden. */
export function bar(m: Mesh, material: MaterialName, a: Vec3, b: Vec3, width: number, height: number, colour: Colour): void {
  const direction = normalize(subtract(b, a));
  const along = [0, 1, 2].map((k) => Math.abs(b[k]! - a[k]!));
  m.grainAxis = 1 + along.indexOf(Math.max(...along));
  const up: Vec3 = Math.abs(direction[1]) > 0.95 ? [0, 0, 1] : [0, 1, 0];
  const u = normalize(cross(up, direction));
  const v = cross(direction, u);
  const at = (p: Vec3, i: number, j: number): Vec3 => add(p, add(scale(u, width * 0.5 * i), scale(v, height * 0.5 * j)));
  const sides: readonly (readonly [number, number, number, number])[] = [
    [1, -1, 1, 1],
    [1, 1, -1, 1],
    [-1, 1, -1, -1],
    [-1, -1, 1, -1],
  ];
  for (const [i, j, k, l] of sides) m.quad(material, at(a, i, j), at(a, k, l), at(b, k, l), at(b, i, j), colour);
}
