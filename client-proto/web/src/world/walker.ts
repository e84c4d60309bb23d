// From devices to one wish per frame: keyboard, stick, gamepad and "Take me there" become the input that the brain sends.
import { combine, isWalking, still, turnTowards, worldMove, type Intent } from "../input/intent.ts";
import { readGamepad } from "../input/gamepad.ts";
import type { Keyboard } from "../input/keyboard.ts";
import type { Stick } from "../input/stick.ts";
import type { Point, WalkTo } from "../input/walk_to.ts";
import { buttonJump, buttonRun } from "../net/brain.ts";

export interface Wish {
  readonly buttons: number;
  readonly x: number;
  readonly z: number;
  readonly yaw_rad: number;
  readonly byHand: boolean;
}

const turnSpeed_radps = 11;
const padTurn_pxps = 620;

export class Walker {
  private readonly keyboard: Keyboard;
  private readonly stick: Stick;
  private facing_rad = Math.PI;
  private guide: WalkTo | null = null;
  private guideEnded: ((how: "arrived" | "blocked" | "stopped") => void) | null = null;

  constructor(keyboard: Keyboard, stick: Stick) {
    this.keyboard = keyboard;
    this.stick = stick;
  }

  get guided(): boolean {
    return this.guide !== null;
  }
  face(yaw_rad: number): void {
    this.facing_rad = yaw_rad;
  }

  /** Starts walking by itself; any key, the stick or another goal ends it. */
  follow(guide: WalkTo, ended: (how: "arrived" | "blocked" | "stopped") => void): void {
    this.stop("stopped");
    this.guide = guide;
    this.guideEnded = ended;
  }

  stop(how: "arrived" | "blocked" | "stopped"): void {
    const ended = this.guideEnded;
    this.guide = null;
    this.guideEnded = null;
    ended?.(how);
  }

  /** `turn` is told how far a gamepad wants the camera turned, in pixels of a drag. */
  wish(at: Point, cameraYaw_rad: number, dt_s: number, turn: (dx: number, dy: number) => void): Wish {
    const pad = readGamepad();
    if (pad.turnX !== 0 || pad.turnY !== 0) turn(-pad.turnX * padTurn_pxps * dt_s, pad.turnY * padTurn_pxps * dt_s);
    const byHand = combine([this.keyboard.intent(), this.stick.intent(), pad.intent]);
    if (isWalking(byHand)) {
      if (this.guide !== null) this.stop("stopped");
      return this.wishOf(byHand, cameraYaw_rad, dt_s, true);
    }
    return this.guide === null ? this.wishOf(byHand, cameraYaw_rad, dt_s, byHand.jump) : this.guidedWish(this.guide, at, dt_s);
  }

  private wishOf(intent: Intent, cameraYaw_rad: number, dt_s: number, byHand: boolean): Wish {
    const move = worldMove(intent, cameraYaw_rad, this.facing_rad);
    this.facing_rad = turnTowards(this.facing_rad, move.yaw_rad, turnSpeed_radps * dt_s);
    const buttons = (intent.run ? buttonRun : 0) | (intent.jump ? buttonJump : 0);
    return { buttons, x: move.x, z: move.z, yaw_rad: this.facing_rad, byHand };
  }

  private guidedWish(guide: WalkTo, at: Point, dt_s: number): Wish {
    const result = guide.update(at, dt_s);
    if (result.state !== "walking") {
      this.stop(result.state);
      return this.wishOf(still, 0, dt_s, false);
    }
    this.facing_rad = turnTowards(this.facing_rad, result.yaw_rad, turnSpeed_radps * dt_s);
    return { buttons: 0, x: Math.sin(result.yaw_rad), z: Math.cos(result.yaw_rad), yaw_rad: this.facing_rad, byHand: false };
  }
}
