// What people show with their bodies when they say nothing: a nod, a bow, a dance. Each is a rule from time to a pose, put over the
// standing or walking figure: the trunk is turned a little further, hands and feet are led to places, and elbows and knees follow
// (a chain of two bones has one solution once it is said where its elbow points). No scene objects, no clips.

import type { EmoteKind } from '../net/brain.ts';
import { jointOf, jointParents } from './skeleton.ts';
import type { Pose, RestPositions } from './skeleton.ts';

export const gestureDuration_s: Readonly<Record<EmoteKind, number>> = {
  nod: 1.6, shakeHead: 1.8, clap: 2.8, laugh: 2.8, think: 3.6, bow: 2.6, dance: 6, point: 2.4,
};
const fadeIn_s = 0.28, fadeOut_s = 0.36;

type Vec = readonly [number, number, number];
type Quat = readonly [number, number, number, number];

const hips = jointOf('hips'), spine = jointOf('spine'), chest = jointOf('chest'), neck = jointOf('neck'), head = jointOf('head');
const rightShoulder = jointOf('rightShoulder'), leftShoulder = jointOf('leftShoulder');
const rightArm = jointOf('rightUpperArm'), leftArm = jointOf('leftUpperArm');
const rightLeg = jointOf('rightUpperLeg'), leftLeg = jointOf('leftUpperLeg');

/** A gesture under way: how much of it shows, and how much of the legs is free for it. */
interface Stage {
  readonly pose: Pose;
  readonly rest: RestPositions;
  readonly time_s: number;
  readonly share: number;
  readonly standing: number;
}

/**
 * Puts a gesture over a finished pose. `standing` is 1 for somebody who stands and 0 for somebody who walks, whose feet are left to
 * their stride.
 */
export function addGesture(pose: Pose, rest: RestPositions, name: EmoteKind, time_s: number, standing: number): void {
  const left_s = gestureDuration_s[name] - time_s;
  if (time_s <= 0 || left_s <= 0) return;
  const share = smooth(time_s / fadeIn_s) * smooth(left_s / fadeOut_s);
  rules[name]({ pose, rest, time_s, share, standing });
}

const rules: Readonly<Record<EmoteKind, (stage: Stage) => void>> = {
  nod: (s) => {
    const swing = (1 - Math.cos(2 * Math.PI * 1.9 * s.time_s)) / 2;
    turn(s, neck, [0.1 * swing, 0, 0]);
    turn(s, head, [0.34 * swing - 0.05, 0, 0]);
  },
  shakeHead: (s) => {
    const swing = Math.sin(2 * Math.PI * 1.7 * s.time_s);
    turn(s, neck, [0.04, 0.16 * swing, 0]);
    turn(s, head, [0.06, 0.42 * swing, 0.03 * swing]);
  },
  clap: (s) => {
    const open = Math.abs(Math.sin(Math.PI * 3.1 * s.time_s)) ** 0.8;
    turn(s, head, [0.06, 0, 0]);
    for (const side of [1, -1] as const) {
      reach(s, side === 1 ? leftArm : rightArm, onChest(s, [side * (0.045 + 0.085 * open), -0.06 + 0.02 * side, 0.3]), [side, -0.9, -0.1]);
    }
  },
  laugh: (s) => {
    const shake = Math.sin(2 * Math.PI * 4.3 * s.time_s) * smooth(s.time_s / 0.5);
    turn(s, spine, [0.05 + 0.025 * shake, 0, 0]);
    turn(s, chest, [-0.1 + 0.03 * shake, 0, 0]);
    turn(s, neck, [-0.1, 0, 0.03]);
    turn(s, head, [-0.2 + 0.05 * shake, 0.05, 0.05]);
    turn(s, leftShoulder, [0, 0, 0.05 + 0.04 * shake]);
    turn(s, rightShoulder, [0, 0, -0.05 - 0.04 * shake]);
    reach(s, rightArm, onChest(s, [-0.05, -0.2, 0.215]), [-1, -0.6, -0.2]);
  },
  think: (s) => {
    const sway = Math.sin(2 * Math.PI * 0.4 * s.time_s);
    turn(s, chest, [0.03, 0.05, 0]);
    turn(s, head, [0.09 + 0.02 * sway, -0.1 + 0.06 * sway, 0.1]);
    reach(s, leftArm, onChest(s, [-0.09, -0.12, 0.2]), [1, -0.5, -0.3]);
    reach(s, rightArm, onJoint(s, head, [-0.035, -0.055, 0.135]), [-0.35, -1, 0.1]);
  },
  bow: (s) => {
    const deep = s.share * smooth((gestureDuration_s.bow - 0.25 - s.time_s) / 0.7) * smooth((s.time_s - 0.1) / 0.6);
    const own = { ...s, share: deep };
    s.pose.hips[2]! -= 0.09 * deep * s.standing;
    turn(own, hips, [0.34 * s.standing, 0, 0]);
    turn(own, spine, [0.3, 0, 0]);
    turn(own, chest, [0.2, 0, 0]);
    turn(own, head, [0.18, 0, 0]);
    reach(s, rightArm, onChest(s, [0.06, 0.02, 0.19]), [-1, -0.5, 0]);
    reach(s, leftArm, onChest(s, [0.2, -0.3, -0.12]), [1, -0.2, -0.5]);
    plantFeet(s);
  },
  dance: (s) => {
    const beat = Math.PI * 2 * 0.95 * s.time_s;
    const sway = Math.sin(beat), bounce = (1 - Math.cos(2 * beat)) / 2;
    s.pose.hips[0]! += 0.05 * sway * s.share * s.standing;
    s.pose.hips[1]! -= (0.025 + 0.028 * bounce) * s.share * s.standing;
    turn(ofLegs(s), hips, [0, 0.1 * sway, -0.07 * sway]);
    turn(s, spine, [0.03, -0.1 * sway, 0.07 * sway]);
    turn(s, chest, [0, -0.16 * Math.sin(beat - 0.5), 0.06 * sway]);
    turn(s, head, [0.05 * bounce, 0.1 * sway, -0.07 * sway]);
    for (const side of [1, -1] as const) {
      const swing = Math.sin(beat + (side === 1 ? 0 : Math.PI));
      const hand = onChest(s, [side * (0.27 + 0.03 * bounce), -0.19 + 0.1 * swing, 0.22 + 0.06 * swing]);
      reach(s, side === 1 ? leftArm : rightArm, hand, [side, -0.8, -0.5]);
    }
    plantFeet(s);
  },
  point: (s) => {
    const length = armLength(s.rest);
    turn(s, chest, [0, 0.1, 0]);
    turn(s, rightShoulder, [0, 0.1, -0.06]);
    const root = jointFrame(s, rightArm).place;
    reach(s, rightArm, [root[0] - 0.02 * length, root[1] + 0.02 * length, root[2] + 0.995 * length], [-0.4, -1, 0]);
  },
};

