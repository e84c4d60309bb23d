// The camera's rules, without three: numbers in, numbers out. It stands behind the right shoulder, comes nearer when a
// wall is behind it, goes into first person when zoomed in, and glides to a piece when that is opened. It follows the
// avatar's feet by a smoothed path and never bobs with the steps.

export interface V3 {
  x: number;
  y: number;
  z: number;
}

export type OnFloor = Pick<V3, "x" | "z">;

/** What is looked at, and how far it reaches to each side. */
export interface Goal extends OnFloor {
  readonly half_m: number;
}

/** Where the camera stands and what it looks at. */
export interface View {
  readonly eye: V3;
  readonly target: V3;
}

/** Distance that is free from `from` in the direction of `to`, at most the distance between them. */
export type Ray = (from: V3, to: V3) => number;

export const distanceMax_m = 4.2;
export const distanceStart_m = 2.9;
/** Nearer than this the avatar would fill the picture: first person. */
export const firstPersonBelow_m = 0.7;
const eyeHeight_m = 1.6;
const shoulder_m = 0.42;
const wallGap_m = 0.22;
/** What stands this near to the goal, as a share of the way to it, is beside it and not before it. */
const besideGoal = 0.9;
const pitchMin = -0.55;
const pitchMax = 1.15;
const zoomStep = 1.16;

export interface Orbit {
  /** Direction that the camera looks in, on the floor. */
  readonly yaw_rad: number;
  /** Positive looks down. */
  readonly pitch_rad: number;
  readonly distance_m: number;
}

export function turned(orbit: Orbit, yaw_rad: number, pitch_rad: number): Orbit {
  const pitch = Math.min(Math.max(orbit.pitch_rad + pitch_rad, pitchMin), pitchMax);
  const turn = orbit.yaw_rad + yaw_rad;
  return { ...orbit, yaw_rad: turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI)), pitch_rad: pitch };
}

/** Zooming in past the nearest distance goes to 0, first person; zooming out of that starts at the nearest again. */
export function zoomed(orbit: Orbit, steps: number): Orbit {
  if (orbit.distance_m === 0) return steps > 0 ? { ...orbit, distance_m: firstPersonBelow_m * zoomStep } : orbit;
  const distance = orbit.distance_m * zoomStep ** steps;
  if (distance < firstPersonBelow_m) return { ...orbit, distance_m: 0 };
  return { ...orbit, distance_m: Math.min(distance, distanceMax_m) };
}

export function isFirstPerson(orbit: Orbit): boolean {
  return orbit.distance_m === 0;
}

/** The view behind the avatar whose feet are at `feet`. Walls and ceilings bring the eye nearer, never through. */
export function behind(feet: V3, orbit: Orbit, ray: Ray): View {
  const look = direction(orbit.yaw_rad, orbit.pitch_rad);
  const head = { x: feet.x, y: feet.y + eyeHeight_m, z: feet.z };
  if (isFirstPerson(orbit)) return { eye: head, target: add(head, look, 1) };
  const side = { x: -Math.cos(orbit.yaw_rad), y: 0, z: Math.sin(orbit.yaw_rad) };
  const pivot = add(head, side, freeAlong(head, add(head, side, shoulder_m), ray));
  const eye = add(pivot, look, -freeAlong(pivot, add(pivot, look, -orbit.distance_m), ray));
  return { eye, target: add(pivot, look, 4) };
}

function freeAlong(from: V3, to: V3, ray: Ray): number {
  const wish = apart(from, to);
  if (wish === 0) return 0;
  const reach = { x: from.x + ((to.x - from.x) / wish) * (wish + wallGap_m), y: from.y + ((to.y - from.y) / wish) * (wish + wallGap_m), z: from.z + ((to.z - from.z) / wish) * (wish + wallGap_m) };
  return Math.max(Math.min(wish, ray(from, reach) - wallGap_m), 0);
}

export function direction(yaw_rad: number, pitch_rad: number): V3 {
  const flat = Math.cos(pitch_rad);
  return { x: Math.sin(yaw_rad) * flat, y: -Math.sin(pitch_rad), z: Math.cos(yaw_rad) * flat };
}

function apart(from: V3, to: V3): number {
  return Math.hypot(to.x - from.x, to.y - from.y, to.z - from.z);
}

export function add(a: V3, b: V3, scale = 1): V3 {
  return { x: a.x + b.x * scale, y: a.y + b.y * scale, z: a.z + b.z * scale };
}

/** Whether something standing at `at`, `half_m` to each side, is before what is looked at. Heights do not count. */
export function standsBefore(at: OnFloor, half_m: number, eye: OnFloor, goal: Goal): boolean {
  const dx = goal.x - eye.x;
  const dz = goal.z - eye.z;
  const along = ((at.x - eye.x) * dx + (at.z - eye.z) * dz) / Math.max(dx * dx + dz * dz, 0.01);
  if (along <= 0 || along >= besideGoal) return false;
  return Math.hypot(eye.x + dx * along - at.x, eye.z + dz * along - at.z) < half_m + goal.half_m * along;
}

