// Clips as tables of evenly spaced poses, and their blending. No scene objects: a clip is sampled straight into a pose.

import { jointCount } from './skeleton.ts';
import type { Pose } from './skeleton.ts';

export interface Clip {
  readonly name: string;
  readonly duration_s: number;
  /** Intervals between keys; there is one key more. */
  readonly intervals: number;
  /** x, y, z per key. */
  readonly hips: Float32Array;
  /** x, y, z, w per joint per key. */
  readonly rotations: Float32Array;
  readonly speed_mps: number;
}

/**
 * Adds `weight` of a clip's pose at `phase` (0..1, wraps) to a pose that was cleared with clearPose. Quaternions are added on the side
 * of what is there already, and made unit again by finishPose.
 */
export function addClip(pose: Pose, clip: Clip, phase: number, weight: number, joints?: readonly number[]): void {
  if (weight <= 0) return;
  const position = (phase - Math.floor(phase)) * clip.intervals;
  const key = Math.min(clip.intervals - 1, Math.floor(position));
  const t = position - key;
  const { hips, rotations } = pose;
  if (joints === undefined) {
    for (let c = 0; c < 3; c++) hips[c] = hips[c]! + weight * mix(clip.hips[key * 3 + c]!, clip.hips[key * 3 + 3 + c]!, t);
  }
  const count = joints?.length ?? jointCount;
  for (let n = 0; n < count; n++) {
    const o = (joints?.[n] ?? n) * 4;
    const a = key * jointCount * 4 + o, b = a + jointCount * 4;
    const r = clip.rotations;
    const x = mix(r[a]!, r[b]!, t), y = mix(r[a + 1]!, r[b + 1]!, t), z = mix(r[a + 2]!, r[b + 2]!, t), w = mix(r[a + 3]!, r[b + 3]!, t);
    const same = x * rotations[o]! + y * rotations[o + 1]! + z * rotations[o + 2]! + w * rotations[o + 3]! >= 0;
    const s = same ? weight : -weight;
    rotations[o] = rotations[o]! + s * x;
    rotations[o + 1] = rotations[o + 1]! + s * y;
    rotations[o + 2] = rotations[o + 2]! + s * z;
    rotations[o + 3] = rotations[o + 3]! + s * w;
  }
}

export function clearPose(pose: Pose): void {
  pose.hips.fill(0);
  pose.rotations.fill(0);
}

/** Scales some joints' share down before another clip is added to them alone. */
export function fadeJoints(pose: Pose, joints: readonly number[], keep: number): void {
  for (const j of joints) for (let c = 0; c < 4; c++) pose.rotations[j * 4 + c]! *= keep;
}

export function finishPose(pose: Pose): void {
  const r = pose.rotations;
  for (let o = 0; o < r.length; o += 4) {
    const length = Math.hypot(r[o]!, r[o + 1]!, r[o + 2]!, r[o + 3]!);
    if (length < 1e-6) {
      r[o] = r[o + 1] = r[o + 2] = 0;
      r[o + 3] = 1;
      continue;
    }
    for (let c = 0; c < 4; c++) r[o + c]! /= length;
  }
}

const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
