// The mall document (mall.json): what the server and the client must know of the place, derived from the same plan and fixtures
// that are drawn. Types here are the file's format, galleria.mall/1; names and units are the file's.

import type { Placing, Vec3 } from './geometry/vector.ts';
import { placePoint } from './geometry/vector.ts';
import { kDoorZ } from './hall/doors.ts';
import { kNaveEnd, kTranseptEnd, makeLayout } from './layout.ts';
import type { Bay, Instance, Layout } from './layout.ts';
import type { BoxCollider, DisplayPlan, Mount, SeatPlan } from './shops/fit.ts';
import { kShopFrontZ } from './shops/fit.ts';
import { fitShop } from './shops/index.ts';
import { kShopSpecs } from './shops/specs.ts';

export interface Box3 {
  readonly min: Vec3;
  readonly max: Vec3;
}

/** A way in that can be shut: the middle of its threshold; its yaw leads out of the boutique. */
export interface MallEntrance {
  readonly position: Vec3;
  readonly width_m: number;
  readonly height_m: number;
  readonly yaw_rad: number;
}

export interface MallBoutique {
  readonly id: string;
  readonly name: string;
  readonly kind: 'fashion' | 'furniture';
  readonly zone: Box3;
  readonly door: Vec3;
  readonly entrances: readonly MallEntrance[];
}

/** `position` and `space_m` as DisplayPlan says; the yaw is the direction in which the piece looks. */
export interface MallDisplay {
  readonly id: number;
  readonly boutique: string;
  readonly mount: Mount;
  readonly position: Vec3;
  readonly yaw_rad: number;
  readonly space_m: Vec3;
  readonly shape: number;
}

export interface MallProp {
  readonly id: number;
  readonly kind: 'sphere' | 'box';
  readonly half: Vec3;
  readonly mass_kg: number;
  readonly position: Vec3;
  readonly yaw_rad: number;
  readonly look: string;
}

export interface MallStaff {
  readonly name: string;
  readonly boutique: string | null;
  readonly shape: number;
  readonly tint: number;
  readonly path: readonly (readonly [number, number])[];
  readonly outfit: readonly string[];
}

/** The middle of a seat's surface, and where one looks who sits there. */
export interface MallSeat {
  readonly position: Vec3;
  readonly yaw_rad: number;
}

export interface MallSign {
  readonly bay: number;
  readonly text: string;
  readonly open: boolean;
}

export interface MallDocument {
  readonly format: 'galleria.mall/1';
  readonly name: string;
  readonly spawns: readonly { readonly position: Vec3; readonly yaw_rad: number }[];
  readonly bounds: Box3;
  readonly colliders: {
    readonly boxes: readonly BoxCollider[];
    readonly hulls: readonly (readonly Vec3[])[];
    readonly triangles: readonly (readonly [Vec3, Vec3, Vec3])[];
  };
  readonly boutiques: readonly MallBoutique[];
  readonly displays: readonly MallDisplay[];
  readonly props: readonly MallProp[];
  readonly staff: readonly MallStaff[];
  readonly seats: readonly MallSeat[];
  /** Names of the garments that visitors come in. */
  readonly visitors_wear: readonly string[];
  readonly signs: readonly MallSign[];
}

/** Positions are kept to the millimetre: two runs, and two machines, write the same file. */
const round = (v: number): number => Math.round(v * 1000) / 1000 + 0;
const roundVec = (v: Vec3): Vec3 => [round(v[0]), round(v[1]), round(v[2])];
const roundYaw = (v: number): number => Math.round(v * 1e6) / 1e6 + 0;

function placeBox(box: BoxCollider, at: Placing): BoxCollider {
  return { center: roundVec(placePoint(box.center, at)), half: roundVec(box.half), yaw_rad: roundYaw(box.yaw_rad + at.yaw) };
}

