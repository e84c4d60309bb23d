// The baker's input: the whole place as triangles, the lamps of every shop, and the points whose light is wanted
// (format: tools/mall/bake/scene.h).

import type { Detail, MaterialName, Mesh } from '../../../client-proto/web/src/place/geometry/mesh.ts';
import { kTwoSidedMaterials } from '../../../client-proto/web/src/place/geometry/mesh.ts';
import type { Placing, Vec3 } from '../../../client-proto/web/src/place/geometry/vector.ts';
import { placeDirection, placePoint } from '../../../client-proto/web/src/place/geometry/vector.ts';
import type { Bay, Instance, Layout } from '../../../client-proto/web/src/place/layout.ts';
import { kSunColour, kSunDirection } from '../../../client-proto/web/src/place/layout.ts';
import { kRecipes, moduleMesh } from '../../../client-proto/web/src/place/modules.ts';
import type { Lamp } from '../../../client-proto/web/src/place/shops/fit.ts';
import { kShopFrontZ } from '../../../client-proto/web/src/place/shops/fit.ts';
import { fitShop } from '../../../client-proto/web/src/place/shops/index.ts';
import { kShopSpecs } from '../../../client-proto/web/src/place/shops/specs.ts';

const kClear: ReadonlySet<MaterialName> = new Set(['glass', 'skyGlass']);
/** Mean colour of textures whose vertex colour is only a tint. */
const kChevronMean: Vec3 = [0.36, 0.23, 0.13];
const kFloorMean: Vec3 = [0.5, 0.46, 0.4];
const kStreetMean: Vec3 = [0.3, 0.29, 0.27];
/** Metal sends on less than its colour says: most of it leaves as a mirror would. */
const kMetalShare = 0.6;
const kAlbedoMax = 0.85;

export class Floats {
  private chunks: Float32Array[] = [];
  private current = new Float32Array(1 << 20);
  private used = 0;

  push(...values: readonly number[]): void {
    if (this.used + values.length > this.current.length) {
      this.chunks.push(this.current.subarray(0, this.used));
      this.current = new Float32Array(1 << 20);
      this.used = 0;
    }
    for (const value of values) this.current[this.used++] = value;
  }

  buffers(): Buffer[] {
    return [...this.chunks, this.current.subarray(0, this.used)].map((c) => Buffer.from(c.buffer, c.byteOffset, c.byteLength));
  }
}

export interface SceneInput {
  readonly triangles: Floats;
  triangleCount: number;
  readonly groups: Floats;
  groupCount: number;
  readonly lamps: Floats;
  lampCount: number;
}

function addMesh(scene: SceneInput, mesh: Mesh, at: Placing): void {
  for (const [material, part] of mesh.parts) {
    if (kClear.has(material)) continue;
    const flags = (kTwoSidedMaterials.has(material) ? 1 : 0) + (material === 'emissive' ? 2 : 0);
    const points: Vec3[] = [];
    for (let i = 0; i < part.vertexCount; i++) points.push(placePoint([part.positions[3 * i]!, part.positions[3 * i + 1]!, part.positions[3 * i + 2]!], at));
    for (let i = 0; i < part.indices.length; i += 3) {
      const corners = [part.indices[i]!, part.indices[i + 1]!, part.indices[i + 2]!];
      const mean = [0, 1, 2].map((c) => corners.reduce((sum, v) => sum + part.colours[3 * v + c]! / 3, 0));
      const albedo = mean.map((c, k) => Math.min(kAlbedoMax, material === 'metal' ? c * kMetalShare : material === 'shellFloor' ? c * kChevronMean[k]! : c));
      scene.triangles.push(...points[corners[0]!]!, ...points[corners[1]!]!, ...points[corners[2]!]!, ...albedo, flags);
      scene.triangleCount++;
    }
  }
}

