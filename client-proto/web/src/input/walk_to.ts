// "Take me there": the avatar walks by itself, by sending the same inputs as somebody at the keyboard. The way goes
// through doors (a shop has one); between two points it goes straight and steps around what stands in the way, by
// asking the static scene how far it is free in a fan of directions.
import type { Boutique, Vec3 } from "../net/types.ts";
import { wrapAngle } from "./intent.ts";

export interface Point {
  readonly x: number;
  readonly z: number;
}

/** How far a walker at `from` can go in direction `yaw_rad`, at most `reach_m`. */
export type FreeWay = (from: Point, yaw_rad: number, reach_m: number) => number;

const arriveWaypoint_m = 0.45;
const lookAhead_m = 1.6;
const fan_rad = [0, 0.35, -0.35, 0.7, -0.7, 1.05, -1.05, 1.4, -1.4, 1.9, -1.9] as const;
/** Somebody who has not come nearer for this long stands before a wall, or circles around something. */
const stuckAfter_s = 6;
const nearer_m = 0.3;
const doorStep_m = 1.3;

export function inside(boutique: Boutique, point: Point): boolean {
  const { min, max } = boutique.zone;
  return point.x >= min[0] && point.x <= max[0] && point.z >= min[2] && point.z <= max[2];
}

/** Way points from here to there: out by one's own door, in by the other. `door` is on the threshold. */
export function route(from: Point, to: Point, boutiques: readonly Boutique[]): Point[] {
  const here = boutiques.find((boutique) => inside(boutique, from));
  const there = boutiques.find((boutique) => inside(boutique, to));
  if (here?.id === there?.id) return [to];
  const way: Point[] = [];
  if (here !== undefined) way.push(...[...throughDoor(here)].reverse());
  if (there !== undefined) way.push(...throughDoor(there));
  way.push(to);
  return way;
}

/** From outside to inside: a step before the door, the threshold, a step behind it. */
function throughDoor(boutique: Boutique): Point[] {
  const door: Vec3 = boutique.door;
  const middle = {
    x: (boutique.zone.min[0] + boutique.zone.max[0]) / 2,
    z: (boutique.zone.min[2] + boutique.zone.max[2]) / 2,
  };
  // The way in is square to the front, which is the side of the zone that the door lies on.
  const alongX = Math.abs(middle.x - door[0]) >= Math.abs(middle.z - door[2]);
  const inX = alongX ? Math.sign(middle.x - door[0]) * doorStep_m : 0;
  const inZ = alongX ? 0 : Math.sign(middle.z - door[2]) * doorStep_m;
  return [
    { x: door[0] - inX, z: door[2] - inZ },
    { x: door[0], z: door[2] },
    { x: door[0] + inX, z: door[2] + inZ },
  ];
}

/** The direction to walk in now: the free one that is nearest to the goal's, with the last detour preferred. */
export function steer(from: Point, goal: Point, free: FreeWay, side: number): { yaw_rad: number; side: number } {
  const direct = Math.atan2(goal.x - from.x, goal.z - from.z);
  const reach = Math.min(Math.hypot(goal.x - from.x, goal.z - from.z), lookAhead_m);
  let best = { yaw_rad: direct, side: 0, score: -1 };
  for (const turn of fan_rad) {
    const way = Math.min(free(from, direct + turn, reach) / Math.max(reach, 0.01), 1);
    const swerve = side !== 0 && Math.sign(turn) === -side ? 0.25 : 0;
    const score = way - Math.abs(turn) * 0.28 - swerve;
    if (score > best.score) best = { yaw_rad: wrapAngle(direct + turn), side: Math.sign(turn), score };
    if (turn === 0 && way >= 1) break;
  }
  return { yaw_rad: best.yaw_rad, side: best.side };
}

export type WalkResult = { readonly state: "walking"; readonly yaw_rad: number } | { readonly state: "arrived" | "blocked" };

export class WalkTo {
  private readonly way: Point[];
  private readonly arrive_m: number;
  private readonly free: FreeWay;
  private side = 0;
  private nearest_m = Number.POSITIVE_INFINITY;
  private nearest_s = 0;
  private time_s = 0;

  constructor(way: Point[], arrive_m: number, free: FreeWay) {
    this.way = way;
    this.arrive_m = arrive_m;
    this.free = free;
  }

  update(at: Point, dt_s: number): WalkResult {
    this.time_s += dt_s;
    let goal = this.way[0];
    while (goal !== undefined && distance(at, goal) <= this.near()) {
      this.way.shift();
      this.side = 0;
      this.nearest_m = Number.POSITIVE_INFINITY;
      goal = this.way[0];
    }
    if (goal === undefined) return { state: "arrived" };
    if (this.isStuck(distance(at, goal))) return { state: "blocked" };
    const choice = steer(at, goal, this.free, this.side);
    if (choice.side !== 0) this.side = choice.side;
    return { state: "walking", yaw_rad: choice.yaw_rad };
  }

  private near(): number {
    return this.way.length === 1 ? this.arrive_m : arriveWaypoint_m;
  }

  private isStuck(left_m: number): boolean {
    if (left_m < this.nearest_m - nearer_m) {
      this.nearest_m = left_m;
      this.nearest_s = this.time_s;
    }
    return this.time_s - this.nearest_s > stuckAfter_s;
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.z - b.z);
}
