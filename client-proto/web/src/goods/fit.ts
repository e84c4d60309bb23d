// How a piece sits on its display: real size, standing on its base, or against the wall with its back.
import type { Mount, Vec3 } from "../net/types.ts";

export interface Box {
  readonly min: Vec3;
  readonly max: Vec3;
}

export interface Fit {
  readonly scale: number;
  /** To add after scaling, in the display's own axes. */
  readonly offset: Vec3;
  /** Size as it stands there, in metres. */
  readonly size: Vec3;
}

/** Models within this of the catalogue's size are taken as they are; a wrong unit is further off than that. */
const tolerance = 0.03;

/**
 * `box` is the model's own bounds, `real_m` what the catalogue says (width, height, depth; a zero means unknown). One
 * factor for all axes: a piece is never stretched.
 */
export function fit(box: Box, real_m: Vec3, mount: Mount): Fit {
  const own: Vec3 = [box.max[0] - box.min[0], box.max[1] - box.min[1], box.max[2] - box.min[2]];
  const scale = scaleFor(own, real_m);
  const size: Vec3 = [own[0] * scale, own[1] * scale, own[2] * scale];
  const middle = (axis: 0 | 2): number => (-(box.min[axis] + box.max[axis]) / 2) * scale;
  if (mount === "wall") return { scale, size, offset: [middle(0), (-(box.min[1] + box.max[1]) / 2) * scale, -box.min[2] * scale] };
  if (mount === "hanger") return { scale, size, offset: [middle(0), -box.max[1] * scale, middle(2)] };
  return { scale, size, offset: [middle(0), -box.min[1] * scale, middle(2)] };
}

/** Whether a piece on such a mount stands on something; the others hang in the air. */
export const stands = (mount: Mount): boolean => mount !== "hanger" && mount !== "wall";

function scaleFor(own: Vec3, real_m: Vec3): number {
  const largest = own.indexOf(Math.max(...own)) as 0 | 1 | 2;
  const real = real_m[largest];
  if (own[largest] <= 0 || real <= 0) return 1;
  const scale = real / own[largest];
  return Math.abs(scale - 1) <= tolerance ? 1 : scale;
}