function addFloor(scene: SceneInput, x0: number, z0: number, x1: number, z1: number, y: number, albedo: Vec3): void {
  scene.triangles.push(x0, y, z0, x0, y, z1, x1, y, z1, ...albedo, 0);
  scene.triangles.push(x0, y, z0, x1, y, z1, x1, y, z0, ...albedo, 0);
  scene.triangleCount += 2;
}

/** A bay's shop lights its own room and a few metres of hall in front of it. */
function addLamps(scene: SceneInput, bay: Bay, lamps: readonly Lamp[]): void {
  const { width, depth, height } = kShopSpecs[bay.shop];
  const boxAround = (a: Vec3, b: Vec3): number[] => {
    const [p, q] = [placePoint(a, bay), placePoint(b, bay)];
    return [...[0, 1, 2].map((k) => Math.min(p[k]!, q[k]!)), ...[0, 1, 2].map((k) => Math.max(p[k]!, q[k]!))];
  };
  const inner = boxAround([-width / 2 - 0.05, -0.1, kShopFrontZ - depth - 0.05], [width / 2 + 0.05, height + 0.1, 0]);
  const outer = boxAround([-5, -0.1, -0.4], [5, 9, 6]);
  scene.groups.push(...inner, ...outer, scene.lampCount, lamps.length);
  scene.groupCount++;
  for (const lamp of lamps) {
    scene.lamps.push(...placePoint(lamp.position, bay), ...placeDirection(lamp.direction, bay.yaw), ...lamp.intensity, lamp.cosInner, lamp.cosOuter);
    scene.lampCount++;
  }
}

/** The lantern on each pilaster shines all round: its cone is wider than a sphere. */
const kLantern: Lamp = { position: [-3, 4, 0.8], direction: [0, -1, 0], intensity: [2.2, 1.716, 1.144], cosInner: -1.5, cosOuter: -2 };

/** `detailOf` says how finely an instance is to stand in the scene: finely where samples are taken from the fine mesh. */
export function buildScene(layout: Layout, detailOf: (instance: Instance) => Detail): SceneInput {
  const scene: SceneInput = { triangles: new Floats(), triangleCount: 0, groups: new Floats(), groupCount: 0, lamps: new Floats(), lampCount: 0 };
  for (const instance of layout.instances) addMesh(scene, moduleMesh(instance.module, detailOf(instance)), instance);
  addFloor(scene, -9, -45, 9, 45, 0, kFloorMean);
  addFloor(scene, -27, -5.6, -9, 5.6, 0, kFloorMean);
  addFloor(scene, 9, -5.6, 27, 5.6, 0, kFloorMean);
  for (const side of [-1, 1]) {
    addFloor(scene, -90, Math.min(side * 45, side * 130), 90, Math.max(side * 45, side * 130), -0.3, kStreetMean);
    addFloor(scene, Math.min(side * 27, side * 130), -45, Math.max(side * 27, side * 130), 45, -0.3, kStreetMean);
  }
  for (const bay of layout.bays) addLamps(scene, bay, [...(bay.shallow ? [] : fitShop(bay.shop).lamps), kLantern]);
  return scene;
}

/** The finest detail that a module has. */
export const finest = (instance: Instance): Detail => kRecipes[instance.module].details[0]!;
export const coarsest = (instance: Instance): Detail => kRecipes[instance.module].details.at(-1)!;

export function sceneBytes(scene: SceneInput, samples: Floats, sampleCount: number): Buffer {
  const head = Buffer.alloc(24);
  head.write('GLBK', 0, 'latin1');
  [1, scene.triangleCount, scene.groupCount, scene.lampCount, sampleCount].forEach((v, i) => head.writeUInt32LE(v, 4 + 4 * i));
  const sun = Buffer.from(new Float32Array([...kSunDirection, ...kSunColour]).buffer);
  return Buffer.concat([head, ...scene.triangles.buffers(), ...scene.groups.buffers(), ...scene.lamps.buffers(), sun, ...samples.buffers()]);
}
