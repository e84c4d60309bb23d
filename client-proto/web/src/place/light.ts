// The baked light's file: light.json says what lies where in light.bin. Irradiance is kept as the square root of E / 16 in a byte
// per channel, so that dark places have as fine steps as bright ones. Bytes are stored as three planes, G, R - G, B - G: grey light
// then compresses to almost nothing.
//
// Order in light.bin: the vertices of every module and detail (modules.ts), the floor's quadrant, the shells' atlas, the probes.

import type { Vec3 } from './geometry/vector.ts';
import type { Detail } from './geometry/mesh.ts';
import type { ModuleName } from './layout.ts';
import { kHallHalf, kSquareHalf } from './layout.ts';

export const kLightMax = 16;

export const encodeLight = (e: number): number => Math.max(0, Math.min(255, Math.round(Math.sqrt(Math.max(0, e) / kLightMax) * 255)));

/** The floor's lightmap holds the quadrant x, z >= 0; the hall is symmetrical. */
export const kFloorTexelsPerMetre = 12;
export const kFloorSize_m = [28, 46] as const;
export const kFloorTexels = [kFloorSize_m[0] * kFloorTexelsPerMetre, kFloorSize_m[1] * kFloorTexelsPerMetre] as const;

/** Is there hall floor at (x, z)? `margin` widens the hall. */
export function onHallFloor(x: number, z: number, margin: number): boolean {
  const [ax, az] = [Math.abs(x), Math.abs(z)];
  const arms = (ax < kHallHalf + margin && az < 44.5 + margin) || (az < kHallHalf + margin && ax < 26.5 + margin);
  const square = ax < kSquareHalf + margin && az < kSquareHalf + margin && ax + az < kHallHalf + kSquareHalf + margin;
  return arms || square;
}

/** A grid of probes; each keeps the irradiance on six faces: +X, -X, +Y, -Y, +Z, -Z. */
export interface ProbeVolume {
  readonly origin: Vec3;
  readonly step: Vec3;
  readonly count: Vec3;
}

export const kProbeFaces: readonly Vec3[] = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
];

const kHeights = { origin: 0.35, step: 0.85, count: 3 } as const;

export const kHallProbes: ProbeVolume = {
  origin: [-25, kHeights.origin, -43],
  step: [2, kHeights.step, 2],
  count: [26, kHeights.count, 44],
};

/** A volume that fills a boutique's zone with probes about 95 cm apart. */
export function zoneProbes(min: Vec3, max: Vec3): ProbeVolume {
  const inset = 0.35;
  const along = (k: 0 | 2): { origin: number; step: number; count: number } => {
    const extent = max[k] - min[k] - 2 * inset;
    const count = Math.round(extent / 0.95) + 1;
    return { origin: min[k] + inset, step: extent / (count - 1), count };
  };
  const [x, z] = [along(0), along(2)];
  return { origin: [x.origin, kHeights.origin, z.origin], step: [x.step, kHeights.step, z.step], count: [x.count, kHeights.count, z.count] };
}

/** Volumes lie side by side along X in one 3D texture; the faces are stacked along Y. */
export interface ProbeAtlas {
  readonly volumes: readonly ProbeVolume[];
  readonly offsets: readonly number[];
  readonly size: Vec3;
}

export function probeAtlas(zones: readonly { readonly min: Vec3; readonly max: Vec3 }[]): ProbeAtlas {
  const volumes = [kHallProbes, ...zones.map((zone) => zoneProbes(zone.min, zone.max))];
  const offsets: number[] = [];
  let width = 0;
  for (const volume of volumes) {
    offsets.push(width);
    width += volume.count[0];
  }
  return { volumes, offsets, size: [width, kHeights.count * kProbeFaces.length, Math.max(...volumes.map((v) => v.count[2]))] };
}

export interface LightIndex {
  readonly format: 'galleria.light/1';
  /** Of the bake's inputs: equal hashes need no new bake. */
  readonly hash: string;
  readonly vertices: readonly { readonly module: ModuleName; readonly detail: Detail; readonly count: number }[];
  readonly floor: readonly [number, number];
  readonly shell: readonly [number, number];
  readonly probes: Vec3;
  readonly bytes: number;
}

/** Texels of a section: `count` times three bytes, as planes. `row` > 0 stores each row as differences along it. */
export function packPlanes(rgb: Uint8Array, row: number): Uint8Array {
  const count = rgb.length / 3;
  const out = new Uint8Array(rgb.length);
  for (let i = 0; i < count; i++) {
    const g = rgb[3 * i + 1]!;
    out[i] = g;
    out[count + i] = rgb[3 * i]! - g;
    out[2 * count + i] = rgb[3 * i + 2]! - g;
  }
  if (row > 0) for (let plane = 0; plane < 3; plane++) for (let i = count - 1; i >= 0; i--) if (i % row !== 0) out[plane * count + i]! -= out[plane * count + i - 1]!;
  return out;
}

export function unpackPlanes(packed: Uint8Array, row: number): Uint8Array {
  const count = packed.length / 3;
  const planes = packed.slice();
  if (row > 0) for (let plane = 0; plane < 3; plane++) for (let i = 0; i < count; i++) if (i % row !== 0) planes[plane * count + i]! += planes[plane * count + i - 1]!;
  const rgb = new Uint8Array(packed.length);
  for (let i = 0; i < count; i++) {
    const g = planes[i]!;
    rgb[3 * i] = planes[count + i]! + g;
    rgb[3 * i + 1] = g;
    rgb[3 * i + 2] = planes[2 * count + i]! + g;
  }
  return rgb;
}

export interface LightSections {
  /** Bytes RGB per vertex, by `module/detail`. */
  readonly vertices: ReadonlyMap<string, Uint8Array>;
  readonly floor: Uint8Array;
  readonly shell: Uint8Array;
  readonly probes: Uint8Array;
}

/** Cuts light.bin into its sections; throws when the file is not as long as its index says. */
export function readLight(index: LightIndex, bytes: Uint8Array): LightSections {
  if (index.format !== 'galleria.light/1' || bytes.length !== index.bytes) throw new Error('the baked light does not fit its index');
  let at = 0;
  const take = (texels: number, row: number): Uint8Array => {
    const section = unpackPlanes(bytes.subarray(at, at + texels * 3), row);
    at += texels * 3;
    return section;
  };
  const vertices = new Map<string, Uint8Array>();
  for (const { module, detail, count } of index.vertices) vertices.set(`${module}/${detail}`, take(count, 0));
  const floor = take(index.floor[0] * index.floor[1], index.floor[0]);
  const shell = take(index.shell[0] * index.shell[1], index.shell[0]);
  const probes = take(index.probes[0] * index.probes[1] * index.probes[2], 0);
  return { vertices, floor, shell, probes };
}
