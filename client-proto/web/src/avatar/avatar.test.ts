// Blending, gait and outfits: what decides how a figure moves and what of it is drawn. Pictures are taken by preview/shoot.mjs.

import { describe, expect, it } from 'vitest';
import { addClip, clearPose, fadeJoints, finishPose } from './clips.ts';
import type { Clip } from './clips.ts';
import { advance, angleBetween, mixGaits, startMotion } from './gait.ts';
import type { GaitNode, Sighting } from './gait.ts';
import { coversOf, drawnSlots, maskOf, outfitKey, visibleIndices } from './outfit.ts';
import type { WornGarment } from './outfit.ts';
import { Person } from './person.ts';
import { settle, sit } from './sitting.ts';
import { jointCount, jointNames, jointOf, jointParents, makePose, writeJointMatrices } from './skeleton.ts';

const nodes: GaitNode[] = [
  { name: 'walk', speed_mps: 1.1, duration_s: 1.02 }, { name: 'walk_fast', speed_mps: 2, duration_s: 0.8 },
  { name: 'run', speed_mps: 2.9, duration_s: 0.7 }, { name: 'run_fast', speed_mps: 4.2, duration_s: 0.64 },
];
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** A clip in which every joint turns about Y from `from` to `to`. */
function turning(from_rad: number, to_rad: number): Clip {
  const rotations = new Float32Array(2 * jointCount * 4);
  [from_rad, to_rad].forEach((angle, key) => {
    for (let j = 0; j < jointCount; j++) rotations.set([0, Math.sin(angle / 2), 0, Math.cos(angle / 2)], (key * jointCount + j) * 4);
  });
  return { name: 'turning', duration_s: 1, intervals: 1, hips: Float32Array.from([0, 1, 0, 0, 2, 0]), rotations, speed_mps: 0 };
}
const yawOf = (rotations: Float32Array, joint: number): number => 2 * Math.atan2(rotations[joint * 4 + 1]!, rotations[joint * 4 + 3]!);

describe('gait', () => {
  it('stands at rest and shares always add up to one', () => {
    expect(mixGaits(nodes, 0)).toEqual({ weights: [1, 0, 0, 0, 0], rate_hz: 0 });
    for (let v = 0; v < 6; v += 0.05) expect(sum(mixGaits(nodes, v).weights)).toBeCloseTo(1, 9);
  });
  it('covers the ground exactly: at the speeds of the game one clip alone plays at its own pace', () => {
    expect(mixGaits(nodes, 2)).toEqual({ weights: [0, 0, 1, 0, 0], rate_hz: 1 / 0.8 });
    const run = mixGaits(nodes, 4.2);
    expect(run.weights[4]).toBeCloseTo(1);
    expect(run.rate_hz).toBeCloseTo(1 / 0.64);
    for (const v of [0.3, 0.9, 1.5, 2.4, 3.3, 5]) {
      const { weights, rate_hz } = mixGaits(nodes, v);
      const moving = 1 - weights[0]!;
      const stride = sum(nodes.map((node, i) => (weights[i + 1]! / moving) * node.speed_mps * node.duration_s));
      expect(rate_hz * stride).toBeCloseTo(v, 6);
    }
  });
  it('lets a standing figure turn its head first, then its feet, and end where it looks', () => {
    const motion = startMotion(0, 0.3);
    const look = (yaw: number): Sighting => ({ x: 0, y: 0, z: 0, yaw, speed: 0, grounded: true, seated: false });
    for (let i = 0; i < 60; i++) advance(motion, nodes, look(0.5), 0.5, 1 / 60);
    expect(motion.bodyYaw).toBe(0);
    expect(motion.lookYaw).toBeCloseTo(0.5, 1);
    let turned = false;
    for (let i = 0; i < 240; i++) {
      advance(motion, nodes, look(2.5), 2.5, 1 / 60);
      turned ||= motion.turning === 1;
    }
    expect(turned).toBe(true);
    expect(motion.turning).toBe(0);
    expect(Math.abs(angleBetween(motion.bodyYaw, 2.5))).toBeLessThan(0.05);
  });
  it('walks backwards when the way is against the view, without turning round', () => {
    const motion = startMotion(0, 0);
    for (let i = 0; i < 60; i++) advance(motion, nodes, { x: 0, y: 0, z: 0, yaw: 0, speed: 1.1, grounded: true, seated: false }, Math.PI, 1 / 60);
    expect(motion.backwards).toBe(true);
    expect(Math.abs(angleBetween(motion.bodyYaw, 0))).toBeLessThan(0.05);
  });
  it('takes the shorter way round', () => {
    expect(angleBetween(3, -3)).toBeCloseTo(2 * Math.PI - 6);
    expect(angleBetween(-3, 3)).toBeCloseTo(6 - 2 * Math.PI);
  });
});

