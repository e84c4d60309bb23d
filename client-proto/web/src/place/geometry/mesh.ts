// A mesh in parts, one per material. The same code builds it in the bake (Node) and in the browser, in the same order,
// because the baked light is a list of bytes per vertex. Metres, Y up; a module's front looks to +Z.

import type { Colour, Placing, Vec2, Vec3 } from './vector.ts';
import { cross, lerp, length, normalize, placeDirection, placePoint, subtract } from './vector.ts';

export type MaterialName =
  | 'stone'
  | 'metal'
  | 'travertine'
  | 'wood'
  | 'cloth'
  | 'leather'
  | 'bark'
  | 'leaf'
  | 'shellFloor'
  | 'shellWall'
  | 'emissive'
  | 'glass'
  | 'skyGlass'
  | 'roof';

/** Materials that carry no baked light: they shine, are clear, or are never seen. */
export const kUnlitMaterials: ReadonlySet<MaterialName> = new Set(['emissive', 'glass', 'skyGlass', 'roof']);
/** Materials whose light lies in the atlas of the shells instead of in the vertices. */
export const kAtlasMaterials: ReadonlySet<MaterialName> = new Set(['shellFloor', 'shellWall']);
/** Thin things seen from both sides. */
export const kTwoSidedMaterials: ReadonlySet<MaterialName> = new Set(['cloth', 'leaf', 'roof', 'emissive', 'glass', 'skyGlass']);

/** far: seen across the nave. near: seen through a shop window. close: within reach. */
export type Detail = 'far' | 'near' | 'close';

export class Part {
  positions: number[] = [];
  normals: number[] = [];
  colours: number[] = [];
  /** Place in the shells' light atlas, 0..1; only kAtlasMaterials use it. */
  lightUvs: number[] = [];
  /** 0: none; 1, 2, 3: the grain runs along X, Y, Z. Only wood uses it. */
  grain: number[] = [];
  indices: number[] = [];

  get vertexCount(): number {
    return this.positions.length / 3;
  }
}

export interface GridOptions {
  flip?: boolean;
  normal?: (s: number, t: number) => Vec3;
  lightUv?: (s: number, t: number) => Vec2;
}

type Painter = Colour | ((s: number, t: number) => Colour);

export class Mesh {
  readonly parts = new Map<MaterialName, Part>();
  readonly detail: Detail;
  /** The axis along which wood grows in what is being added. */
  grainAxis = 0;

  constructor(detail: Detail = 'near') {
    this.detail = detail;
  }

  get coarse(): boolean {
    return this.detail === 'far';
  }

  /** Picks the figure for this mesh's detail. */
  pick(far: number, near: number, close: number): number {
    return this.detail === 'far' ? far : this.detail === 'near' ? near : close;
  }

  part(material: MaterialName): Part {
    let part = this.parts.get(material);
    if (!part) {
      part = new Part();
      this.parts.set(material, part);
    }
    return part;
  }

  vertex(material: MaterialName, position: Vec3, normal: Vec3, colour: Colour, lightUv: Vec2 = [0, 0]): number {
    const part = this.part(material);
    part.positions.push(...position);
    part.normals.push(...normal);
    part.colours.push(...colour);
    part.lightUvs.push(...lightUv);
    part.grain.push(material === 'wood' ? this.grainAxis : 0);
    return part.vertexCount - 1;
  }

  /** A surface f(s, t) over the unit square; counter-clockwise seen from where the normal points, unless flipped. */
  grid(material: MaterialName, f: (s: number, t: number) => Vec3, columns: number, rows: number, paint: Painter, options: GridOptions = {}): void {
    const nu = Math.max(1, Math.round(columns));
    const nv = Math.max(1, Math.round(rows));
    const first = this.part(material).vertexCount;
    for (let j = 0; j <= nv; j++) {
      for (let i = 0; i <= nu; i++) {
        const s = i / nu;
        const t = j / nv;
        const normal = options.normal ? options.normal(s, t) : surfaceNormal(f, s, t, options.flip === true);
        this.vertex(material, f(s, t), normal, typeof paint === 'function' ? paint(s, t) : paint, options.lightUv?.(s, t));
      }
    }
    const { indices } = this.part(material);
    for (let j = 0; j < nv; j++) {
      for (let i = 0; i < nu; i++) {
        const a = first + j * (nu + 1) + i;
        const c = a + nu + 1;
        if (options.flip) indices.push(a, c, a + 1, a + 1, c, c + 1);
        else indices.push(a, a + 1, c, a + 1, c + 1, c);
      }
    }
  }

