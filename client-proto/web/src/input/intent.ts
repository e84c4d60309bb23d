// What somebody wants to do, whatever device says so. Keyboard, stick, gamepad and "Take me there" each give an intent;
// `combine` makes one of them, and `worldMove` turns it by the camera into a direction on the floor.

export interface Intent {
  /** -1 to 1, to the right as the camera sees it. */
  readonly right: number;
  /** -1 to 1, away from the camera. */
  readonly ahead: number;
  readonly run: boolean;
  readonly jump: boolean;
}

export const still: Intent = { right: 0, ahead: 0, run: false, jump: false };

export function combine(intents: readonly Intent[]): Intent {
  let right = 0;
  let ahead = 0;
  let run = false;
  let jump = false;
  for (const intent of intents) {
    right += intent.right;
    ahead += intent.ahead;
    run ||= intent.run;
    jump ||= intent.jump;
  }
  const length = Math.hypot(right, ahead);
  const scale = length > 1 ? 1 / length : 1;
  return { right: right * scale, ahead: ahead * scale, run, jump };
}

export function isWalking(intent: Intent): boolean {
  return Math.hypot(intent.right, intent.ahead) > 0.05;
}

export interface FloorMove {
  readonly x: number;
  readonly z: number;
  /** Where the avatar should face: along the way it walks. */
  readonly yaw_rad: number;
}

/**
 * The camera's yaw is the direction it looks in: (sin yaw, 0, cos yaw). Right of that, seen from above with Y up, is
 * (-cos yaw, 0, sin yaw).
 */
export function worldMove(intent: Intent, cameraYaw_rad: number, facing_rad: number): FloorMove {
  if (!isWalking(intent)) return { x: 0, z: 0, yaw_rad: facing_rad };
  const sin = Math.sin(cameraYaw_rad);
  const cos = Math.cos(cameraYaw_rad);
  const x = intent.ahead * sin - intent.right * cos;
  const z = intent.ahead * cos + intent.right * sin;
  return { x, z, yaw_rad: Math.atan2(x, z) };
}

/** Turns `from` towards `to` the short way round, by at most `step_rad`; a step below zero turns nothing. */
export function turnTowards(from: number, to: number, step_rad: number): number {
  const difference = wrapAngle(to - from);
  const step = Math.max(step_rad, 0);
  return wrapAngle(from + Math.min(Math.max(difference, -step), step));
}

export function wrapAngle(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
