// Draws every module wherever the plan puts it. Which instances are drawn, and at which level of detail, is decided per picture by
// distance, by the view, and by what the architecture hides. Between two levels lies a band in which both are drawn, each with its share
// of the pixels, so that nothing pops.

import { Frustum, InstancedBufferAttribute, InstancedMesh, Matrix4, Sphere, Vector3 } from 'three';
import type { BufferGeometry, Camera, Material, Scene } from 'three';
import type { Detail, MaterialName } from '../geometry/mesh.ts';
import type { Bay, Instance, Layout, ModuleName } from '../layout.ts';
import { kHallHalf, kSquareHalf } from '../layout.ts';
import { kRecipes, moduleMesh } from '../modules.ts';
import { partGeometries } from './buffers.ts';

/** Layers: 0 is what the eye sees, 1 also shows in the floor's mirror, 2 casts the sun's shadow. */
export const kMirrorLayer = 1;
export const kShadowLayer = 2;

/** What shows in the mirror; small bronze and glass would be lost in its blur. */
const kMirrored: ReadonlySet<MaterialName> = new Set(['stone', 'metal', 'emissive', 'shellFloor', 'shellWall', 'leaf', 'travertine']);
const kNotMirrored: ReadonlySet<ModuleName> = new Set(['bench', 'kiosk', 'doors', 'street']);
/** What the sun finds in its way. */
const kCasters: Readonly<Partial<Record<ModuleName, readonly MaterialName[]>>> = {
  facade: ['stone', 'roof'],
  vault: ['metal'],
  dome: ['metal'],
  chandelier: ['metal'],
  chamfer: ['stone'],
  spandrel: ['stone'],
  endWall: ['stone', 'metal'],
  tree: ['leaf', 'travertine', 'bark'],
  bench: ['wood', 'travertine'],
  kiosk: ['travertine', 'leaf', 'wood'],
};

interface Range {
  /** Level 0 gives way to level 1 here, over `kBand`. */
  readonly swap: number;
  /** Nothing is drawn beyond. */
  readonly end: number;
  readonly mirrorEnd: number;
}

const kBand_m = 2;
const kEverywhere = 1e6;
const kRangeDefault: Range = { swap: kEverywhere, end: kEverywhere, mirrorEnd: 44 };
const kRanges: Readonly<Partial<Record<ModuleName, Range>>> = {
  facade: { swap: 14, end: kEverywhere, mirrorEnd: 44 },
  tree: { swap: 13, end: kEverywhere, mirrorEnd: 15 },
  bench: { swap: kEverywhere, end: 60, mirrorEnd: 0 },
  doors: { swap: kEverywhere, end: 38, mirrorEnd: 0 },
  curtain: { swap: kEverywhere, end: 40, mirrorEnd: 0 },
  street: { swap: kEverywhere, end: kEverywhere, mirrorEnd: 0 },
};
const kShopRange: Range = { swap: 9, end: 32, mirrorEnd: 14 };
const kShellRange: Range = { swap: kEverywhere, end: 62, mirrorEnd: 16 };

function rangeOf(module: ModuleName): Range {
  if (module.startsWith('shop:')) return kShopRange;
  if (module.startsWith('shell:')) return kShellRange;
  return kRanges[module] ?? kRangeDefault;
}

interface Placed {
  readonly instance: Instance;
  readonly matrix: Matrix4;
  readonly sphere: Sphere;
}

interface Level {
  readonly meshes: InstancedMesh[];
  readonly fades: InstancedBufferAttribute;
  /** Glass and lamps cannot share pixels; they belong to the level that has more of them. */
  readonly whole: InstancedMesh[];
}

export type View = 'eye' | 'mirror';

/** A shop's opening as seen from inside: everything outside must show through it. */
interface Aperture {
  readonly bay: Bay;
  readonly toLocal: Matrix4;
}

class Group {
  readonly module: ModuleName;
  readonly placed: Placed[];
  readonly levels: Level[] = [];
  private readonly range: Range;

  constructor(module: ModuleName, instances: readonly Instance[]) {
    this.module = module;
    this.range = rangeOf(module);
    this.placed = instances.map((instance) => {
      const matrix = new Matrix4().makeRotationY(instance.yaw).setPosition(...instance.position);
      return { instance, matrix, sphere: new Sphere() };
    });
  }

  build(details: readonly Detail[], light: ReadonlyMap<string, Uint8Array>, materialOf: (name: MaterialName) => Material | undefined): void {
    for (const detail of details) {
      const mesh = moduleMesh(this.module, detail);
      const fades = new InstancedBufferAttribute(new Float32Array(this.placed.length).fill(1), 1);
      const level: Level = { meshes: [], fades, whole: [] };
      for (const [name, geometry] of partGeometries(mesh, light.get(`${this.module}/${detail}`))) {
        const material = materialOf(name);
        if (!material) continue;
        geometry.setAttribute('fade', fades);
        const drawn = this.makeMesh(name, geometry, material, this.levels.length === 0);
        (name === 'glass' || name === 'skyGlass' || name === 'emissive' || name === 'roof' ? level.whole : level.meshes).push(drawn);
      }
      this.levels.push(level);
    }
    this.measure();
  }

