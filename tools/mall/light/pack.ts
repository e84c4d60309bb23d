// From raw samples to light.bin: samples that lie inside something take a neighbour's light, noise is smoothed along surfaces,
// values become bytes.

import type { Part } from '../../../client-proto/web/src/place/geometry/mesh.ts';
import type { Vec3 } from '../../../client-proto/web/src/place/geometry/vector.ts';
import { dot } from '../../../client-proto/web/src/place/geometry/vector.ts';
import { encodeLight, kFloorTexels, packPlanes } from '../../../client-proto/web/src/place/light.ts';
import { litParts, moduleMesh } from '../../../client-proto/web/src/place/modules.ts';
import { kShellAtlas } from '../../../client-proto/web/src/place/shops/shell.ts';
import type { MapSegment, SamplePlan, VertexSegment } from './samples.ts';

/** Above this share of rays that start behind a face, a sample counts as buried. */
const kBuriedShare = 0.3;
/** A buried sample's light: the nearest open one's, dimmed as a corner would be. */
const kBuriedDim = 0.6;
const kSmoothRadius_m = 0.09;

type Lights = Float32Array;

/** Mean over the places where the module was sampled, buried samples left out. */
function gather(segment: VertexSegment, raw: Float32Array): { light: Lights; open: Uint8Array } {
  const light = new Float32Array(segment.unique * 3);
  const open = new Uint8Array(segment.unique);
  for (const start of segment.starts) {
    for (let i = 0; i < segment.unique; i++) {
      const at = 4 * (start + i);
      if (raw[at + 3]! > kBuriedShare) continue;
      open[i]!++;
      for (let c = 0; c < 3; c++) light[3 * i + c]! += raw[at + c]!;
    }
  }
  for (let i = 0; i < segment.unique; i++) if (open[i]) for (let c = 0; c < 3; c++) light[3 * i + c]! /= open[i]!;
  return { light, open };
}

/** Samples by cells of a grid, to find neighbours. */
class Cells {
  private readonly cells = new Map<number, number[]>();
  private readonly size: number;

  constructor(positions: readonly Vec3[], size: number) {
    this.size = size;
    positions.forEach((p, i) => {
      const key = this.key(p, 0, 0, 0);
      const list = this.cells.get(key);
      if (list) list.push(i);
      else this.cells.set(key, [i]);
    });
  }

  private key(p: Vec3, dx: number, dy: number, dz: number): number {
    const [x, y, z] = [Math.floor(p[0] / this.size) + dx, Math.floor(p[1] / this.size) + dy, Math.floor(p[2] / this.size) + dz];
    return ((x + 2048) * 4096 + (y + 2048)) * 4096 + (z + 2048);
  }

  /** Visits what lies in the cells within `reach` cells of p. */
  near(p: Vec3, reach: number, visit: (i: number) => void): void {
    for (let dx = -reach; dx <= reach; dx++) {
      for (let dy = -reach; dy <= reach; dy++) for (let dz = -reach; dz <= reach; dz++) for (const i of this.cells.get(this.key(p, dx, dy, dz)) ?? []) visit(i);
    }
  }
}

const squaredDistance = (a: Vec3, b: Vec3): number => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;

function fillBuried({ positions }: VertexSegment, light: Lights, open: Uint8Array): void {
  const cells = new Cells(positions.map((p, i) => (open[i] ? p : [1e3, 1e3, 1e3])), 0.12);
  const everyone = positions.map((_, i) => i).filter((i) => open[i]);
  if (everyone.length === 0) return;
  for (let i = 0; i < positions.length; i++) {
    if (open[i]) continue;
    let best = -1;
    let distance = Infinity;
    const consider = (j: number): void => {
      const d = squaredDistance(positions[i]!, positions[j]!);
      if (!open[j] || d >= distance) return;
      distance = d;
      best = j;
    };
    cells.near(positions[i]!, 2, consider);
    if (best < 0) everyone.forEach(consider);
    for (let c = 0; c < 3; c++) light[3 * i + c] = light[3 * best + c]! * kBuriedDim;
  }
}

/** One step towards the mean of the neighbours along the mesh's edges. */
function smoothAlongEdges(segment: VertexSegment, parts: readonly Part[], light: Lights): void {
  const sum = new Float32Array(light.length);
  const weight = new Float32Array(segment.unique);
  let base = 0;
  for (const part of parts) {
    for (let q = 0; q < part.indices.length; q += 3) {
      for (let k = 0; k < 3; k++) {
        const a = segment.sampleOf[base + part.indices[q + k]!]!;
        const b = segment.sampleOf[base + part.indices[q + ((k + 1) % 3)]!]!;
        for (const [to, from] of [[a, b], [b, a]] as const) {
          weight[to]!++;
          for (let c = 0; c < 3; c++) sum[3 * to + c]! += light[3 * from + c]!;
        }
      }
    }
    base += part.vertexCount;
  }
  for (let i = 0; i < segment.unique; i++) {
    if (!weight[i]) continue;
    for (let c = 0; c < 3; c++) light[3 * i + c] = 0.6 * light[3 * i + c]! + (0.4 * sum[3 * i + c]!) / weight[i]!;
  }
}

