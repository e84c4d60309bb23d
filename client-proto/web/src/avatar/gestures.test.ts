// Gestures over a plain skeleton whose proportions are those of the mannequins, more or less.

import { describe, expect, it } from 'vitest';
import { emoteKinds, type EmoteKind } from '../net/brain.ts';
import { addGesture, gestureDuration_s } from './gestures.ts';
import { jointCount, jointNames, jointOf, makePose, writeJointMatrices } from './skeleton.ts';
import type { JointName, Pose } from './skeleton.ts';

const sides: Partial<Record<string, readonly [number, number, number]>> = {
  Shoulder: [0.04, 1.42, 0], UpperArm: [0.17, 1.42, 0], LowerArm: [0.36, 1.22, 0], Hand: [0.52, 1.04, 0.02],
  UpperLeg: [0.09, 0.92, 0], LowerLeg: [0.09, 0.5, 0.02], Foot: [0.09, 0.08, 0], Toes: [0.09, 0.02, 0.1],
};
const middle: Partial<Record<string, readonly [number, number, number]>> = {
  hips: [0, 0.96, 0], spine: [0, 1.06, 0], chest: [0, 1.22, 0], neck: [0, 1.48, 0], head: [0, 1.56, 0.01],
};
const rest = new Float32Array(jointNames.flatMap((name) => {
  const side = sides[name.replace(/^(left|right)/, '')];
  const [x, y, z] = middle[name] ?? side ?? [0, 0, 0];
  return [name.startsWith('right') ? -x : x, y, z];
}));

function standing(): Pose {
  const pose = makePose();
  pose.hips.set(rest.subarray(0, 3));
  return pose;
}
function placesOf(pose: Pose): (name: JointName) => readonly [number, number, number] {
  const out = new Float32Array(jointCount * 16);
  writeJointMatrices(pose, rest, { x: 0, y: 0, z: 0, yaw: 0 }, out, 0);
  return (name) => {
    const j = jointOf(name), m = out.subarray(j * 16), [x, y, z] = rest.subarray(j * 3);
    const at = (row: number): number => m[row]! * x! + m[row + 4]! * y! + m[row + 8]! * z! + m[row + 12]!;
    return [at(0), at(1), at(2)];
  };
}
const apart = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((part, i) => part - b[i]!));
const at = (name: EmoteKind, time_s: number, share = 1): ReturnType<typeof placesOf> => {
  const pose = standing();
  addGesture(pose, rest, name, time_s, share);
  for (const part of pose.rotations) expect(Number.isFinite(part)).toBe(true);
  return placesOf(pose);
};
const still = placesOf(standing());

describe('gestures', () => {
  it('begin and end in the pose they are put over, and move something between', () => {
    for (const name of emoteKinds) {
      const lasting = gestureDuration_s[name];
      for (const time_s of [0, lasting, lasting + 1]) {
        for (const joint of jointNames) expect(apart(at(name, time_s)(joint), still(joint))).toBeLessThan(1e-5);
      }
      const moved = jointNames.some((joint) => apart(at(name, lasting * 0.4)(joint), still(joint)) > 0.003);
      expect({ name, moved }).toEqual({ name, moved: true });
    }
  });

  it('keep the feet where they stand', () => {
    for (const name of emoteKinds) {
      for (let time_s = 0; time_s < gestureDuration_s[name]; time_s += 0.1) {
        for (const foot of ['leftFoot', 'rightToes'] as const) expect(apart(at(name, time_s)(foot), still(foot))).toBeLessThan(0.012);
      }
    }
  });

  it('leave the legs of somebody who walks to the stride', () => {
    for (const name of emoteKinds) {
      for (const joint of ['leftLowerLeg', 'rightFoot'] as const) expect(apart(at(name, 1, 0)(joint), still(joint))).toBeLessThan(1e-5);
    }
  });

  it('clap with hands that meet and part, think with a hand at the chin, point ahead', () => {
    const gap = Array.from({ length: 40 }, (_, i) => {
      const place = at('clap', 0.8 + i * 0.02);
      return apart(place('leftHand'), place('rightHand'));
    });
    expect(Math.min(...gap)).toBeLessThan(0.12);
    expect(Math.max(...gap)).toBeGreaterThan(0.2);
    const thinking = at('think', 1.5);
    expect(apart(thinking('rightHand'), thinking('head'))).toBeLessThan(0.2);
    const pointing = at('point', 1.2);
    expect(pointing('rightHand')[2]).toBeGreaterThan(0.4);
    expect(Math.abs(pointing('rightHand')[1] - pointing('rightUpperArm')[1])).toBeLessThan(0.06);
    const bowing = at('bow', 1.2);
    expect(bowing('head')[2]).toBeGreaterThan(0.25);
    expect(bowing('head')[1]).toBeLessThan(still('head')[1] - 0.1);
  });
});
