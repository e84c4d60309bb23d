// How somebody moves, from what the server says of them: standing, walking and running blended by speed with their strides in step,
// turning on the spot, looking where they go. Pure: time and input are arguments.

export interface GaitNode {
  readonly name: string;
  readonly speed_mps: number;
  readonly duration_s: number;
}

export interface GaitMix {
  /** Share of each node, standing first; they add up to 1. */
  readonly weights: number[];
  /** Cycles per second, so that a stride covers the ground at this speed. */
  readonly rate_hz: number;
}

/** Below this somebody stands. */
const standing_mps = 0.08;
/** From here on standing has no share any more. */
const walking_mps = 0.55;

/** `nodes` are ordered by speed. The first weight is standing's. */
export function mixGaits(nodes: readonly GaitNode[], speed_mps: number): GaitMix {
  const weights = new Array<number>(nodes.length + 1).fill(0);
  const first = nodes[0], last = nodes[nodes.length - 1];
  if (first === undefined || last === undefined || speed_mps <= standing_mps) {
    weights[0] = 1;
    return { weights, rate_hz: 0 };
  }
  const stride = (node: GaitNode): number => node.speed_mps * node.duration_s;
  if (speed_mps <= first.speed_mps) {
    weights[0] = 1 - smooth((speed_mps - standing_mps) / (walking_mps - standing_mps));
    weights[1] = 1 - weights[0];
    return { weights, rate_hz: speed_mps / stride(first) };
  }
  for (let i = 0; i + 1 < nodes.length; i++) {
    const slow = nodes[i]!, fast = nodes[i + 1]!;
    if (speed_mps > fast.speed_mps) continue;
    const t = (speed_mps - slow.speed_mps) / (fast.speed_mps - slow.speed_mps);
    weights[i + 1] = 1 - t;
    weights[i + 2] = t;
    return { weights, rate_hz: speed_mps / (stride(slow) * (1 - t) + stride(fast) * t) };
  }
  weights[nodes.length] = 1;
  return { weights, rate_hz: speed_mps / stride(last) };
}

export interface Sighting {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly speed: number;
  readonly grounded: boolean;
  /** Sits here: the place is the middle of the seat's surface. */
  readonly seated: boolean;
}

/** What a figure does now; `advance` moves it on. */
export interface Motion {
  /** Where the trunk points; the feet stand by this. */
  bodyYaw: number;
  speed_mps: number;
  /** Of the stride; runs backwards when walking backwards. */
  phase: number;
  /** -1 to the right, 1 to the left, 0 not turning on the spot. */
  turning: -1 | 0 | 1;
  turnPhase: number;
  turnWeight: number;
  /** Of head and neck against the trunk. */
  lookYaw: number;
  idlePhase: number;
  backwards: boolean;
}

export function startMotion(yaw: number, idlePhase: number): Motion {
  return {
    bodyYaw: yaw, speed_mps: 0, phase: idlePhase, turning: 0, turnPhase: 0, turnWeight: 0, lookYaw: 0, idlePhase, backwards: false,
  };
}

/** A standing figure lets its trunk rest until the head has turned this far. */
const turnFrom_rad = 0.7;
const turnUntil_rad = 0.04;
const turnRate_rad_s = 2.6;
const quarter_rad = Math.PI / 2;
const bodyRate_per_s = 11;
const lookMax_rad = 1.0;
const lookRate_per_s = 7;
const speedRate_per_s = 9;
const idle_s = 7.8;

/** `travelYaw` is the direction of movement over ground, used while moving. */
export function advance(motion: Motion, nodes: readonly GaitNode[], now: Sighting, travelYaw: number, dt_s: number): void {
  motion.speed_mps += (now.speed - motion.speed_mps) * ease(speedRate_per_s, dt_s);
  if (now.speed === 0 && motion.speed_mps < standing_mps) motion.speed_mps = 0;
  motion.idlePhase = wrap01(motion.idlePhase + dt_s / idle_s);
  const moving = motion.speed_mps > standing_mps * 2 && now.speed > 0;
  if (moving) walk(motion, now, travelYaw, dt_s);
  else turnOnTheSpot(motion, now.yaw, dt_s);
  const { rate_hz } = mixGaits(nodes, motion.speed_mps);
  // In the air the legs nearly stop.
  const pace = (now.grounded ? 1 : 0.25) * (motion.backwards ? -1 : 1);
  motion.phase = wrap01(motion.phase + rate_hz * pace * dt_s);
  const wanted = clamp(angleBetween(motion.bodyYaw, now.yaw), -lookMax_rad, lookMax_rad);
  motion.lookYaw += (wanted - motion.lookYaw) * ease(lookRate_per_s, dt_s);
}

function walk(motion: Motion, now: Sighting, travelYaw: number, dt_s: number): void {
  // Who goes against the direction of view walks backwards; sideways the trunk follows the feet and the head stays.
  const off = angleBetween(now.yaw, travelYaw);
  const limit = motion.backwards ? 1.7 : 2.0;
  motion.backwards = Math.abs(off) > limit;
  const wanted = motion.backwards ? travelYaw + Math.PI : travelYaw;
  motion.bodyYaw += angleBetween(motion.bodyYaw, wanted) * ease(bodyRate_per_s, dt_s);
  motion.turning = 0;
  motion.turnPhase = 0;
  motion.turnWeight *= 1 - ease(12, dt_s);
}

function turnOnTheSpot(motion: Motion, yaw: number, dt_s: number): void {
  const off = angleBetween(motion.bodyYaw, yaw);
  if (motion.turning === 0 && Math.abs(off) > turnFrom_rad) {
    motion.turning = off > 0 ? 1 : -1;
    motion.turnPhase = 0;
  }
  if (motion.turning === 0) {
    motion.turnWeight *= 1 - ease(6, dt_s);
    return;
  }
  const rate = Math.min(1, 0.35 + Math.abs(off)) * turnRate_rad_s;
  const step = Math.sign(off) * Math.min(Math.abs(off), rate * dt_s);
  motion.bodyYaw += step;
  // The clip turns a quarter per cycle: its phase follows the angle, so the feet stay where they stand.
  motion.turnPhase = wrap01(motion.turnPhase + Math.abs(step) / quarter_rad);
  motion.turnWeight += (1 - motion.turnWeight) * ease(9, dt_s);
  if (Math.abs(angleBetween(motion.bodyYaw, yaw)) < turnUntil_rad) motion.turning = 0;
}

/** From `a` to `b` by the shorter way, -pi..pi. */
export function angleBetween(a: number, b: number): number {
  const d = (b - a) % (2 * Math.PI);
  return d > Math.PI ? d - 2 * Math.PI : d < -Math.PI ? d + 2 * Math.PI : d;
}

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
const wrap01 = (x: number): number => x - Math.floor(x);
const ease = (rate_per_s: number, dt_s: number): number => 1 - Math.exp(-rate_per_s * dt_s);
function smooth(t: number): number {
  const x = clamp(t, 0, 1);
  return x * x * (3 - 2 * x);
}