/** Mean over samples close by that face the same way: facets of one body share no vertices but should share their light. */
function smoothNearby(segment: VertexSegment, light: Lights): void {
  const { positions, normals } = segment;
  const cells = new Cells(positions, kSmoothRadius_m);
  const before = light.slice();
  for (let i = 0; i < segment.unique; i++) {
    let total = 0;
    const sum = [0, 0, 0];
    cells.near(positions[i]!, 1, (j) => {
      const facing = dot(normals[i]!, normals[j]!);
      if (facing < 0.7) return;
      const w = facing ** 6 * Math.exp((-3 * squaredDistance(positions[i]!, positions[j]!)) / kSmoothRadius_m ** 2);
      total += w;
      for (let c = 0; c < 3; c++) sum[c]! += w * before[3 * j + c]!;
    });
    for (let c = 0; c < 3; c++) light[3 * i + c] = sum[c]! / total;
  }
}

function packVertices(segment: VertexSegment, raw: Float32Array): Uint8Array {
  const mesh = moduleMesh(segment.module, segment.detail);
  const { light, open } = gather(segment, raw);
  fillBuried(segment, light, open);
  const parts = litParts(mesh).map((name) => mesh.parts.get(name)!);
  const passes = segment.module.startsWith('shop:') ? 3 : 1;
  for (let pass = 0; pass < passes; pass++) smoothAlongEdges(segment, parts, light);
  smoothNearby(segment, light);
  const bytes = new Uint8Array(segment.sampleOf.length * 3);
  segment.sampleOf.forEach((sample, vertex) => {
    for (let c = 0; c < 3; c++) bytes[3 * vertex + c] = encodeLight(light[3 * sample + c]!);
  });
  return packPlanes(bytes, 0);
}

/** A picture of light with a mask of the texels that are known. */
class LightMap {
  readonly width: number;
  readonly height: number;
  light: Float32Array;
  known: Uint8Array;

  constructor(width: number, height: number, segment: MapSegment, raw: Float32Array) {
    this.width = width;
    this.height = height;
    this.light = new Float32Array(width * height * 3);
    this.known = new Uint8Array(width * height);
    segment.cells.forEach((cell, i) => {
      const at = 4 * (segment.first + i);
      if (raw[at + 3]! > kBuriedShare) return;
      this.known[cell] = 1;
      for (let c = 0; c < 3; c++) this.light[3 * cell + c] = raw[at + c]!;
    });
  }

  /** Every texel becomes the weighted mean of the known ones about it; unknown ones only when `grow`. */
  private spread(grow: boolean): void {
    const light = this.light.slice();
    const known = this.known.slice();
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const cell = y * this.width + x;
        if ((this.known[cell] === 1) === grow) continue;
        let total = 0;
        const sum = [0, 0, 0];
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            const [nx, ny] = [x + dx, y + dy];
            const from = ny * this.width + nx;
            if (nx < 0 || ny < 0 || nx >= this.width || ny >= this.height || !this.known[from]) continue;
            const w = (dx ? 1 : 2) * (dy ? 1 : 2);
            total += w;
            for (let c = 0; c < 3; c++) sum[c]! += w * this.light[3 * from + c]!;
          }
        }
        if (total === 0) continue;
        known[cell] = 1;
        for (let c = 0; c < 3; c++) light[3 * cell + c] = sum[c]! / total;
      }
    }
    this.light = light;
    this.known = known;
  }

  blur(times: number): this {
    for (let i = 0; i < times; i++) this.spread(false);
    return this;
  }

  grow(times: number): this {
    for (let i = 0; i < times; i++) this.spread(true);
    return this;
  }

  pack(): Uint8Array {
    return packPlanes(Uint8Array.from(this.light, encodeLight), this.width);
  }
}

/** Probes: a buried one takes the mean of its neighbours in its own layer; layers are pictures of the size (width, rows). */
function packProbes(segment: MapSegment, size: Vec3, raw: Float32Array): Uint8Array {
  const [width, height, depth] = size;
  const light = new Float32Array(width * height * depth * 3);
  // A layer is one face at one height: X runs along the width, Z along the depth.
  for (let layer = 0; layer < height; layer++) {
    const inLayer: number[] = [];
    segment.cells.forEach((cell, i) => {
      if (Math.floor(cell / width) % height === layer) inLayer.push(i);
    });
    const cells = Uint32Array.from(inLayer, (i) => Math.floor(segment.cells[i]! / (width * height)) * width + (segment.cells[i]! % width));
    const view = new Float32Array(inLayer.length * 4);
    inLayer.forEach((i, k) => view.set(raw.subarray(4 * (segment.first + i), 4 * (segment.first + i) + 4), 4 * k));
    const map = new LightMap(width, depth, { first: 0, cells }, view).grow(2);
    for (let k = 0; k < depth; k++) {
      for (let i = 0; i < width; i++) for (let c = 0; c < 3; c++) light[((k * height + layer) * width + i) * 3 + c] = map.light[(k * width + i) * 3 + c]!;
    }
  }
  return packPlanes(Uint8Array.from(light, encodeLight), 0);
}

export function packLight(plan: SamplePlan, probes: Vec3, raw: Float32Array): Buffer {
  const floor = new LightMap(kFloorTexels[0], kFloorTexels[1], plan.floor, raw).blur(2).grow(4);
  const shell = new LightMap(kShellAtlas.width, kShellAtlas.height, plan.shell, raw).blur(3).grow(3);
  return Buffer.concat([...plan.vertices.map((segment) => packVertices(segment, raw)), floor.pack(), shell.pack(), packProbes(plan.probes, probes, raw)]);
}