  private makeMesh(name: MaterialName, geometry: BufferGeometry, material: Material, finest: boolean): InstancedMesh {
    const drawn = new InstancedMesh(geometry, material, this.placed.length);
    drawn.frustumCulled = false;
    drawn.matrixAutoUpdate = false;
    drawn.receiveShadow = name !== 'leaf' && name !== 'emissive';
    drawn.renderOrder = name === 'glass' ? 5 : name === 'skyGlass' ? 4 : 0;
    if (kMirrored.has(name) && !kNotMirrored.has(this.module) && !(this.module === 'chandelier' && name === 'metal')) drawn.layers.enable(kMirrorLayer);
    if (finest && kCasters[this.module]?.includes(name)) {
      drawn.castShadow = true;
      drawn.layers.enable(kShadowLayer);
    }
    return drawn;
  }

  private measure(): void {
    const sphere = new Sphere();
    const { meshes, whole } = this.levels[0]!;
    let first = true;
    for (const { geometry } of [...meshes, ...whole.filter((m) => m.receiveShadow || m.renderOrder > 0)]) {
      geometry.computeBoundingSphere();
      if (first) sphere.copy(geometry.boundingSphere!);
      else sphere.union(geometry.boundingSphere!);
      first = false;
    }
    for (const placed of this.placed) placed.sphere.copy(sphere).applyMatrix4(placed.matrix);
  }

  get all(): InstancedMesh[] {
    return this.levels.flatMap((level) => [...level.meshes, ...level.whole]);
  }

  /** Fills the levels with the instances that `hidden` lets through. */
  select(eye: Vector3, view: View, reach: number, hidden: (placed: Placed) => boolean): void {
    const counts = this.levels.map(() => 0);
    const wholes = this.levels.map(() => 0);
    const swap = view === 'mirror' ? -kBand_m : this.range.swap * reach;
    const end = view === 'mirror' ? this.range.mirrorEnd : this.range.end * Math.max(0.75, reach);
    const put = (level: number, placed: Placed, fade: number, whole: boolean): void => {
      const { meshes, fades, whole: wholeMeshes } = this.levels[level]!;
      const at = counts[level]!++;
      for (const mesh of meshes) mesh.setMatrixAt(at, placed.matrix);
      fades.setX(at, fade);
      if (whole) for (const mesh of wholeMeshes) mesh.setMatrixAt(wholes[level]!, placed.matrix);
      if (whole) wholes[level]!++;
    };
    for (const placed of this.placed) {
      if (hidden(placed)) continue;
      const distance = Math.max(0, placed.sphere.center.distanceTo(eye));
      if (distance > end) continue;
      const last = this.levels.length - 1;
      const coarse = last === 0 ? 0 : Math.min(1, Math.max(0, (distance - swap) / kBand_m));
      const leaving = Math.min(1, (end - distance) / kBand_m);
      if (coarse < 1 && last > 0) put(0, placed, coarse === 0 ? 1 : 1 - coarse, coarse < 0.5);
      if (last === 0) put(0, placed, leaving, true);
      else if (coarse > 0) put(last, placed, coarse < 1 ? coarse - 1 : leaving, coarse >= 0.5);
    }
    this.levels.forEach((level, i) => {
      for (const mesh of level.meshes) this.show(mesh, counts[i]!);
      for (const mesh of level.whole) this.show(mesh, wholes[i]!);
      level.fades.needsUpdate = true;
    });
  }

  private show(mesh: InstancedMesh, count: number): void {
    mesh.count = count;
    mesh.visible = count > 0;
    mesh.instanceMatrix.needsUpdate = true;
  }

  /** Everything, at the finest level (what casts shadows) or at the coarsest (enough for the environment). */
  showAll(finest: boolean): void {
    const last = this.levels.length - 1;
    this.levels.forEach(({ meshes, whole, fades }, i) => {
      const count = i === (finest ? 0 : last) ? this.placed.length : 0;
      for (const mesh of [...meshes, ...whole]) {
        if (count > 0) this.placed.forEach(({ matrix }, k) => mesh.setMatrixAt(k, matrix));
        this.show(mesh, count);
      }
      for (let k = 0; k < count; k++) fades.setX(k, 1);
      fades.needsUpdate = true;
    });
  }
}