const span = (lo: Vec3, hi: Vec3): BoxCollider => ({
  center: [(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2, (lo[2] + hi[2]) / 2],
  half: [(hi[0] - lo[0]) / 2, (hi[1] - lo[1]) / 2, (hi[2] - lo[2]) / 2],
  yaw_rad: 0,
});

const kWallHeight = 6.2;
/** Half the clear width between the door posts. */
export const kDoorHalf = 0.785;
/** From the floor to the fascia. */
const kDoorHeight = 2.96;

/** One bay's front in its own coordinates: piers, the pilaster on its left edge, the shop front, and the shut doors. */
function frontColliders(open: boolean): BoxCollider[] {
  const boxes = [
    span([-3, 0, -0.45], [-2.14, kWallHeight, 0.1]),
    span([2.14, 0, -0.45], [3, kWallHeight, 0.1]),
    span([-3.5, 0, 0], [-2.5, 0.8, 0.32]),
    span([-3.4, 0.8, 0], [-2.6, kWallHeight, 0.22]),
    span([-2.2, 0, -0.31], [-kDoorHalf, 3.3, -0.17]),
    span([kDoorHalf, 0, -0.31], [2.2, 3.3, -0.17]),
  ];
  if (!open) boxes.push(span([-kDoorHalf, 0, -0.31], [kDoorHalf, 3.3, -0.17]));
  return boxes;
}

/** Side walls and back wall of an open shop; they stand outside the floor, half a hand thick and more. */
function shellColliders(bay: Bay): BoxCollider[] {
  const { width, depth, height } = kShopSpecs[bay.shop];
  const x = width / 2;
  const back = kShopFrontZ - depth;
  return [
    span([-x - 0.3, 0, back - 0.3], [-x, height, kShopFrontZ]),
    span([x, 0, back - 0.3], [x + 0.3, height, kShopFrontZ]),
    span([-x - 0.3, 0, back - 0.3], [x + 0.3, height, back]),
  ];
}

/** An upright prism with a regular outline. */
function prism(at: Vec3, radius: number, height: number, sides: number): Vec3[] {
  const corners: Vec3[] = [];
  for (const y of [0, height]) {
    for (let k = 0; k < sides; k++) {
      const a = (2 * Math.PI * k) / sides;
      corners.push(roundVec([at[0] + radius * Math.cos(a), at[1] + y, at[2] + radius * Math.sin(a)]));
    }
  }
  return corners;
}

const kHalfCorner = (3 * Math.SQRT2) / 2;

function instanceBoxes({ module, position, yaw }: Instance): BoxCollider[] {
  const at = { position, yaw };
  switch (module) {
    case 'endWall':
      return [placeBox(span([-6, 0, -0.8], [6, kWallHeight, 0]), at), ...[-4.1, 4.1].map((x) => placeBox(span([x - 0.6, 0, 0], [x + 0.6, kWallHeight, 0.3]), at))];
    case 'chamfer':
      return [
        placeBox(span([-kHalfCorner - 0.3, 0, -1.2], [kHalfCorner + 0.3, kWallHeight, 0.05]), at),
        ...[-1, 1].map((s) => placeBox(span([s * (kHalfCorner - 0.3) - 0.39, 0, 0], [s * (kHalfCorner - 0.3) + 0.39, kWallHeight, 0.21]), at)),
      ];
    case 'bench':
      return [placeBox(span([-0.29, 0, -1.15], [0.29, 0.455, 1.15]), at)];
    default:
      return [];
  }
}

function collectColliders(layout: Layout): MallDocument['colliders'] {
  const boxes: BoxCollider[] = [];
  const hulls: Vec3[][] = [];
  const reach = [kTranseptEnd + 2, kNaveEnd + 2];
  boxes.push(span([-reach[0]!, -1, -reach[1]!], [reach[0]!, 0, reach[1]!]));
  for (const bay of layout.bays) {
    const own = frontColliders(bay.boutique !== null);
    if (bay.boutique) own.push(...shellColliders(bay), ...fitShop(bay.shop).colliders);
    boxes.push(...own.map((box) => placeBox(box, bay)));
  }
  for (const instance of layout.instances) {
    boxes.push(...instanceBoxes(instance));
    if (instance.module === 'tree') hulls.push(prism(instance.position, 0.585, 0.8, 12));
    if (instance.module === 'kiosk') hulls.push(prism(instance.position, 1.81, 0.45, 20), prism(instance.position, 1.27, 0.8, 20));
  }
  return { boxes, hulls, triangles: [] };
}

function placeSeat({ position, yaw }: SeatPlan, at: Placing): MallSeat {
  return { position: roundVec(placePoint(position, at)), yaw_rad: roundYaw(wrapAngle(yaw + at.yaw)) };
}

const kBenchPlaces = [-0.72, 0, 0.72];
const kKioskPlaces = 8;
/** Of the round bench: the ring one sits on. */
const kKioskSeatRadius = 1.6;

/** On a bench one looks towards the middle of the place, on the round one away from it. */
function seatsOf({ module, position, yaw }: Instance): SeatPlan[] {
  if (module === 'kiosk') {
    return Array.from({ length: kKioskPlaces }, (_, k) => {
      const turn = (2 * Math.PI * (k + 0.5)) / kKioskPlaces;
      return { position: [Math.sin(turn) * kKioskSeatRadius, 0.45, Math.cos(turn) * kKioskSeatRadius] as Vec3, yaw: turn };
    });
  }
  if (module !== 'bench') return [];
  const across = placePoint([1, 0, 0], { position: [0, 0, 0], yaw });
  const side = across[0] * position[0] + across[2] * position[2] < 0 ? 1 : -1;
  return kBenchPlaces.map((z) => ({ position: [side * 0.05, 0.455, z], yaw: (side * Math.PI) / 2 }));
}

function collectSeats(layout: Layout): MallSeat[] {
  const shops = layout.bays.filter((bay) => bay.boutique !== null);
  return [
    ...layout.instances.flatMap((instance) => seatsOf(instance).map((seat) => placeSeat(seat, instance))),
    ...shops.flatMap((bay) => fitShop(bay.shop).seats.map((seat) => placeSeat(seat, bay))),
  ];
}

function zoneOf(bay: Bay): Box3 {
  const { width, depth, height } = kShopSpecs[bay.shop];
  const a = placePoint([-width / 2, 0, kShopFrontZ - depth], bay);
  const b = placePoint([width / 2, height, kShopFrontZ], bay);
  return {
    min: roundVec([Math.min(a[0], b[0]), 0, Math.min(a[2], b[2])]),
    max: roundVec([Math.max(a[0], b[0]), height, Math.max(a[2], b[2])]),
  };
}

function entranceOf(bay: Bay): MallEntrance {
  return { position: roundVec(placePoint([0, 0, kDoorZ], bay)), width_m: round(2 * kDoorHalf), height_m: kDoorHeight, yaw_rad: roundYaw(wrapAngle(bay.yaw)) };
}

/** The rooms of the open boutiques, in the order of the document. */
export function boutiqueZones(layout: Layout): Box3[] {
  return layout.bays.filter((bay) => bay.boutique !== null).map(zoneOf);
}

function placeDisplay(plan: DisplayPlan, bay: Bay, id: number): MallDisplay {
  return {
    id,
    boutique: bay.boutique!,
    mount: plan.mount,
    position: roundVec(placePoint(plan.position, bay)),
    yaw_rad: roundYaw(wrapAngle(plan.yaw + bay.yaw)),
    space_m: plan.space,
    shape: plan.shape,
  };
}

function wrapAngle(a: number): number {
  return Math.atan2(Math.sin(a), Math.cos(a));
}

/** Two rows of three in the nave, looking down it towards the square. */
function makeSpawns(): MallDocument['spawns'] {
  const spawns = [];
  for (const z of [39.6, 38.2]) for (const x of [-1.2, 0, 1.2]) spawns.push({ position: [x, 0, z] as Vec3, yaw_rad: roundYaw(Math.PI) });
  return spawns;
}

const kEveryday = ['tee', 'trousers', 'sneakers'] as const;

/** Paths are polygons [x, z] walked round and round; the numbers in `staff` are in the boutique's own coordinates. */
function makeStaff(fashion: Bay, furniture: Bay): MallStaff[] {
  const inside = (bay: Bay, path: readonly (readonly [number, number])[]): [number, number][] =>
    path.map(([x, z]) => {
      const p = placePoint([x, 0, z], bay);
      return [round(p[0]), round(p[2])];
    });
  return [
    {
      name: 'Elena',
      boutique: fashion.boutique,
      shape: 0,
      tint: 2,
      path: inside(fashion, [[0.1, -4.95], [-1.4, -4.9], [-1.45, -2.2], [0.1, -1.75], [1.65, -2.2], [1.7, -4.5]]),
      outfit: ['dress', 'sneakers'],
    },
    {
      name: 'Jonas',
      boutique: furniture.boutique,
      shape: 1,
      tint: 4,
      path: inside(furniture, [[0, -2.3], [-1.15, -3.0], [-1.1, -4.7], [0, -5.4], [0, -7.6], [0.9, -8.8], [0.6, -9.6], [-0.9, -9.2], [-0.4, -7.0], [0.95, -4.8], [1.05, -3.2]]),
      outfit: kEveryday,
    },
    {
      name: 'Marta',
      boutique: null,
      shape: 2,
      tint: 1,
      path: [[1.6, 34.5], [1.8, 27], [1.6, 16], [-1.4, 14], [-1.7, 24], [-1.5, 34]],
      outfit: kEveryday,
    },
    {
      name: 'Paul',
      boutique: null,
      shape: 1,
      tint: 6,
      path: [[0, 4.2], [3, 3], [4.2, 0], [3, -3], [0, -4.2], [-3, -3], [-4.2, 0], [-3, 3]],
      outfit: ['jacket', 'tee', 'trousers', 'sneakers', 'hat'],
    },
  ];
}

export function makeMall(): MallDocument {
  const layout = makeLayout();
  const open = layout.bays.filter((bay) => bay.boutique !== null);
  let id = 1;
  const displays = open.flatMap((bay) => fitShop(bay.shop).displays.map((plan) => placeDisplay(plan, bay, id++)));
  const fashion = open.find((bay) => bay.shop === 'fashion')!;
  const furniture = open.find((bay) => bay.shop === 'furniture')!;
  return {
    format: 'galleria.mall/1',
    name: 'Galleria',
    spawns: makeSpawns(),
    bounds: { min: [-kTranseptEnd, 0, -kNaveEnd], max: [kTranseptEnd, 20, kNaveEnd] },
    colliders: collectColliders(layout),
    boutiques: open.map((bay) => ({
      id: bay.boutique!,
      name: bay.sign,
      kind: bay.shop as 'fashion' | 'furniture',
      zone: zoneOf(bay),
      door: roundVec(placePoint([0, 0, kShopFrontZ + 0.1], bay)),
      entrances: [entranceOf(bay)],
    })),
    displays,
    props: [{ id: 1, kind: 'sphere', half: [0.24, 0.24, 0.24], mass_kg: 0.6, position: [1.4, 0.24, 30.5], yaw_rad: 0, look: 'ball' }],
    staff: makeStaff(fashion, furniture),
    seats: collectSeats(layout),
    visitors_wear: kEveryday,
    signs: layout.bays.map((bay) => ({ bay: bay.index, text: bay.sign, open: bay.boutique !== null })),
  };
}