  /** A flat patch a, b, c, d, counter-clockwise, cut into pieces no longer than `pieceMax` so that light can vary over it. */
  quad(material: MaterialName, a: Vec3, b: Vec3, c: Vec3, d: Vec3, paint: Painter, pieceMax = 99, options: GridOptions = {}): void {
    const columns = Math.ceil(Math.max(length(subtract(a, b)), length(subtract(d, c))) / pieceMax);
    const rows = Math.ceil(Math.max(length(subtract(a, d)), length(subtract(b, c))) / pieceMax);
    // By the diagonals, so that a patch with one collapsed edge still has a normal.
    const normal = normalize(cross(subtract(c, a), subtract(d, b)));
    const at = (s: number, t: number, k: number): number => lerp(lerp(a[k]!, b[k]!, s), lerp(d[k]!, c[k]!, s), t);
    this.grid(material, (s, t) => [at(s, t, 0), at(s, t, 1), at(s, t, 2)], columns, rows, paint, { ...options, normal: () => normal });
  }

  /** A flat polygon of three or four corners, counter-clockwise, without cuts. */
  facet(material: MaterialName, corners: readonly Vec3[], colour: Colour): void {
    const normal = normalize(cross(subtract(corners[1]!, corners[0]!), subtract(corners[corners.length - 1]!, corners[0]!)));
    const first = this.part(material).vertexCount;
    for (const corner of corners) this.vertex(material, corner, normal, colour);
    const { indices } = this.part(material);
    for (let i = 2; i < corners.length; i++) indices.push(first, first + i - 1, first + i);
  }

  /** Adds a placed copy of another mesh; materials may be renamed on the way. */
  append(other: Mesh, at: Placing, rename: (name: MaterialName) => MaterialName = (name) => name): void {
    for (const [name, source] of other.parts) {
      const target = this.part(rename(name));
      const first = target.vertexCount;
      for (let i = 0; i < source.vertexCount; i++) {
        const p: Vec3 = [source.positions[3 * i]!, source.positions[3 * i + 1]!, source.positions[3 * i + 2]!];
        const n: Vec3 = [source.normals[3 * i]!, source.normals[3 * i + 1]!, source.normals[3 * i + 2]!];
        target.positions.push(...placePoint(p, at));
        target.normals.push(...placeDirection(n, at.yaw));
        target.grain.push(turnedGrain(source.grain[i]!, at.yaw));
      }
      for (const c of source.colours) target.colours.push(c);
      for (const u of source.lightUvs) target.lightUvs.push(u);
      for (const index of source.indices) target.indices.push(index + first);
    }
  }

  /** The same mesh with parts merged: from afar fewer materials, and so fewer draws, look the same. */
  merged(rename: (name: MaterialName) => MaterialName): Mesh {
    const mesh = new Mesh(this.detail);
    mesh.append(this, { position: [0, 0, 0], yaw: 0 }, rename);
    return mesh;
  }

  get triangleCount(): number {
    let count = 0;
    for (const part of this.parts.values()) count += part.indices.length / 3;
    return count;
  }
}

/** A quarter turn swaps the grain along X with the grain along Z. */
function turnedGrain(axis: number, yaw: number): number {
  const quarter = Math.abs(Math.sin(yaw)) > 0.7;
  return quarter && axis === 1 ? 3 : quarter && axis === 3 ? 1 : axis;
}

function surfaceNormal(f: (s: number, t: number) => Vec3, s: number, t: number, flip: boolean): Vec3 {
  // Poles collapse a row to a point; the normal just beside them is the one that is wanted.
  const inner = Math.min(0.998, Math.max(0.002, t));
  const step = 1e-3;
  const ds = subtract(f(Math.min(1, s + step), inner), f(Math.max(0, s - step), inner));
  const dt = subtract(f(s, Math.min(1, inner + step)), f(s, Math.max(0, inner - step)));
  const n = normalize(cross(ds, dt));
  return flip ? [-n[0], -n[1], -n[2]] : n;
}
