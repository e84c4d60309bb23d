// Who is here and what they wear: turns the brain's appearances into figures of the crowd, and tells (for the live
// region) who came, left and tries something on. The own figure is one of them.
import type { Catalogue } from "../goods/catalogue.ts";
import { garmentOf } from "../goods/shelf.ts";
import { emoteKinds, type Appearance, type AvatarPose, type Frame } from "../net/brain.ts";
import { standsBefore, type Goal, type OnFloor } from "./camera.ts";
import type { Crowd } from "./seams.ts";

/** What the picture is of; `goal` is null while one walks. */
export interface Gaze {
  readonly eye: OnFloor;
  readonly goal: Goal | null;
}

export type PeopleNews =
  | { readonly kind: "arrived" | "left" | "waves"; readonly name: string }
  | { readonly kind: "wears" | "takesOff"; readonly name: string; readonly variantId: number };

/** Nearer to the camera than this one would look into a figure. */
const eyeRoom_m = 0.9;
/** Half a figure's width, arms included. */
const figureHalf_m = 0.35;
/** Who was left out is shown again from this much further on. */
const again_m = 0.15;
/** With the personal bubble nobody is drawn nearer than the first, and everybody whole from the second on. */
const bubbleEmpty_m = 0.55;
const bubbleWhole_m = 0.85;
const underTheFloor = (pose: AvatarPose): AvatarPose => ({ ...pose, y: pose.y - 50 });

/** How much of somebody shows who stands near to oneself or to the camera. */
export function bubbleOpacity(avatar: OnFloor, own: OnFloor, eye: OnFloor | null): number {
  const near_m = Math.min(...[own, eye ?? own].map((place) => Math.hypot(avatar.x - place.x, avatar.z - place.z)));
  return Math.min(Math.max((near_m - bubbleEmpty_m) / (bubbleWhole_m - bubbleEmpty_m), 0), 1);
}

export class People {
  private readonly crowd: Crowd;
  private readonly catalogue: Catalogue;
  private readonly news: (news: PeopleNews) => void;
  private readonly known = new Map<number, Appearance>();
  private readonly hidden = new Set<number>();
  /** Everybody who is in view when one comes in was there already: that is no news. */
  private quietUntil_ms = 0;
  ownId = -1;
  /** Whoever comes too near is faded out. */
  personalBubble = false;

  constructor(crowd: Crowd, catalogue: Catalogue, news: (news: PeopleNews) => void) {
    this.crowd = crowd;
    this.catalogue = catalogue;
    this.news = news;
  }

  /** After joining (again) everything is told anew; that is no news. */
  quiet(now_ms: number): void {
    this.quietUntil_ms = now_ms + 2_500;
  }

  others(): Appearance[] {
    return [...this.known.values()].filter((appearance) => appearance.id !== this.ownId);
  }
  own(): Appearance | undefined {
    return this.known.get(this.ownId);
  }
  name(id: number): string | undefined {
    return this.known.get(id)?.name;
  }

  /**
   * Whoever walks through the camera, or between it and what is looked at, is left out of the picture. `gaze` is null in
   * first person, where people come that close.
   */
  update(frame: Frame, showOwn: boolean, now_ms: number, gaze: Gaze | null = null): void {
    this.ownId = frame.ownId;
    for (const id of frame.gone) this.remove(id, now_ms);
    for (const appearance of frame.appearances) this.appear(appearance, now_ms);
    for (const avatar of frame.avatars) {
      if (!this.known.has(avatar.id)) continue;
      this.crowd.pose(avatar.id, this.isInTheWay(avatar, gaze) ? underTheFloor(avatar) : avatar);
      this.crowd.fade(avatar.id, this.personalBubble && frame.own !== null ? bubbleOpacity(avatar, frame.own, gaze?.eye ?? null) : 1);
    }
    // In first person the own figure would stand in the picture.
    if (frame.own !== null && this.known.has(frame.ownId)) this.crowd.pose(frame.ownId, showOwn ? frame.own : underTheFloor(frame.own));
    for (const event of frame.events) {
      const name = this.known.get(event.avatar)?.name;
      if (event.kind === "wave" || event.kind === "waveAt") this.crowd.wave(event.avatar);
      const gesture = event.kind === "emote" ? emoteKinds[event.value] : undefined;
      if (gesture !== undefined) this.crowd.gesture(event.avatar, gesture);
      if (event.kind === "wave" && event.avatar !== this.ownId && name !== undefined) this.news({ kind: "waves", name });
    }
  }

  private isInTheWay(avatar: AvatarPose, gaze: Gaze | null): boolean {
    const room_m = this.hidden.has(avatar.id) ? again_m : 0;
    const inEye = gaze !== null && Math.hypot(avatar.x - gaze.eye.x, avatar.z - gaze.eye.z) < eyeRoom_m + room_m;
    const before = gaze !== null && gaze.goal !== null && standsBefore(avatar, figureHalf_m + room_m, gaze.eye, gaze.goal);
    if (inEye || before) this.hidden.add(avatar.id);
    else this.hidden.delete(avatar.id);
    return inEye || before;
  }

  private appear(next: Appearance, now_ms: number): void {
    const before = this.known.get(next.id);
    const sameBody = before !== undefined && before.shape === next.shape && before.tint === next.tint && before.name === next.name && before.keepsOrder === next.keepsOrder;
    if (before !== undefined && !sameBody) this.crowd.remove(next.id);
    if (!sameBody) this.crowd.add(next.id, { name: next.id === this.ownId ? "" : next.name, shape: next.shape, tint: next.tint, marked: next.keepsOrder });
    this.known.set(next.id, next);
    const telling = now_ms > this.quietUntil_ms && next.id !== this.ownId && !next.staff;
    if (before === undefined && telling) this.news({ kind: "arrived", name: next.name });
    next.outfit.forEach((variantId, slot) => {
      const worn = sameBody ? (before.outfit[slot] ?? 0) : 0;
      if (worn === variantId) return;
      this.crowd.wear(next.id, slot, garmentOf(this.catalogue, variantId));
      if (before !== undefined && telling) this.tellOfChange(next.name, worn, variantId);
    });
  }

  /** Own clothes are no news: what was lent and has given way to them is. */
  private tellOfChange(name: string, worn: number, variantId: number): void {
    const isLent = (variant: number): boolean => variant !== 0 && !this.catalogue.isOwn(variant);
    if (isLent(variantId)) this.news({ kind: "wears", name, variantId });
    else if (isLent(worn)) this.news({ kind: "takesOff", name, variantId: worn });
  }

  private remove(id: number, now_ms: number): void {
    const before = this.known.get(id);
    if (before === undefined) return;
    this.crowd.remove(id);
    this.known.delete(id);
    this.hidden.delete(id);
    if (!before.staff && now_ms > this.quietUntil_ms) this.news({ kind: "left", name: before.name });
  }
}
