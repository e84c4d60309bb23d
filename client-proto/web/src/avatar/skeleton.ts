// The skeleton of every avatar and garment: 21 joints with the names of VRM's humanoid, all unrotated at rest. A pose is one
// rotation per joint and the place of the hips, kept in flat arrays so that two hundred of them cost little.

export const jointNames = [
  'hips', 'spine', 'chest', 'neck', 'head',
  'leftShoulder', 'leftUpperArm', 'leftLowerArm', 'leftHand', 'leftUpperLeg', 'leftLowerLeg', 'leftFoot', 'leftToes',
  'rightShoulder', 'rightUpperArm', 'rightLowerArm', 'rightHand', 'rightUpperLeg', 'rightLowerLeg', 'rightFoot', 'rightToes',
] as const;
export const jointCount = jointNames.length;
export const jointParents = [-1, 0, 1, 2, 3, 2, 5, 6, 7, 0, 9, 10, 11, 2, 13, 14, 15, 0, 17, 18, 19] as const;

export type JointName = (typeof jointNames)[number];
export const jointOf = (name: JointName): number => jointNames.indexOf(name);

export interface Pose {
  /** Place of the hips, metres. */
  readonly hips: Float32Array;
  /** x, y, z, w per joint, relative to the parent. */
  readonly rotations: Float32Array;
}

export function makePose(): Pose {
  const rotations = new Float32Array(jointCount * 4);
  for (let j = 0; j < jointCount; j++) rotations[j * 4 + 3] = 1;
  return { hips: new Float32Array(3), rotations };
}

/** Where each joint is at rest: x, y, z per joint, in the avatar's space. */
export type RestPositions = Float32Array;

/** The avatar's place in the matrices' space. */
export interface Root {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
}

const worldRotations = new Float32Array(jointCount * 4);
const worldPositions = new Float32Array(jointCount * 3);

/**
 * Writes one column-major 4 x 4 matrix per joint that takes a point at rest to where the pose puts it. `root` moves the whole avatar;
 * without it the matrices stay in the avatar's own space.
 */
export function writeJointMatrices(pose: Pose, rest: RestPositions, root: Root, out: Float32Array, offset: number): void {
  const half = root.yaw / 2, rootY = Math.sin(half), rootW = Math.cos(half);
  const sin = Math.sin(root.yaw), cos = Math.cos(root.yaw);
  for (let j = 0; j < jointCount; j++) {
    const parent = jointParents[j]!;
    const q = j * 4, p = j * 3;
    if (parent < 0) {
      multiplyInto(0, rootY, 0, rootW, pose.rotations, q, worldRotations, q);
      const x = pose.hips[0]!, z = pose.hips[2]!;
      worldPositions[p] = root.x + x * cos + z * sin;
      worldPositions[p + 1] = root.y + pose.hips[1]!;
      worldPositions[p + 2] = root.z - x * sin + z * cos;
    } else {
      const pq = parent * 4, pp = parent * 3;
      const ax = worldRotations[pq]!, ay = worldRotations[pq + 1]!, az = worldRotations[pq + 2]!, aw = worldRotations[pq + 3]!;
      multiplyInto(ax, ay, az, aw, pose.rotations, q, worldRotations, q);
      const vx = rest[p]! - rest[pp]!, vy = rest[p + 1]! - rest[pp + 1]!, vz = rest[p + 2]! - rest[pp + 2]!;
      const tx = 2 * (ay * vz - az * vy), ty = 2 * (az * vx - ax * vz), tz = 2 * (ax * vy - ay * vx);
      worldPositions[p] = worldPositions[pp]! + vx + aw * tx + ay * tz - az * ty;
      worldPositions[p + 1] = worldPositions[pp + 1]! + vy + aw * ty + az * tx - ax * tz;
      worldPositions[p + 2] = worldPositions[pp + 2]! + vz + aw * tz + ax * ty - ay * tx;
    }
    writeMatrix(q, p, rest, out, offset + j * 16);
  }
}

function writeMatrix(q: number, p: number, rest: RestPositions, out: Float32Array, o: number): void {
  const x = worldRotations[q]!, y = worldRotations[q + 1]!, z = worldRotations[q + 2]!, w = worldRotations[q + 3]!;
  const m0 = 1 - 2 * (y * y + z * z), m1 = 2 * (x * y + w * z), m2 = 2 * (x * z - w * y);
  const m4 = 2 * (x * y - w * z), m5 = 1 - 2 * (x * x + z * z), m6 = 2 * (y * z + w * x);
  const m8 = 2 * (x * z + w * y), m9 = 2 * (y * z - w * x), m10 = 1 - 2 * (x * x + y * y);
  const rx = rest[p]!, ry = rest[p + 1]!, rz = rest[p + 2]!;
  out[o] = m0; out[o + 1] = m1; out[o + 2] = m2; out[o + 3] = 0;
  out[o + 4] = m4; out[o + 5] = m5; out[o + 6] = m6; out[o + 7] = 0;
  out[o + 8] = m8; out[o + 9] = m9; out[o + 10] = m10; out[o + 11] = 0;
  out[o + 12] = worldPositions[p]! - (m0 * rx + m4 * ry + m8 * rz);
  out[o + 13] = worldPositions[p + 1]! - (m1 * rx + m5 * ry + m9 * rz);
  out[o + 14] = worldPositions[p + 2]! - (m2 * rx + m6 * ry + m10 * rz);
  out[o + 15] = 1;
}

function multiplyInto(
  ax: number, ay: number, az: number, aw: number, b: Float32Array, i: number, out: Float32Array, o: number,
): void {
  const bx = b[i]!, by = b[i + 1]!, bz = b[i + 2]!, bw = b[i + 3]!;
  out[o] = aw * bx + ax * bw + ay * bz - az * by;
  out[o + 1] = aw * by - ax * bz + ay * bw + az * bx;
  out[o + 2] = aw * bz + ax * by - ay * bx + az * bw;
  out[o + 3] = aw * bw - ax * bx - ay * by - az * bz;
}

/** Turns one joint further about the vertical and the sideways axis of its parent. */
export function turnJoint(pose: Pose, joint: number, yaw_rad: number, pitch_rad: number): void {
  const q = joint * 4;
  const sy = Math.sin(yaw_rad / 2), cy = Math.cos(yaw_rad / 2), sx = Math.sin(pitch_rad / 2), cx = Math.cos(pitch_rad / 2);
  multiplyInto(cy * sx, sy * cx, -sy * sx, cy * cx, pose.rotations, q, pose.rotations, q);
}