/** Share of the way that is covered in `dt_s` when half of it is covered in `half_s`: independent of the frame rate. */
export function ease(dt_s: number, half_s: number): number {
  return 1 - 0.5 ** (dt_s / half_s);
}

/** Slow start, slow end. */
export function smooth(t: number): number {
  const x = Math.min(Math.max(t, 0), 1);
  return x * x * (3 - 2 * x);
}

export function mix(a: V3, b: V3, t: number): V3 {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, z: a.z + (b.z - a.z) * t };
}

export function mixView(a: View, b: View, t: number): View {
  return { eye: mix(a.eye, b.eye, t), target: mix(a.target, b.target, t) };
}

/** How the camera frames a piece: a box of `size` standing with the middle of its base at `base`, seen from its front. */
export interface Framing {
  readonly base: V3;
  readonly size: V3;
  /** The direction that the piece faces. */
  readonly yaw_rad: number;
  /** Visible vertical angle and the free part of the picture's width and height (0 to 1) beside the panel. */
  readonly fov_rad: number;
  readonly aspect: number;
  readonly freeWidth: number;
  readonly freeHeight: number;
}

/** A piece is itself a collider: this far from its middle a ray begins outside of its box. */
const skin = (size: V3): number => Math.hypot(size.x, size.z) / 2 + 0.08;
const rounding_m = 0.001;
/** At which shares of its height a piece is asked for. */
const heights = [0.15, 0.55, 0.95] as const;
/** By how much a back is worth less than a front. */
const backLoss = 0.5;
/** Share of the distance that a piece is framed from, below which there is too little room. */
const enoughRoom = 0.8;
const turns_rad = [0, 0.7, -0.7, 1.3, -1.3, 2, -2, 2.6, -2.6, Math.PI] as const;

/**
 * From where around a piece to look at it: where there is room, nothing hides it, and its front shows. What `turnsToCamera`
 * shows its front to every side.
 */
export function bestTurn(framing: Framing, pitch_rad: number, turnsToCamera: boolean, ray: Ray): number {
  const open = framed(framing, pitch_rad, 1, 0, apart);
  const wanted = apart(open.eye, open.target) * enoughRoom;
  let best = { turn: 0, worth: 0 };
  for (const turn of turns_rad) {
    const { eye, target } = framed(framing, pitch_rad, 1, turn, ray);
    const room = Math.min(apart(eye, target) / wanted, 1);
    const front = turnsToCamera ? 1 : 1 - (backLoss * (1 - Math.cos(turn))) / 2;
    const worth = room * front * shareSeen(framing, eye, turn, ray);
    if (worth > best.worth) best = { turn, worth };
  }
  return best.turn;
}

/** Which share of a piece's outline nothing hides from `eye`: both sides, at three heights. */
function shareSeen({ base, size, yaw_rad }: Framing, eye: V3, turn_rad: number, ray: Ray): number {
  const out = direction(yaw_rad + turn_rad, 0);
  const aside = { x: out.z, y: 0, z: -out.x };
  const half = (Math.abs(Math.cos(turn_rad)) * size.x + Math.abs(Math.sin(turn_rad)) * size.z) / 2;
  const middle = { ...base, y: base.y + size.y / 2 };
  const near = add(middle, out, skin(size));
  // A wall may be nearer than that: what is seen from beyond it is not the piece.
  if (!reaches(middle, near, ray)) return 0;
  const edges = [-1, 1].flatMap((side) => heights.map((up) => add({ ...near, y: base.y + size.y * up }, aside, side * half)));
  return edges.filter((edge) => reaches(eye, edge, ray)).length / edges.length;
}

const reaches = (from: V3, to: V3, ray: Ray): boolean => ray(from, to) >= apart(from, to) - rounding_m;

/** A view of a piece from its front, a little from above, filling about two thirds of the free part of the picture. */
export function framed(framing: Framing, pitch_rad: number, zoom: number, turn_rad: number, ray: Ray): View {
  const { base, size } = framing;
  const centre = { x: base.x, y: base.y + size.y / 2, z: base.z };
  const across = Math.hypot(size.x, size.z);
  const halfV = Math.tan(framing.fov_rad / 2);
  const forHeight = size.y / 2 / (halfV * framing.freeHeight * 0.66);
  const forWidth = across / 2 / (halfV * framing.aspect * framing.freeWidth * 0.7);
  const distance = (Math.max(forHeight, forWidth, 0.45) + across * 0.3) / zoom;
  const out = direction(framing.yaw_rad + turn_rad, 0);
  const from = { x: out.x * Math.cos(pitch_rad), y: Math.sin(pitch_rad), z: out.z * Math.cos(pitch_rad) };
  const start = add(centre, from, Math.min(skin(size), distance * 0.8));
  const eye = add(start, from, freeAlong(start, add(centre, from, distance), ray));
  return { eye, target: centre };
}