/** The share of it that hips and legs have. */
const ofLegs = (s: Stage): Stage => ({ ...s, share: s.share * s.standing });

/** Both feet stay where they stand, whatever the hips do: from the first moment, or they would slide into it. */
function plantFeet(s: Stage): void {
  const legs = { ...s, share: Math.min(1, s.share * 8) * s.standing };
  for (const leg of [leftLeg, rightLeg]) {
    const before = jointFrame(legs, leg + 2).turn;
    reach(legs, leg, restOf(s.rest, leg + 2), [0, 0, 1]);
    const { turn: bent } = jointFrame(legs, leg + 1);
    // A sole stays on the floor.
    write(legs.pose, leg + 2, multiply(conjugate(bent), blend(before, [0, 0, 0, 1], legs.share)));
  }
}

/** Turns a joint further about its own axes: pitch (forward), yaw (to the left), roll (to the right). */
function turn(s: Stage, joint: number, [pitch, yaw, roll]: Vec): void {
  const by = multiply(multiply(about(1, yaw * s.share), about(0, pitch * s.share)), about(2, roll * s.share));
  write(s.pose, joint, multiply(read(s.pose, joint), by));
}

/**
 * Leads the end of a chain of two bones (arm or leg, named by its first joint) to a place in the figure's space. `pole` says to
 * which side the elbow or knee points. What is out of reach is reached for.
 */
function reach(s: Stage, upper: number, goal: Vec, pole: Vec): void {
  const lower = upper + 1;
  const frame = jointFrame(s, upper);
  const above = jointFrame(s, jointParents[upper]!).turn;
  const upperBone = minus(restOf(s.rest, lower), restOf(s.rest, upper)), lowerBone = minus(restOf(s.rest, upper + 2), restOf(s.rest, lower));
  const elbow = elbowPlace(frame.place, goal, size(upperBone), size(lowerBone), pole);
  const upperTurn = multiply(arc(rotate(above, upperBone), minus(elbow, frame.place)), above);
  const lowerTurn = multiply(arc(rotate(upperTurn, lowerBone), minus(goal, elbow)), upperTurn);
  write(s.pose, upper, blend(read(s.pose, upper), multiply(conjugate(above), upperTurn), s.share));
  write(s.pose, lower, blend(read(s.pose, lower), multiply(conjugate(upperTurn), lowerTurn), s.share));
}

