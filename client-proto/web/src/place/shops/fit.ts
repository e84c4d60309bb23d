// A shop while it is being fitted out. Every fixture adds what is seen (mesh), what is bumped into (colliders), what shines
// (lamps) and what goods may stand on (displays) in one call, so that the four cannot disagree.
// Coordinates are the bay's own: X along the front, +Z out into the nave, the shop lies at negative Z.

import type { Detail } from '../geometry/mesh.ts';
import { Mesh } from '../geometry/mesh.ts';
import { kTravertine } from '../geometry/palette.ts';
import { chamferedBox } from '../geometry/shapes.ts';
import type { Colour, Random, Vec3 } from '../geometry/vector.ts';
import { normalize, randomStream, scale, subtract } from '../geometry/vector.ts';

export type ShopKind = 'fashion' | 'furniture' | 'wardrobe' | 'leather';

/** What a retailer chooses; metres and linear RGB. */
export interface ShopSpec {
  readonly kind: ShopKind;
  readonly width: number;
  /** From the back of the front to the back wall. */
  readonly depth: number;
  readonly height: number;
  readonly wall: Colour;
  /** Back wall. */
  readonly accent: Colour;
  /** Multiplies the chevron parquet. */
  readonly floor: Colour;
  /** Light mood: the colour of the spots. */
  readonly lamp: Colour;
}

export type Mount = 'mannequin' | 'hanger' | 'plinth' | 'floor' | 'shelf' | 'wall';

/** Room for one piece. `position` is the middle of the underside of the space; on a hanger the hook's point on the rail, and
 * the space hangs below it; on a wall the middle of the space's back. Width lies across, depth along the display's front. */
export interface DisplayPlan {
  readonly mount: Mount;
  readonly position: Vec3;
  readonly yaw: number;
  /** Width, height, depth. */
  readonly space: Vec3;
  readonly shape: number;
}

export interface BoxCollider {
  readonly center: Vec3;
  readonly half: Vec3;
  readonly yaw_rad: number;
}

/** Where somebody can sit: the middle of the seat's surface, and where one looks there. */
export interface SeatPlan {
  readonly position: Vec3;
  readonly yaw: number;
}

/** A lamp for the bake: a cone from `position` along `direction`; full inside the inner cosine, nothing outside the outer. */
export interface Lamp {
  readonly position: Vec3;
  readonly direction: Vec3;
  readonly intensity: Colour;
  readonly cosInner: number;
  readonly cosOuter: number;
}

/** The inner face of the shop front: shops begin here. */
export const kShopFrontZ = -0.35;

export class ShopFit {
  readonly spec: ShopSpec;
  readonly mesh: Mesh;
  readonly random: Random;
  readonly colliders: BoxCollider[] = [];
  readonly displays: DisplayPlan[] = [];
  readonly seats: SeatPlan[] = [];
  readonly lamps: Lamp[] = [];

  constructor(spec: ShopSpec, detail: Detail, seed: number) {
    this.spec = spec;
    this.mesh = new Mesh(detail);
    this.random = randomStream(seed);
  }

  get halfWidth(): number {
    return this.spec.width / 2;
  }

  get backZ(): number {
    return kShopFrontZ - this.spec.depth;
  }

  /** Something one bumps into. */
  solid(lo: Vec3, hi: Vec3): void {
    this.colliders.push({
      center: [(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2, (lo[2] + hi[2]) / 2],
      half: [(hi[0] - lo[0]) / 2, (hi[1] - lo[1]) / 2, (hi[2] - lo[2]) / 2],
      yaw_rad: 0,
    });
  }

  /** A stone block to stand goods on; returns the height of its top. */
  plinth(x: number, z: number, width: number, depth: number, height: number, colour: Colour = kTravertine): number {
    const lo: Vec3 = [x - width / 2, 0, z - depth / 2];
    const hi: Vec3 = [x + width / 2, height, z + depth / 2];
    chamferedBox(this.mesh, 'travertine', lo, hi, colour, 0.012);
    this.solid(lo, hi);
    return height;
  }

  display(mount: Mount, position: Vec3, yaw: number, space: Vec3, shape = 0): void {
    this.displays.push({ mount, position, yaw, space, shape });
  }

  lamp(position: Vec3, aim: Vec3, strength: number, cosInner: number, cosOuter: number, colour: Colour = this.spec.lamp): void {
    this.lamps.push({ position, direction: normalize(subtract(aim, position)), intensity: scale(colour, strength), cosInner, cosOuter });
  }
}
