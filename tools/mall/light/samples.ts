// Which points the bake asks for: the vertices of each module at a place where it stands typically (two places, averaged, where
// sun and shade differ), the texels of the floor and of the shop shells, the probes.

import type { Detail } from '../../../client-proto/web/src/place/geometry/mesh.ts';
import type { Vec3 } from '../../../client-proto/web/src/place/geometry/vector.ts';
import { placeDirection, placePoint } from '../../../client-proto/web/src/place/geometry/vector.ts';
import type { Instance, Layout, ModuleName } from '../../../client-proto/web/src/place/layout.ts';
import { kFloorTexels, kFloorTexelsPerMetre, kProbeFaces, onHallFloor, probeAtlas } from '../../../client-proto/web/src/place/light.ts';
import type { Box3 } from '../../../client-proto/web/src/place/mall.ts';
import { kRecipes, litParts, moduleMesh } from '../../../client-proto/web/src/place/modules.ts';
import type { ShopKind } from '../../../client-proto/web/src/place/shops/fit.ts';
import { facePatch, kShellAtlas, kShellFaces, shellRect } from '../../../client-proto/web/src/place/shops/shell.ts';
import { kShopSpecs } from '../../../client-proto/web/src/place/shops/specs.ts';
import { Floats } from './scene.ts';

/** Where modules that stand in many places are sampled; anything else is sampled where it is nearest to the first of these. */
const kTypicalPlaces: Partial<Record<ModuleName, readonly (readonly [number, number])[]>> = {
  facade: [[-5.5, 23.5], [5.5, 23.5]],
  chamfer: [[7, 7], [-7, -7]],
  spandrel: [[0, 8.5], [0, -8.5]],
  tree: [[4.3, 26.5], [-4.3, 26.5]],
  doors: [[-5.5, 23.5], [5.5, 23.5]],
};
const kDefaultPlace = [0, 29.5] as const;

/** The vertices of one module at one detail: its unique samples, and which of them each vertex takes. */
export interface VertexSegment {
  readonly module: ModuleName;
  readonly detail: Detail;
  /** First sample of each place; all have `unique` samples. */
  readonly starts: readonly number[];
  readonly unique: number;
  readonly sampleOf: Uint32Array;
  readonly positions: readonly Vec3[];
  readonly normals: readonly Vec3[];
}

/** Texels of a map: cell i takes sample first + i. */
export interface MapSegment {
  readonly first: number;
  readonly cells: Uint32Array;
}

export interface SamplePlan {
  readonly samples: Floats;
  readonly count: number;
  readonly vertices: readonly VertexSegment[];
  readonly floor: MapSegment;
  readonly shell: MapSegment;
  readonly probes: MapSegment;
  /** The shops that must stand in the scene in full detail. */
  readonly fine: ReadonlySet<Instance>;
}

class Planner {
  readonly samples = new Floats();
  count = 0;

  add(position: Vec3, normal: Vec3): number {
    this.samples.push(...position, ...normal);
    return this.count++;
  }
}

function placesOf(layout: Layout, module: ModuleName): Instance[] {
  const all = layout.instances.filter((i) => i.module === module);
  const nearest = (x: number, z: number): Instance =>
    all.reduce((best, i) => (Math.hypot(i.position[0] - x, i.position[2] - z) < Math.hypot(best.position[0] - x, best.position[2] - z) ? i : best));
  const places = kTypicalPlaces[module] ?? [kDefaultPlace];
  return places.map(([x, z]) => nearest(x, z));
}