describe('blending', () => {
  it('goes straight between keys and wraps', () => {
    const pose = makePose();
    clearPose(pose);
    addClip(pose, turning(0, 1), 1.5, 1);
    finishPose(pose);
    expect(yawOf(pose.rotations, 4)).toBeCloseTo(0.5, 2);
    expect(pose.hips[1]).toBeCloseTo(1.5);
  });
  it('adds opposite quaternions of one rotation instead of cancelling them', () => {
    const flipped = turning(0.4, 0.4);
    flipped.rotations.forEach((value, i) => (flipped.rotations[i] = -value));
    const pose = makePose();
    clearPose(pose);
    addClip(pose, turning(0.4, 0.4), 0, 0.5);
    addClip(pose, flipped, 0, 0.5);
    finishPose(pose);
    expect(yawOf(pose.rotations, 7)).toBeCloseTo(0.4, 5);
  });
  it('lays a wave over one arm and leaves the rest alone', () => {
    const arm = jointOf('rightUpperArm'), leg = jointOf('leftUpperLeg');
    const pose = makePose();
    clearPose(pose);
    addClip(pose, turning(0, 0), 0, 1);
    fadeJoints(pose, [arm], 0);
    addClip(pose, turning(1, 1), 0, 1, [arm]);
    finishPose(pose);
    expect(yawOf(pose.rotations, arm)).toBeCloseTo(1, 5);
    expect(yawOf(pose.rotations, leg)).toBeCloseTo(0, 5);
    expect(pose.hips[1]).toBeCloseTo(1);
  });
});

describe('skeleton', () => {
  const rest = new Float32Array(jointCount * 3);
  jointNames.forEach((_, j) => rest.set([j * 0.01, 1 + j * 0.02, -j * 0.03], j * 3));
  it('has parents before children', () => {
    jointParents.forEach((parent, j) => expect(parent).toBeLessThan(j));
  });
  it('leaves every point where it is at rest, and moves all by the root', () => {
    const pose = makePose();
    pose.hips.set(rest.subarray(0, 3));
    const out = new Float32Array(jointCount * 16);
    writeJointMatrices(pose, rest, { x: 5, y: 0, z: -2, yaw: Math.PI / 2 }, out, 0);
    for (let j = 0; j < jointCount; j++) {
      const m = out.subarray(j * 16, j * 16 + 16);
      // (0, 0, 1), the avatar's front, looks along +X after a quarter to the left.
      expect(m[8]! + m[12]!).toBeCloseTo(6, 5);
      expect(m[9]! + m[13]!).toBeCloseTo(0, 5);
      expect(m[10]! + m[14]!).toBeCloseTo(-2, 5);
    }
  });
});

describe('outfit', () => {
  const worn = (name: string, hides: string[] = [name]): WornGarment => ({ models: [`${name}-0.glb`], colour: null, hides });
  const jacket = worn('jacket'), trousers = worn('trousers'), dress = worn('dress', ['dress', 'legs']);
  it('draws no trousers under a dress, and their covers do not count', () => {
    const outfit = [null, dress, jacket, trousers, null];
    expect(drawnSlots(outfit)).toEqual([1, 2]);
    expect([...coversOf(outfit)].sort()).toEqual(['dress', 'jacket', 'legs']);
  });
  it('leaves out exactly the ranges that a worn cover hides', () => {
    const ranges = [{ mask: 0, first: 0, count: 3 }, { mask: 1, first: 3, count: 3 }, { mask: 3, first: 6, count: 3 }];
    const indices = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const covers = ['jacket', 'trousers'];
    expect([...visibleIndices(indices, ranges, maskOf(covers, new Set()))]).toEqual(indices);
    expect([...visibleIndices(indices, ranges, maskOf(covers, new Set(['trousers'])))]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...visibleIndices(indices, ranges, maskOf(covers, new Set(['jacket'])))]).toEqual([0, 1, 2]);
  });
  it('shares geometry between colours but not between outfits', () => {
    const red = { ...jacket, colour: '#ff0000' };
    expect(outfitKey([null, null, jacket, null, null])).toBe(outfitKey([null, null, red, null, null]));
    expect(outfitKey([null, null, jacket, null, null])).not.toBe(outfitKey([null, null, jacket, trousers, null]));
  });
});