export class Instances {
  private readonly groups: Group[] = [];
  private readonly apertures: Aperture[];
  private readonly bays: readonly Bay[];
  private readonly reach: number;
  private readonly frustum = new Frustum();
  private readonly projection = new Matrix4();

  /** `reach` below 1 draws less detail and less far. */
  constructor(
    scene: Scene,
    layout: Layout,
    light: ReadonlyMap<string, Uint8Array>,
    materialOf: (name: MaterialName) => Material | undefined,
    reach: number,
  ) {
    this.reach = reach;
    this.bays = layout.bays;
    this.apertures = layout.bays.filter((b) => b.boutique).map((bay) => ({ bay, toLocal: bayMatrix(bay).invert() }));
    for (const [module, recipe] of Object.entries(kRecipes) as [ModuleName, (typeof kRecipes)[ModuleName]][]) {
      const group = new Group(module, layout.instances.filter((i) => i.module === module));
      group.build(recipe.details, light, materialOf);
      this.groups.push(group);
      for (const mesh of group.all) scene.add(mesh);
    }
  }

  showAll(finest: boolean): void {
    for (const group of this.groups) group.showAll(finest);
  }

  select(camera: Camera, view: View): void {
    this.projection.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.frustum.setFromProjectionMatrix(this.projection);
    const eye = new Vector3().setFromMatrixPosition(camera.matrixWorld);
    const inside = this.apertures.find(({ toLocal }) => insideShop(eye.clone().applyMatrix4(toLocal)));
    for (const group of this.groups) {
      const isShop = group.module.startsWith('shop:') || group.module.startsWith('shell:');
      group.select(eye, view, this.reach, (placed) => {
        if (!this.frustum.intersectsSphere(placed.sphere)) return true;
        const bay = placed.instance.bay === undefined ? undefined : this.bays[placed.instance.bay];
        if (inside && bay?.index === inside.bay.index) return false;
        if (inside) return hiddenByFront(eye, placed.sphere, inside.toLocal);
        if (isShop && bay && behindFront(eye, bay)) return true;
        return hiddenByCorner(eye, placed.sphere);
      });
    }
  }

  triangles(): number {
    let count = 0;
    for (const group of this.groups) for (const mesh of group.all) if (mesh.visible) count += (mesh.geometry.index!.count / 3) * mesh.count;
    return count;
  }

  dispose(): void {
    for (const group of this.groups) {
      for (const mesh of group.all) {
        mesh.geometry.dispose();
        mesh.dispose();
      }
    }
  }
}

function bayMatrix(bay: Bay): Matrix4 {
  return new Matrix4().makeRotationY(bay.yaw).setPosition(...bay.position);
}

const kShopBox = { halfWidth: 3, front: -0.1, back: -12 } as const;

const insideShop = (local: Vector3): boolean => Math.abs(local.x) < kShopBox.halfWidth && local.z < kShopBox.front && local.z > kShopBox.back;

/** A shop shows only to who stands on the hall's side of its front. */
function behindFront(eye: Vector3, bay: Bay): boolean {
  return (eye.x - bay.position[0]) * Math.sin(bay.yaw) + (eye.z - bay.position[2]) * Math.cos(bay.yaw) < -0.2;
}

/** From inside a shop, what does not show through its arched front is hidden. */
function hiddenByFront(eye: Vector3, sphere: Sphere, toLocal: Matrix4): boolean {
  const from = eye.clone().applyMatrix4(toLocal);
  const to = sphere.center.clone().applyMatrix4(toLocal);
  if (to.z + sphere.radius < 0) return true;
  if (to.z - from.z < 0.5) return false;
  const t = Math.min(1, -from.z / (to.z - from.z));
  const slack = sphere.radius * t + 0.1;
  const [x, y] = [from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t];
  return Math.abs(x) - slack > 2.2 || y - slack > 5.5;
}

/** From down one arm of the hall, the other arm hides behind the corners of the square. */
function hiddenByCorner(eye: Vector3, sphere: Sphere): boolean {
  const { x, y, z } = sphere.center;
  return y < 12 && (beyondCorner(eye.x, eye.z, x, z, sphere.radius) || beyondCorner(eye.z, eye.x, z, x, sphere.radius));
}

/** `along` the arm in which one stands, `across` it. The wall's end at the square cuts the view; past it one sees only so far across. */
function beyondCorner(across: number, along: number, toAcross: number, toAlong: number, radius: number): boolean {
  const beforeCorner = Math.abs(along) - kSquareHalf;
  if (beforeCorner < 3.5 || Math.abs(across) > kHallHalf || Math.abs(toAlong) > kSquareHalf + 1.5) return false;
  const sideways = (kHallHalf + Math.abs(across)) / beforeCorner;
  return Math.abs(toAcross) - Math.min(radius, 3.2) > kHallHalf + (kSquareHalf + kHallHalf) * sideways;
}
