// What makes a wall architecture: profiles drawn along edges, round arches, walls with arched openings.

import type { MaterialName, Mesh } from './mesh.ts';
import type { Colour, Vec2, Vec3 } from './vector.ts';
import { lerp } from './vector.ts';

/** A straight moulding from x0 to x1; profile points are [height, projection]. */
export function moulding(m: Mesh, material: MaterialName, x0: number, x1: number, profile: readonly Vec2[], colour: Colour, pieceMax = 1): void {
  for (let i = 0; i + 1 < profile.length; i++) {
    const [y0, z0] = profile[i]!;
    const [y1, z1] = profile[i + 1]!;
    m.quad(material, [x0, y0, z0], [x1, y0, z0], [x1, y1, z1], [x0, y1, z1], colour, pieceMax);
  }
}

/** A moulding that returns at both ends (pilasters, capitals, sills); it stands from zBack to zFront and projects by the profile. */
export function wrappedMoulding(
  m: Mesh,
  material: MaterialName,
  [x0, x1]: Vec2,
  [zFront, zBack]: Vec2,
  profile: readonly Vec2[],
  colour: Colour,
  pieceMax = 99,
): void {
  const patch = (a: Vec3, b: Vec3, c: Vec3, d: Vec3): void => m.quad(material, a, b, c, d, colour, pieceMax);
  for (let i = 0; i + 1 < profile.length; i++) {
    const [y, o] = profile[i]!;
    const [Y, O] = profile[i + 1]!;
    // A profile that runs back into the wall does not narrow the piece.
    const [w, W] = [Math.max(0, o), Math.max(0, O)];
    patch([x0 - w, y, zFront + o], [x1 + w, y, zFront + o], [x1 + W, Y, zFront + O], [x0 - W, Y, zFront + O]);
    if ((zFront === zBack && w === 0 && W === 0) || (y === Y && w === W)) continue;
    patch([x1 + w, y, zFront + w], [x1 + w, y, zBack], [x1 + W, Y, zBack], [x1 + W, Y, zFront + W]);
    patch([x0 - w, y, zBack], [x0 - w, y, zFront + w], [x0 - W, Y, zFront + W], [x0 - W, Y, zBack]);
  }
}

export interface ArchOpening {
  centre: number;
  radius: number;
  /** Height where the round begins. */
  spring: number;
  /** Height of the opening's lower edge. */
  base: number;
}

/** A flat wall in the plane z over [x0, x1] x [y0, y1] around one arched opening. */
export function archWall(
  m: Mesh,
  material: MaterialName,
  [x0, x1]: Vec2,
  [y0, y1]: Vec2,
  z: number,
  opening: ArchOpening,
  colour: Colour,
  pieceMax: number,
  segments: number,
): void {
  const { centre, radius, spring, base } = opening;
  const patch = (a: number, b: number, c: number, d: number): void => {
    if (b > a && d > c) m.quad(material, [a, c, z], [b, c, z], [b, d, z], [a, d, z], colour, pieceMax);
  };
  patch(x0, centre - radius, base, spring);
  patch(centre + radius, x1, base, spring);
  patch(x0, x1, y0, base);
  const angles = archAngles(segments, [Math.atan2(y1 - spring, x1 - centre), Math.atan2(y1 - spring, x0 - centre)]);
  const rim = (angle: number): Vec3 => {
    const dx = Math.cos(angle);
    const dy = Math.sin(angle);
    let reach = 1e9;
    if (dx > 1e-6) reach = Math.min(reach, (x1 - centre) / dx);
    if (dx < -1e-6) reach = Math.min(reach, (x0 - centre) / dx);
    if (dy > 1e-6) reach = Math.min(reach, (y1 - spring) / dy);
    return [centre + dx * reach, spring + dy * reach, z];
  };
  for (let i = 0; i < segments; i++) {
    const a = angles[i]!;
    const b = angles[i + 1]!;
    const onArch = (angle: number): Vec3 => [centre + radius * Math.cos(angle), spring + radius * Math.sin(angle), z];
    m.facet(material, [onArch(b), onArch(a), rim(a), rim(b)], colour);
  }
}

/** Equal steps over the half circle, the nearest ones moved so that rays meet the wall's upper corners. */
function archAngles(segments: number, corners: readonly number[]): number[] {
  const angles = Array.from({ length: segments + 1 }, (_, i) => (Math.PI * i) / segments);
  for (const corner of corners) {
    let best = 1;
    for (let i = 1; i < segments; i++) {
      if (Math.abs(angles[i]! - corner) < Math.abs(angles[best]! - corner)) best = i;
    }
    angles[best] = corner;
  }
  return angles;
}

/** A profile [radius beyond the opening, z] drawn round an arch and, below the spring, down its jambs. */
export function archMoulding(
  m: Mesh,
  material: MaterialName,
  opening: ArchOpening,
  z: number,
  profile: readonly Vec2[],
  colour: Colour,
  segments: number,
  pieceMax = 1,
): void {
  const { centre, radius, spring, base } = opening;
  for (let i = 0; i + 1 < profile.length; i++) {
    const [r0, z0] = profile[i]!;
    const [r1, z1] = profile[i + 1]!;
    const round = (s: number, t: number): Vec3 => {
      const angle = Math.PI * s;
      const r = radius + lerp(r0, r1, t);
      return [centre + r * Math.cos(angle), spring + r * Math.sin(angle), z + lerp(z0, z1, t)];
    };
    m.grid(material, round, segments, 1, colour, { flip: true });
    if (base >= spring) continue;
    for (const side of [1, -1]) {
      const jamb = (s: number, t: number): Vec3 => [centre + side * (radius + lerp(r0, r1, t)), lerp(base, spring, s), z + lerp(z0, z1, t)];
      m.grid(material, jamb, Math.ceil((spring - base) / pieceMax), 1, colour, { flip: side > 0 });
    }
  }
}