describe('who sits down or stands up', () => {
  const floor = { x: 0, y: 0, z: 0.7, yaw: 0, speed: 0, grounded: true, seated: false };
  const seat = { ...floor, y: 0.45, z: 0, seated: true };
  it('is drawn on the way between floor and seat, which the world changes at once', () => {
    const person = new Person({ name: '', shape: 0, tint: 0 }, 0);
    person.sight(floor);
    person.sight(seat);
    expect(person.place).toMatchObject({ y: 0, z: 0.7 });
    person.sitting = 0.5;
    expect(person.place.y).toBeCloseTo(0.225);
    expect(person.place.z).toBeCloseTo(0.35);
    person.sight(floor);  // up again before sitting
    expect(person.place.z).toBeCloseTo(0.35);
    person.sitting = 0;
    expect(person.place).toMatchObject({ x: 0, y: 0, z: 0.7 });
  });
  it('is drawn where it is when it has come from far away', () => {
    const person = new Person({ name: '', shape: 0, tint: 0 }, 0);
    person.sight({ ...floor, z: 20 });
    person.sight(seat);
    expect(person.place).toMatchObject({ y: 0.45, z: 0 });
  });
});

describe('sitting', () => {
  /** Where each joint is: a body whose joints hang and stand as a person's do, hips 0.9 m up. */
  const rest = Float32Array.from(jointNames.flatMap((name): number[] => {
    const side = name.startsWith('left') ? 1 : name.startsWith('right') ? -1 : 0;
    const heights: Record<string, number> = { hips: 0.9, UpperLeg: 0.9, LowerLeg: 0.48, Foot: 0.08, Toes: 0.02, Hand: 0.85, LowerArm: 1.1, UpperArm: 1.4, head: 1.55 };
    const key = Object.keys(heights).find((part) => name.endsWith(part));
    return [side * (name.includes('Arm') || name.includes('Hand') ? 0.2 : 0.09), key === undefined ? 1.3 : heights[key]!, 0];
  }));
  const at = (share: number, name: (typeof jointNames)[number]): number[] => {
    const pose = makePose();
    pose.hips.set([0, 0.9, 0]);
    sit(pose, share);
    const out = new Float32Array(16 * jointCount);
    writeJointMatrices(pose, rest, { x: 0, y: 0.45, z: 0, yaw: 0 }, out, 0);
    const j = jointOf(name), m = j * 16;
    const [x, y, z] = [rest[j * 3]!, rest[j * 3 + 1]!, rest[j * 3 + 2]!];
    return [0, 1, 2].map((r) => out[m + r]! * x + out[m + 4 + r]! * y + out[m + 8 + r]! * z + out[m + 12 + r]!);
  };
  it('puts the hips just above the seat, the knees before it and the feet on the floor below them', () => {
    const [hips, knee, foot] = [at(1, 'hips'), at(1, 'leftLowerLeg'), at(1, 'leftFoot')];
    expect(hips[1]).toBeGreaterThan(0.5);
    expect(hips[1]).toBeLessThan(0.6);
    expect(knee[2]).toBeGreaterThan(0.38);
    expect(Math.abs(knee[1]! - hips[1]!)).toBeLessThan(0.08);
    expect(foot[2]).toBeGreaterThan(0.3);
    expect(foot[1]).toBeGreaterThan(0);
    expect(foot[1]).toBeLessThan(0.2);
    expect(at(1, 'rightLowerLeg')[0]).toBeLessThan(-0.09);
  });
  it('lays the hands towards the knees, above the thighs', () => {
    const hand = at(1, 'leftHand');
    expect(hand[2]).toBeGreaterThan(0.15);
    expect(hand[1]).toBeGreaterThan(at(1, 'leftUpperLeg')[1]!);
  });
  it('changes nothing for who stands, and takes a moment', () => {
    expect(at(0, 'leftFoot')[1]).toBeCloseTo(0.45 + 0.08);
    let share = 0, frames = 0;
    for (; share < 1 && frames < 200; frames++) share = settle(share, true, 1 / 60);
    expect(frames).toBeGreaterThan(15);
    expect(frames).toBeLessThan(120);
    for (; share > 0 && frames < 400; frames++) share = settle(share, false, 1 / 60);
    expect(share).toBe(0);
  });
});
