// One member of the crowd: where they are, what they wear, how they move. The crowd decides how they are drawn.

import { addClip, clearPose, fadeJoints, finishPose } from './clips.ts';
import { advance, angleBetween, mixGaits, startMotion } from './gait.ts';
import type { GaitNode, Motion, Sighting } from './gait.ts';
import { addGesture, gestureDuration_s } from './gestures.ts';
import type { EmoteKind } from '../net/brain.ts';
import type { Body } from './models.ts';
import { slotCount } from './outfit.ts';
import type { WornGarment } from './outfit.ts';
import { settle, sit } from './sitting.ts';
import { jointOf, makePose, turnJoint } from './skeleton.ts';
import type { Pose } from './skeleton.ts';

export interface Look {
  readonly name: string;
  readonly shape: number;
  readonly tint: number;
  /** Keeps order in the mall: a sign stands by the name. */
  readonly marked?: boolean;
}

const gaitNames = ['walk', 'walk_fast', 'run', 'run_fast'] as const;
const waveJoints = (['rightShoulder', 'rightUpperArm', 'rightLowerArm', 'rightHand'] as const).map(jointOf);
const neck = jointOf('neck'), head = jointOf('head');
const neckShare = 0.4;
/** Whoever was further from a seat has come from elsewhere, not from before it. */
const besideSeat_m = 3;
/** Slower than this says nothing about where somebody goes. */
const travel_mps = 0.2;

export class Person {
  readonly look: Look;
  readonly outfit: (WornGarment | null)[] = new Array<WornGarment | null>(slotCount).fill(null);
  /** The change that each slot waits for: an older download must not undo a newer choice. */
  readonly wanted: number[] = new Array<number>(slotCount).fill(0);
  /** Counts changes of the outfit. */
  outfitVersion = 0;
  readonly pose: Pose = makePose();
  now: Sighting = { x: 0, y: 0, z: 0, yaw: 0, speed: 0, grounded: true, seated: false };
  seen = false;
  readonly motion: Motion;
  /** From standing, 0, to sitting, 1. */
  sitting = 0;
  /** From the place on the seat to that before it, or the other way round: the server changes them at once, a body does not. */
  private shift = { x: 0, y: 0, z: 0 };
  private travelYaw = 0;
  private wavePhase = 1;
  private gesture: { readonly name: EmoteKind; time_s: number } | null = null;
  private pending_s = 0;

  constructor(look: Look, offset: number) {
    this.look = look;
    this.motion = startMotion(0, offset);
  }

  /** Where the figure is drawn: between seat and floor while it sits down or stands up. */
  get place(): Sighting {
    const left = this.now.seated ? 1 - this.sitting : this.sitting;
    return { ...this.now, x: this.now.x + this.shift.x * left, y: this.now.y + this.shift.y * left, z: this.now.z + this.shift.z * left };
  }

  sight(next: Sighting): void {
    if (this.seen && next.seated !== this.now.seated) this.shift = this.shiftTo(next);
    if (!this.seen) {
      this.seen = true;
      this.motion.bodyYaw = next.yaw;
      this.travelYaw = next.yaw;
    } else {
      const dx = next.x - this.now.x, dz = next.z - this.now.z;
      if (next.speed > travel_mps && Math.hypot(dx, dz) > 1e-4) {
        // Smoothed, because two places a moment apart give a rough direction.
        this.travelYaw += angleBetween(this.travelYaw, Math.atan2(dx, dz)) * 0.35;
      }
      if (next.speed <= travel_mps) this.travelYaw = next.yaw;
    }
    this.now = next;
  }

  /** So that the figure is drawn where it was, and comes to `next` as it settles. */
  private shiftTo(next: Sighting): { x: number; y: number; z: number } {
    const { x, y, z } = this.place;
    const left = next.seated ? 1 - this.sitting : this.sitting;
    if (left === 0 || Math.hypot(x - next.x, z - next.z) > besideSeat_m) return { x: 0, y: 0, z: 0 };
    return { x: (x - next.x) / left, y: (y - next.y) / left, z: (z - next.z) / left };
  }

  wave(): void {
    this.wavePhase = 0;
  }

  gesticulate(name: EmoteKind): void {
    this.gesture = { name, time_s: 0 };
  }

  /** Collects time while the figure is not posed. */
  wait(dt_s: number): void {
    this.pending_s += dt_s;
  }

  /** Moves on by the time waited and writes the pose. */
  step(body: Body): void {
    const dt_s = this.pending_s;
    this.pending_s = 0;
    const nodes = gaitsOf(body);
    advance(this.motion, nodes, this.now, this.travelYaw, dt_s);
    const { pose, motion } = this;
    clearPose(pose);
    const { weights } = mixGaits(nodes, motion.speed_mps);
    const idle = body.clips.get('idle'), turn = body.clips.get(motion.turning < 0 ? 'turn_right' : 'turn_left');
    const turnShare = turn === undefined ? 0 : motion.turnWeight;
    if (idle !== undefined) addClip(pose, idle, motion.idlePhase, weights[0]! * (1 - turnShare));
    if (turn !== undefined) addClip(pose, turn, motion.turnPhase, weights[0]! * turnShare);
    nodes.forEach((node, i) => addClip(pose, body.clips.get(node.name)!, motion.phase, weights[i + 1]!));
    this.addWave(body, dt_s);
    finishPose(pose);
    this.sitting = settle(this.sitting, this.now.seated, dt_s);
    sit(pose, this.sitting);
    if (this.gesture !== null) {
      this.gesture.time_s += dt_s;
      addGesture(pose, body.rest, this.gesture.name, this.gesture.time_s, weights[0]! * (1 - this.sitting));
      if (this.gesture.time_s >= gestureDuration_s[this.gesture.name]) this.gesture = null;
    }
    turnJoint(pose, neck, motion.lookYaw * neckShare, 0);
    turnJoint(pose, head, motion.lookYaw * (1 - neckShare), 0);
  }

  private addWave(body: Body, dt_s: number): void {
    const clip = body.clips.get('wave');
    if (clip === undefined || this.wavePhase >= 1) return;
    this.wavePhase = Math.min(1, this.wavePhase + dt_s / clip.duration_s);
    if (this.wavePhase >= 1) return;
    const share = Math.min(1, this.wavePhase / 0.12, (1 - this.wavePhase) / 0.12);
    fadeJoints(this.pose, waveJoints, 1 - share);
    addClip(this.pose, clip, this.wavePhase, share, waveJoints);
  }
}

const gaitCache = new WeakMap<Body, GaitNode[]>();

function gaitsOf(body: Body): GaitNode[] {
  let nodes = gaitCache.get(body);
  if (nodes === undefined) {
    nodes = gaitNames.flatMap((name) => {
      const clip = body.clips.get(name);
      return clip === undefined ? [] : [{ name, speed_mps: clip.speed_mps, duration_s: clip.duration_s }];
    });
    gaitCache.set(body, nodes);
  }
  return nodes;
}
