// The empty box of a shop: floor, ceiling, three walls, and the inside of its front. Its light lies in an atlas, because large
// flat walls show the soft pools of lamps that vertices cannot hold.

import { Mesh } from '../geometry/mesh.ts';
import { archWall } from '../geometry/mouldings.ts';
import type { Colour, Vec2, Vec3 } from '../geometry/vector.ts';
import type { ShopKind, ShopSpec } from './fit.ts';
import { kShopFrontZ } from './fit.ts';
import { kShopSpecs } from './specs.ts';

export type ShellFace = 'floor' | 'ceiling' | 'back' | 'left' | 'right';
export const kShellFaces: readonly ShellFace[] = ['floor', 'ceiling', 'back', 'left', 'right'];

export interface FacePatch {
  /** Corner of s = t = 0, and the edges along s and t; the face is seen from inside. */
  readonly origin: Vec3;
  readonly alongS: Vec3;
  readonly alongT: Vec3;
  readonly normal: Vec3;
}

export function facePatch(spec: ShopSpec, face: ShellFace): FacePatch {
  const x = spec.width / 2;
  const z0 = kShopFrontZ;
  const d = spec.depth;
  const h = spec.height;
  switch (face) {
    case 'floor':
      return { origin: [-x, 0, z0], alongS: [2 * x, 0, 0], alongT: [0, 0, -d], normal: [0, 1, 0] };
    case 'ceiling':
      return { origin: [-x, h, z0 - d], alongS: [2 * x, 0, 0], alongT: [0, 0, d], normal: [0, -1, 0] };
    case 'back':
      return { origin: [-x, 0, z0 - d], alongS: [2 * x, 0, 0], alongT: [0, h, 0], normal: [0, 0, 1] };
    case 'left':
      return { origin: [-x, 0, z0], alongS: [0, 0, -d], alongT: [0, h, 0], normal: [1, 0, 0] };
    case 'right':
      return { origin: [x, 0, z0 - d], alongS: [0, 0, d], alongT: [0, h, 0], normal: [-1, 0, 0] };
  }
}

/** Texels of one face in the atlas: its lower left corner and size. */
export interface AtlasRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const kGutterTexels = 2;
/** Finer where people walk in. */
const kTexelsPerMetre: Readonly<Record<ShopKind, number>> = { fashion: 13, furniture: 12, wardrobe: 8, leather: 8 };

export interface ShellAtlas {
  readonly width: number;
  readonly height: number;
  readonly rects: ReadonlyMap<string, AtlasRect>;
}

const rectKey = (kind: ShopKind, face: ShellFace): string => `${kind}/${face}`;

/** One row per shop kind: simple, and wasteful only of texels that compress to nothing. */
function layOutAtlas(): ShellAtlas {
  const rects = new Map<string, AtlasRect>();
  let y = kGutterTexels;
  let width = 0;
  for (const [kind, spec] of Object.entries(kShopSpecs) as [ShopKind, ShopSpec][]) {
    let x = kGutterTexels;
    let rowHeight = 0;
    for (const face of kShellFaces) {
      const { alongS, alongT } = facePatch(spec, face);
      const texels = (v: Vec3): number => Math.round(Math.hypot(...v) * kTexelsPerMetre[kind]);
      const rect = { x, y, width: texels(alongS), height: texels(alongT) };
      rects.set(rectKey(kind, face), rect);
      x += rect.width + kGutterTexels;
      rowHeight = Math.max(rowHeight, rect.height);
    }
    width = Math.max(width, x);
    y += rowHeight + kGutterTexels;
  }
  return { width, height: y, rects };
}

export const kShellAtlas: ShellAtlas = layOutAtlas();

export function shellRect(kind: ShopKind, face: ShellFace): AtlasRect {
  return kShellAtlas.rects.get(rectKey(kind, face))!;
}

const kCeiling: Colour = [0.72, 0.69, 0.64];

export function shopShell(spec: ShopSpec): Mesh {
  const m = new Mesh();
  for (const face of kShellFaces) {
    const { origin: o, alongS: s, alongT: t } = facePatch(spec, face);
    const corner = (a: number, b: number): Vec3 => [o[0] + a * s[0] + b * t[0], o[1] + a * s[1] + b * t[1], o[2] + a * s[2] + b * t[2]];
    const rect = shellRect(spec.kind, face);
    // Half a texel in from the edge: the filter must not reach the neighbour.
    const lightUv = (a: number, b: number): Vec2 => [
      (rect.x + 0.5 + a * (rect.width - 1)) / kShellAtlas.width,
      (rect.y + 0.5 + b * (rect.height - 1)) / kShellAtlas.height,
    ];
    const colour = face === 'floor' ? spec.floor : face === 'ceiling' ? kCeiling : face === 'back' ? spec.accent : spec.wall;
    m.quad(face === 'floor' ? 'shellFloor' : 'shellWall', corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), colour, 99, { lightUv });
  }
  return m;
}

/** The plastered inside of the front wall around its arch; part of the interior, because it needs vertices, not the atlas. */
export function innerFront(m: Mesh, spec: ShopSpec): void {
  const wall = new Mesh(m.detail);
  const x = spec.width / 2;
  archWall(wall, 'travertine', [-x, x], [0, spec.height], 0, { centre: 0, radius: 2.2, spring: 3.3, base: 0 }, spec.wall, m.pick(2, 0.6, 0.6), m.pick(10, 20, 20));
  m.append(wall, { position: [0, 0, kShopFrontZ - 0.06], yaw: Math.PI });
}
