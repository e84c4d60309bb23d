// Draws every module wherever the plan puts it. Which instances are drawn, and at which level of detail, is decided per picture by
// distance, by the view, and by what the architecture hides. When an instance changes its level both are drawn for a moment, each with
// its share of the pixels, so that nothing pops; at rest every instance has one level.

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

/** Opaque things are drawn from the front to the back, roughly: what hides most comes first. Sky last. */
const kDrawOrder: readonly (readonly ModuleName[])[] = [
  ['tree', 'bench', 'kiosk'],
  ['facade'],
  ['doors', 'curtain', 'endWall', 'chamfer', 'spandrel', 'chandelier'],
  ['vault', 'dome'],
  ['shop:fashion', 'shop:furniture', 'shop:wardrobe', 'shop:leather'],
  ['shell:fashion', 'shell:furniture', 'shell:wardrobe', 'shell:leather'],
];
export const kFloorOrder = 1;
export const kSkyOrder = 2;

function drawOrder(module: ModuleName): number {
  const at = kDrawOrder.findIndex((group) => group.includes(module));
  return (at < 0 ? kDrawOrder.length : at) / 10;
}

interface Range {
  /** Level 0 gives way to level 1 here, give or take `kHysteresis_m`. */
  readonly swap: number;
  /** Nothing is drawn beyond. */
  readonly end: number;
  readonly mirrorEnd: number;
}

const kHysteresis_m = 0.6;
/** How long a change of level takes. */
const kCrossing_s = 0.35;
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
  /** 0: level 0, 1: the last level; between while it changes. */
  readonly coarse: Crossing;
  /** 0: there, 1: too far to be drawn. */
  readonly gone: Crossing;
}

interface Level {
  readonly meshes: InstancedMesh[];
  readonly fades: InstancedBufferAttribute;
  /** Glass and lamps cannot share pixels; they belong to the level that has more of them. */
  readonly whole: InstancedMesh[];
}

export type View = 'eye' | 'mirror';

/** A switch that takes a moment, and does not flutter at its threshold. */
export class Crossing {
  value = 0;
  private target = 0;
  private seen = false;

  /** Towards 1 beyond `threshold`; at once when it was not looked at in the last picture. */
  step(distance: number, threshold: number, dt_s: number): number {
    this.target = distance > threshold + (this.target === 1 ? -kHysteresis_m : kHysteresis_m) ? 1 : 0;
    const most = this.seen ? dt_s / kCrossing_s : 1;
    this.value += Math.max(-most, Math.min(most, this.target - this.value));
    this.seen = true;
    return this.value;
  }

  /** Out of view: next time it starts where it belongs. */
  forget(): void {
    this.seen = false;
  }
}

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
      return { instance, matrix, sphere: new Sphere(), coarse: new Crossing(), gone: new Crossing() };
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
    drawn.renderOrder = name === 'glass' ? 5 : name === 'skyGlass' ? 4 : drawOrder(this.module);
    if (kMirrored.has(name) && !kNotMirrored.has(this.module) && !(this.module === 'chandelier' && name === 'metal')) drawn.layers.enable(kMirrorLayer);
    if (finest && kCasters[this.module]?.includes(name)) {
      drawn.castShadow = true;
      drawn.layers.enable(kShadowLayer);
    }
    if (name === 'roof') drawn.layers.set(kShadowLayer);
    return drawn;
  }

  private measure(): void {
    const sphere = new Sphere();
    const { meshes, whole } = this.levels[0]!;
    let first = true;
    for (const { geometry } of [...meshes, ...whole.filter((m) => m.layers.isEnabled(0))]) {
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

  /** Fills the levels with the instances that `hidden` lets through, the nearest first. The mirror shows the coarsest level. */
  select(eye: Vector3, view: View, reach: number, dt_s: number, hidden: (placed: Placed) => boolean): void {
    const counts = this.levels.map(() => ({ parts: 0, whole: 0 }));
    const last = this.levels.length - 1;
    const distance = (placed: Placed): number => placed.sphere.center.distanceTo(eye);
    for (const placed of this.placed.sort((a, b) => distance(a) - distance(b))) {
      if (hidden(placed)) {
        if (view === 'eye') placed.coarse.forget();
        if (view === 'eye') placed.gone.forget();
        continue;
      }
      if (view === 'mirror') {
        if (distance(placed) < this.range.mirrorEnd) this.put(counts, last, placed, 1, true);
        continue;
      }
      const there = 1 - placed.gone.step(distance(placed), this.range.end * Math.max(0.75, reach), dt_s);
      const coarse = last === 0 ? 0 : placed.coarse.step(distance(placed), this.range.swap * reach, dt_s);
      if (there <= 0) continue;
      if (coarse < 1) this.put(counts, 0, placed, Math.min(there, 1 - coarse), coarse < 0.5);
      if (coarse > 0) this.put(counts, last, placed, coarse < 1 ? coarse - 1 : there, coarse >= 0.5);
    }
    this.levels.forEach((level, i) => {
      for (const mesh of level.meshes) this.show(mesh, counts[i]!.parts);
      for (const mesh of level.whole) this.show(mesh, counts[i]!.whole);
      level.fades.needsUpdate = true;
    });
  }

  private put(counts: { parts: number; whole: number }[], at: number, { matrix }: Placed, fade: number, withWhole: boolean): void {
    const level = this.levels[at]!;
    const count = counts[at]!;
    for (const mesh of level.meshes) mesh.setMatrixAt(count.parts, matrix);
    level.fades.setX(count.parts++, fade);
    if (!withWhole) return;
    for (const mesh of level.whole) mesh.setMatrixAt(count.whole, matrix);
    count.whole++;
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

  select(camera: Camera, view: View, dt_s: number): void {
    this.projection.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.frustum.setFromProjectionMatrix(this.projection);
    const eye = new Vector3().setFromMatrixPosition(camera.matrixWorld);
    const inside = this.apertures.find(({ toLocal }) => insideShop(eye.clone().applyMatrix4(toLocal)));
    for (const group of this.groups) {
      const isShop = group.module.startsWith('shop:') || group.module.startsWith('shell:');
      group.select(eye, view, this.reach, dt_s, (placed) => {
        if (!this.frustum.intersectsSphere(placed.sphere)) return true;
        const bay = placed.instance.bay === undefined ? undefined : this.bays[placed.instance.bay];
        if (inside && bay?.index === inside.bay.index) return false;
        if (inside) return hiddenByFront(eye, placed.sphere, inside.toLocal);
        if (isShop && bay && behindFront(eye, bay)) return true;
        return hiddenByCorner(eye, placed.sphere);
      });
    }
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
