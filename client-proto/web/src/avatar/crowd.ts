// Everybody in view. The nearest few are dressed figures of full detail; all others are drawn by the hundred. Those further away are
// moved less often, and those out of the picture not at all.

import { Color, Frustum, Group, Matrix4, Sphere, Vector3 } from 'three';
import type { Object3D, PerspectiveCamera, Scene, WebGLRenderer } from 'three';
import { FarFigures, figuresMax } from './far.ts';
import type { FarLayer } from './far.ts';
import { Figure, dress } from './figure.ts';
import type { Dressed } from './figure.ts';
import type { EmoteKind } from '../net/brain.ts';
import { name_m, underTheHead } from './head.ts';
import { ModelStore } from './models.ts';
import type { Body, Model } from './models.ts';
import { coversOf, drawnSlots, feetSlot, maskOf, outfitKey } from './outfit.ts';
import type { WornGarment } from './outfit.ts';
import type { Sighting } from './gait.ts';
import { Person } from './person.ts';
import type { Look } from './person.ts';
import { NameTag } from './tags.ts';
import { skinTints } from './tints.ts';

/** What the crowd needs of the place that is built (src/place). */
export interface AvatarPlace {
  readonly scene: Scene;
  readonly renderer: WebGLRenderer;
  readonly quality: 'desktop' | 'phone';
  adopt(object: Object3D): void;
}

export const bodyUrl = (shape: number): string => `/content/avatar/avatar-${shape}.glb`;
export const shoeLift_m = 0.017;

interface Budget {
  readonly nearFigures: number;
  readonly near_m: number;
}
const budgets: Readonly<Record<'desktop' | 'phone', Budget>> = {
  desktop: { nearFigures: 12, near_m: 13 },
  phone: { nearFigures: 4, near_m: 7 },
};
/** Poses a second, by distance. */
const rates: readonly { readonly until_m: number; readonly interval_s: number }[] = [
  { until_m: 14, interval_s: 0 }, { until_m: 25, interval_s: 1 / 30 }, { until_m: 45, interval_s: 1 / 15 }, { until_m: Infinity, interval_s: 1 / 8 },
];
/** A figure that is near stays near until it is this much further away. */
const hysteresis = 1.15;
const dressedMax = 32;

interface Member {
  readonly person: Person;
  readonly row: number;
  body: Body | null;
  /** As they are loaded: per slot. */
  models: Map<number, Model>;
  layers: FarLayer[];
  key: string;
  figure: Figure | null;
  figureKey: string;
  tag: NameTag | null;
  waited_s: number;
  distance_m: number;
  opacity: number;
  inView: boolean;
  posed: boolean;
}

export class Crowd {
  readonly group = new Group();
  private readonly place: AvatarPlace;
  private readonly store: ModelStore;
  private readonly members = new Map<number, Member>();
  private readonly freeRows = Array.from({ length: figuresMax }, (_, i) => figuresMax - 1 - i);
  private readonly far: FarFigures;
  private readonly dressed = new Map<string, Dressed>();
  private readonly frustum = new Frustum();
  private readonly eye = new Vector3();
  private readonly sphere = new Sphere(new Vector3(), 1.3);

  constructor(place: AvatarPlace, store = new ModelStore()) {
    this.place = place;
    this.store = store;
    this.group.name = 'crowd';
    place.scene.add(this.group);
    this.far = new FarFigures(this.group, (object) => place.adopt(object));
  }

  /** More than figuresMax are not shown. */
  add(id: number, look: Look): void {
    this.remove(id);
    const row = this.freeRows.pop();
    if (row === undefined) return;
    // Breathing starts at another moment for each.
    const offset = (id * 0.618034) % 1;
    const member: Member = {
      person: new Person(look, offset), row, body: null, models: new Map(), layers: [], key: '', figure: null, figureKey: '',
      tag: null, waited_s: offset * 0.1, distance_m: 0, opacity: 1, inView: false, posed: false,
    };
    this.members.set(id, member);
    void this.store.body(bodyUrl(look.shape)).then((body) => {
      if (this.members.get(id) !== member) return;
      member.body = body;
      this.refresh(member);
    }, () => undefined);
  }

