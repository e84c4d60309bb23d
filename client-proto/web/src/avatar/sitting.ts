// How somebody sits: thighs level, shins down, hands on the thighs, laid over the pose that the trunk has from standing. The avatar's
// place is then the middle of the seat's surface. Pure: share and pose are arguments.

import { jointOf, turnJoint } from './skeleton.ts';
import type { Pose } from './skeleton.ts';

/** The eyes are by so much nearer to the seat than they would be to the floor. */
export const sittingDrop_m = 0.81;
/** From the seat's surface to the hip joints. */
const hips_m = 0.1;
const thigh_rad = -1.5;
const shin_rad = 1.44;
const apart_rad = 0.1;
const upperArm_rad = -0.36;
const forearm_rad = -0.4;
const sitDown_per_s = 6;

const sides = (['left', 'right'] as const).map((side) => ({
  thigh: jointOf(`${side}UpperLeg`),
  shin: jointOf(`${side}LowerLeg`),
  upperArm: jointOf(`${side}UpperArm`),
  forearm: jointOf(`${side}LowerArm`),
  outwards: side === 'left' ? 1 : -1,
}));

/** The share of sitting after `dt_s`: nobody drops onto a seat or jumps up from it. */
export function settle(share: number, seated: boolean, dt_s: number): number {
  const next = share + ((seated ? 1 : 0) - share) * (1 - Math.exp(-sitDown_per_s * dt_s));
  if (next < 0.002) return 0;
  return next > 0.998 ? 1 : next;
}

/** Bends a finished standing pose into sitting by `share`. */
export function sit(pose: Pose, share: number): void {
  if (share === 0) return;
  pose.hips[1] = pose.hips[1]! + (hips_m - pose.hips[1]!) * share;
  for (const { thigh, shin, upperArm, forearm, outwards } of sides) {
    turnJoint(pose, thigh, outwards * apart_rad * share, thigh_rad * share);
    turnJoint(pose, shin, 0, shin_rad * share);
    turnJoint(pose, upperArm, 0, upperArm_rad * share);
    turnJoint(pose, forearm, 0, forearm_rad * share);
  }
}