function planVertices(planner: Planner, module: ModuleName, detail: Detail, places: readonly Instance[]): VertexSegment {
  const mesh = moduleMesh(module, detail);
  const index = new Map<string, number>();
  const positions: Vec3[] = [];
  const normals: Vec3[] = [];
  const sampleOf: number[] = [];
  for (const name of litParts(mesh)) {
    const part = mesh.parts.get(name)!;
    for (let i = 0; i < part.vertexCount; i++) {
      const p: Vec3 = [part.positions[3 * i]!, part.positions[3 * i + 1]!, part.positions[3 * i + 2]!];
      const n: Vec3 = [part.normals[3 * i]!, part.normals[3 * i + 1]!, part.normals[3 * i + 2]!];
      const key = `${p.map((v) => Math.round(v * 500)).join()},${n.map((v) => Math.round(v * 16)).join()}`;
      let at = index.get(key);
      if (at === undefined) {
        at = positions.length;
        index.set(key, at);
        positions.push(p);
        normals.push(n);
      }
      sampleOf.push(at);
    }
  }
  const starts = places.map((place) => {
    const start = planner.count;
    positions.forEach((p, i) => planner.add(placePoint(p, place), placeDirection(normals[i]!, place.yaw)));
    return start;
  });
  return { module, detail, starts, unique: positions.length, sampleOf: Uint32Array.from(sampleOf), positions, normals };
}

function planFloor(planner: Planner): MapSegment {
  const first = planner.count;
  const cells: number[] = [];
  const [width, height] = kFloorTexels;
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const [x, z] = [(i + 0.5) / kFloorTexelsPerMetre, (j + 0.5) / kFloorTexelsPerMetre];
      if (!onHallFloor(x, z, 0.45)) continue;
      planner.add([x, 0, z], [0, 1, 0]);
      cells.push(j * width + i);
    }
  }
  return { first, cells: Uint32Array.from(cells) };
}

function planShells(planner: Planner, layout: Layout): MapSegment {
  const first = planner.count;
  const cells: number[] = [];
  for (const kind of Object.keys(kShopSpecs) as ShopKind[]) {
    const place = placesOf(layout, `shell:${kind}`)[0]!;
    for (const face of kShellFaces) {
      const { origin, alongS, alongT, normal } = facePatch(kShopSpecs[kind], face);
      const rect = shellRect(kind, face);
      const worldNormal = placeDirection(normal, place.yaw);
      for (let j = 0; j < rect.height; j++) {
        for (let i = 0; i < rect.width; i++) {
          const [s, t] = [(i + 0.5) / rect.width, (j + 0.5) / rect.height];
          const local: Vec3 = [origin[0] + s * alongS[0] + t * alongT[0], origin[1] + s * alongS[1] + t * alongT[1], origin[2] + s * alongS[2] + t * alongT[2]];
          planner.add(placePoint(local, place), worldNormal);
          cells.push((rect.y + j) * kShellAtlas.width + rect.x + i);
        }
      }
    }
  }
  return { first, cells: Uint32Array.from(cells) };
}

function planProbes(planner: Planner, zones: readonly Box3[]): MapSegment {
  const first = planner.count;
  const cells: number[] = [];
  const atlas = probeAtlas(zones);
  const [width, height] = atlas.size;
  atlas.volumes.forEach(({ origin, step, count }, volume) => {
    for (let k = 0; k < count[2]; k++) {
      for (let j = 0; j < count[1]; j++) {
        for (let i = 0; i < count[0]; i++) {
          const p: Vec3 = [origin[0] + i * step[0], origin[1] + j * step[1], origin[2] + k * step[2]];
          if (volume === 0 && !onHallFloor(p[0], p[2], 0)) continue;
          kProbeFaces.forEach((normal, face) => {
            planner.add(p, normal);
            cells.push((k * height + face * count[1] + j) * width + atlas.offsets[volume]! + i);
          });
        }
      }
    }
  });
  return { first, cells: Uint32Array.from(cells) };
}

export function planSamples(layout: Layout, zones: readonly Box3[]): SamplePlan {
  const planner = new Planner();
  const fine = new Set<Instance>();
  const vertices: VertexSegment[] = [];
  for (const [module, recipe] of Object.entries(kRecipes) as [ModuleName, (typeof kRecipes)[ModuleName]][]) {
    for (const detail of recipe.details) {
      const places = placesOf(layout, module);
      for (const place of places) fine.add(place);
      const segment = planVertices(planner, module, detail, places);
      if (segment.unique > 0) vertices.push(segment);
    }
  }
  const floor = planFloor(planner);
  const shell = planShells(planner, layout);
  const probes = planProbes(planner, zones);
  return { samples: planner.samples, count: planner.count, vertices, floor, shell, probes, fine };
}