  remove(id: number): void {
    const member = this.members.get(id);
    if (member === undefined) return;
    member.figure?.dispose();
    member.tag?.dispose();
    this.freeRows.push(member.row);
    this.members.delete(id);
  }

  pose(id: number, now: Sighting): void {
    this.members.get(id)?.person.sight(now);
  }

  wave(id: number): void {
    this.members.get(id)?.person.wave();
  }

  gesture(id: number, name: EmoteKind): void {
    this.members.get(id)?.person.gesticulate(name);
  }

  /** How much of somebody shows, 0 to 1. */
  fade(id: number, opacity: number): void {
    const member = this.members.get(id);
    if (member !== undefined) member.opacity = opacity;
  }

  /** A garment shows as soon as it has come; until then what was worn stays. */
  wear(id: number, slot: number, garment: WornGarment | null): void {
    const member = this.members.get(id);
    if (member === undefined || slot < 0 || slot >= member.person.outfit.length) return;
    const { person } = member;
    const version = ++person.outfitVersion;
    const put = (model: Model | null): void => {
      person.outfit[slot] = model === null ? null : garment;
      if (model === null) member.models.delete(slot);
      else member.models.set(slot, model);
      this.refresh(member);
    };
    member.person.wanted[slot] = version;
    if (garment === null) return put(null);
    const url = garment.models[person.look.shape] ?? garment.models[0];
    if (url === undefined) return;
    void this.store.model(url).then((model) => {
      if (this.members.get(id) === member && person.wanted[slot] === version) put(model);
    }, () => undefined);
  }