function elbowPlace(root: Vec, goal: Vec, first: number, second: number, pole: Vec): Vec {
  const way = minus(goal, root);
  const distance = Math.min(Math.max(size(way), Math.abs(first - second) + 1e-3), first + second - 1e-3);
  const along = unit(way);
  const aside = unit(minus(pole, scaled(along, dot(pole, along))));
  const forth = (first * first + distance * distance - second * second) / (2 * distance);
  const out = Math.sqrt(Math.max(0, first * first - forth * forth));
  return plus(plus(root, scaled(along, forth)), scaled(aside, out));
}

/** Where a joint is and how it is turned, in the figure's space. */
function jointFrame(s: Stage, joint: number): { place: Vec; turn: Quat } {
  const parent = jointParents[joint]!;
  const own = read(s.pose, joint);
  if (parent < 0) return { place: [s.pose.hips[0]!, s.pose.hips[1]!, s.pose.hips[2]!], turn: own };
  const above = jointFrame(s, parent);
  return { place: plus(above.place, rotate(above.turn, minus(restOf(s.rest, joint), restOf(s.rest, parent)))), turn: multiply(above.turn, own) };
}

/** A place beside a joint that goes with it. */
function onJoint(s: Stage, joint: number, offset: Vec): Vec {
  const frame = jointFrame(s, joint);
  return plus(frame.place, rotate(frame.turn, offset));
}

/** Heights count from the shoulders, depths from the chest's joint, for every shape of body. */
function onChest(s: Stage, [x, y, z]: Vec): Vec {
  const up = s.rest[rightArm * 3 + 1]! - s.rest[chest * 3 + 1]!;
  return onJoint(s, chest, [x, up + y - 0.06, z]);
}

function armLength(rest: RestPositions): number {
  return size(minus(restOf(rest, rightArm + 1), restOf(rest, rightArm))) + size(minus(restOf(rest, rightArm + 2), restOf(rest, rightArm + 1)));
}

const restOf = (rest: RestPositions, joint: number): Vec => [rest[joint * 3]!, rest[joint * 3 + 1]!, rest[joint * 3 + 2]!];
const read = ({ rotations: r }: Pose, joint: number): Quat => [r[joint * 4]!, r[joint * 4 + 1]!, r[joint * 4 + 2]!, r[joint * 4 + 3]!];
const write = (pose: Pose, joint: number, turned: Quat): void => pose.rotations.set(turned, joint * 4);

const plus = (a: Vec, b: Vec): Vec => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const minus = (a: Vec, b: Vec): Vec => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const scaled = (a: Vec, k: number): Vec => [a[0] * k, a[1] * k, a[2] * k];
const dot = (a: Vec, b: Vec): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vec, b: Vec): Vec => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const size = (a: Vec): number => Math.hypot(a[0], a[1], a[2]);
const unit = (a: Vec): Vec => scaled(a, 1 / Math.max(size(a), 1e-9));

function multiply([ax, ay, az, aw]: Quat, [bx, by, bz, bw]: Quat): Quat {
  return [
    aw * bx + ax * bw + ay * bz - az * by, aw * by - ax * bz + ay * bw + az * bx, aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}
const conjugate = ([x, y, z, w]: Quat): Quat => [-x, -y, -z, w];
function rotate(q: Quat, v: Vec): Vec {
  const axis: Vec = [q[0], q[1], q[2]];
  const t = scaled(cross(axis, v), 2);
  return plus(plus(v, scaled(t, q[3])), cross(axis, t));
}
function about(axis: 0 | 1 | 2, angle_rad: number): Quat {
  const turned: [number, number, number, number] = [0, 0, 0, Math.cos(angle_rad / 2)];
  turned[axis] = Math.sin(angle_rad / 2);
  return turned;
}
/** The shortest turn from one direction to another. */
function arc(from: Vec, to: Vec): Quat {
  const a = unit(from), b = unit(to), axis = cross(a, b);
  return normalised([axis[0], axis[1], axis[2], 1 + dot(a, b)]);
}
function blend(a: Quat, b: Quat, t: number): Quat {
  const side = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3] < 0 ? -t : t;
  return normalised([a[0] * (1 - t) + b[0] * side, a[1] * (1 - t) + b[1] * side, a[2] * (1 - t) + b[2] * side, a[3] * (1 - t) + b[3] * side]);
}
function normalised([x, y, z, w]: Quat): Quat {
  const length = Math.hypot(x, y, z, w);
  return length < 1e-9 ? [0, 0, 0, 1] : [x / length, y / length, z / length, w / length];
}
function smooth(t: number): number {
  const x = Math.min(1, Math.max(0, t));
  return x * x * (3 - 2 * x);
}