  update(dt_s: number, camera: PerspectiveCamera): void {
    camera.getWorldPosition(this.eye);
    camera.updateMatrixWorld();
    this.frustum.setFromProjectionMatrix(new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse));
    const seen = [...this.members.values()].filter((member) => this.look(member, dt_s));
    seen.sort((a, b) => a.distance_m - b.distance_m);
    const budget = budgets[this.place.quality];
    let nearLeft = budget.nearFigures;
    this.far.begin();
    for (const member of seen) {
      const limit = budget.near_m * (member.figure?.mesh.visible ? hysteresis : 1);
      const near = nearLeft > 0 && member.distance_m < limit;
      if (near) nearLeft--;
      this.animate(member, near);
      this.draw(member, near);
    }
    this.far.end();
    const height_px = this.place.renderer.domElement.clientHeight || this.place.renderer.domElement.height;
    for (const member of this.members.values()) {
      if (!member.inView && member.figure !== null) member.figure.mesh.visible = false;
      this.placeTag(member, camera, height_px);
    }
  }

  dispose(): void {
    for (const id of [...this.members.keys()]) this.remove(id);
    this.far.dispose();
    for (const { geometry } of this.dressed.values()) geometry.dispose();
    this.dressed.clear();
    this.group.removeFromParent();
  }

  private look(member: Member, dt_s: number): boolean {
    const { x, y, z } = member.person.now;
    member.waited_s += dt_s;
    member.person.wait(dt_s);
    member.distance_m = Math.hypot(x - this.eye.x, y + 1 - this.eye.y, z - this.eye.z);
    this.sphere.center.set(x, y + 0.95, z);
    member.inView = member.person.seen && member.body !== null && this.frustum.intersectsSphere(this.sphere);
    return member.inView;
  }

  private animate(member: Member, near: boolean): void {
    const interval_s = near ? 0 : (rates.find((rate) => member.distance_m < rate.until_m)?.interval_s ?? 0);
    if (member.body === null || (member.posed && member.waited_s < interval_s)) return;
    member.waited_s = 0;
    member.posed = true;
    member.person.step(member.body);
    member.figure?.pose(member.person.pose);
  }

  private draw(member: Member, near: boolean): void {
    const { body, person } = member;
    if (body === null) return;
    const { x, y, z } = person.place;
    const root = { x, y: y + this.lift(member), z, yaw: person.motion.bodyYaw };
    if (near) {
      const figure = this.figureOf(member, body);
      figure.mesh.visible = member.opacity > 0;
      figure.fade(member.opacity);
      figure.mesh.position.set(root.x, root.y, root.z);
      figure.mesh.rotation.y = root.yaw;
      return;
    }
    if (member.figure !== null) member.figure.mesh.visible = false;
    this.far.pose(member.row, person.pose, body.rest, root);
    this.far.draw(member.row, member.layers);
  }

  private lift(member: Member): number {
    return member.person.outfit[feetSlot] !== null ? shoeLift_m : 0;
  }

  private figureOf(member: Member, body: Body): Figure {
    if (member.figure === null) {
      member.figure = new Figure(body);
      this.group.add(member.figure.mesh);
      this.place.adopt(member.figure.mesh);
      member.figure.pose(member.person.pose);
    }
    if (member.figureKey !== member.key) {
      const { outfit, look } = member.person;
      const slots = drawnSlots(outfit).filter((slot) => member.models.has(slot));
      const colours = [skinTints[look.tint] ?? skinTints[0], ...slots.map((slot) => outfit[slot]?.colour ?? null)];
      member.figure.wear(this.dressedAs(member, body, slots), colours);
      member.figureKey = member.key;
    }
    return member.figure;
  }

  /** Figures of one shape and outfit share their geometry; the longest unused one is let go. */
  private dressedAs(member: Member, body: Body, slots: readonly number[]): Dressed {
    const { outfit, look } = member.person;
    const key = `${look.shape}/${outfitKey(outfit)}`;
    let found = this.dressed.get(key);
    if (found !== undefined) {
      this.dressed.delete(key);
    } else {
      found = dress([body.near, ...slots.map((slot) => member.models.get(slot)!.near)], outfit);
    }
    this.dressed.set(key, found);
    for (const [oldest, { geometry }] of this.dressed) {
      if (this.dressed.size <= dressedMax) break;
      geometry.dispose();
      this.dressed.delete(oldest);
    }
    return found;
  }

  /** After the outfit or the body has changed. */
  private refresh(member: Member): void {
    const { body, person } = member;
    if (body === null) return;
    const worn = coversOf(person.outfit);
    const { look, outfit } = person;
    const layer = (url: string, model: Model, colour: string | null): FarLayer => {
      const own = model.far.parts.find((part) => part.surface.tintable)?.surface.colour;
      return { url, level: model.far, hidden: maskOf(model.far.covers, worn), colour: colour !== null ? new Color(colour) : (own ?? new Color(1, 1, 1)) };
    };
    member.layers = [layer(bodyUrl(look.shape), body, skinTints[look.tint] ?? skinTints[0])];
    for (const slot of drawnSlots(outfit)) {
      const model = member.models.get(slot), garment = outfit[slot];
      if (model === undefined || garment === null || garment === undefined) continue;
      member.layers.push(layer(garment.models[look.shape] ?? garment.models[0]!, model, garment.colour));
    }
    member.key = `${outfitKey(outfit)}#${outfit.map((garment) => garment?.colour ?? '').join(',')}`;
  }

  private placeTag(member: Member, camera: PerspectiveCamera, height_px: number): void {
    const { look, place, sitting } = member.person;
    if (look.name === '' || !member.inView) return member.tag?.hide();
    member.tag ??= new NameTag(look.name, look.marked);
    const head = underTheHead(place, sitting);
    member.tag.place(this.group, head.x, head.y + name_m, head.z, camera, height_px, member.opacity);
  }
}
