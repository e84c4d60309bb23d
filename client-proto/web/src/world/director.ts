// Directs the one camera: behind the shoulder while walking, before a piece when one is looked at, before oneself when
// trying on, and in front of the turning figure at the entry. Changes glide in 600 ms, or cut when motion is not wanted.
import type { PerspectiveCamera } from "three";
import { uncovered, type Covered } from "../ui/covered.ts";
import { prefersReducedMotion } from "../ui/dom.ts";
import { behind, bestTurn, distanceStart_m, ease, framed, isFirstPerson, mixView, smooth, turned, zoomed, type Framing, type Orbit, type Ray, type V3, type View } from "./camera.ts";

export interface Subject {
  readonly base: V3;
  readonly size: V3;
  readonly yaw_rad: number;
}

export type Shot =
  | { readonly kind: "walk" }
  | { readonly kind: "entry"; readonly view: View }
  /** A piece or oneself; dragging turns around it. */
  | { readonly kind: "look"; readonly subject: () => Subject; readonly turnsSubject: boolean; readonly turnsToCamera: boolean };

const glide_ms = 600;
const followHalf_s = 0.045;
const coverHalf_s = 0.09;
const dragTurn_rad = 0.0052;
const lookPitchMin = -0.1;
const lookPitchMax = 1.1;
const lookZoomMin = 0.55;
const lookZoomMax = 3;
const zoomStep = 1.14;

export class Director {
  orbit: Orbit = { yaw_rad: Math.PI, pitch_rad: 0.08, distance_m: distanceStart_m };
  /** How far the looked-at subject is turned by hand. */
  lookTurn_rad = 0;
  /** From which side the subject is looked at; null until it has been asked for. */
  private side_rad: number | null = null;
  private shot: Shot = { kind: "walk" };
  private lookPitch_rad = 0.18;
  private lookZoom = 1;
  private feet: V3 | null = null;
  private last: View | null = null;
  private glideFrom: View | null = null;
  private glideStart_ms = 0;
  /** How far the middle of what is left lies from the window's, doubled. */
  private coverRight_px = 0;
  private coverDown_px = 0;
  private readonly camera: PerspectiveCamera;
  private readonly ray: Ray;

  constructor(camera: PerspectiveCamera, ray: Ray) {
    this.camera = camera;
    this.ray = ray;
  }

  get kind(): Shot["kind"] {
    return this.shot.kind;
  }
  /** A drag turns the piece itself; of oneself, the camera goes around instead. */
  get subjectTurn_rad(): number {
    if (this.shot.kind !== "look" || !this.shot.turnsSubject) return 0;
    return this.lookTurn_rad + (this.shot.turnsToCamera ? (this.side_rad ?? 0) : 0);
  }
  get firstPerson(): boolean {
    return this.shot.kind === "walk" && isFirstPerson(this.orbit);
  }

  cut(shot: Shot, now_ms: number, glide = true): void {
    this.shot = shot;
    this.lookTurn_rad = 0;
    this.side_rad = null;
    this.lookPitch_rad = 0.18;
    this.lookZoom = 1;
    this.glideFrom = glide && !prefersReducedMotion() ? this.last : null;
    this.glideStart_ms = now_ms;
  }

  /** Faces the camera where the avatar faces, for instance after coming in. */
  face(yaw_rad: number): void {
    this.orbit = { ...this.orbit, yaw_rad };
  }

  drag(dx_px: number, dy_px: number): void {
    if (this.shot.kind === "walk") this.orbit = turned(this.orbit, -dx_px * dragTurn_rad, dy_px * dragTurn_rad * 0.8);
    if (this.shot.kind !== "look") return;
    this.lookTurn_rad += dx_px * dragTurn_rad * 1.4;
    this.lookPitch_rad = Math.min(Math.max(this.lookPitch_rad + dy_px * dragTurn_rad * 0.8, lookPitchMin), lookPitchMax);
  }

  zoom(steps: number): void {
    if (this.shot.kind === "walk") this.orbit = zoomed(this.orbit, steps);
    if (this.shot.kind === "look") this.lookZoom = Math.min(Math.max(this.lookZoom / zoomStep ** steps, lookZoomMin), lookZoomMax);
  }

  /** `covered` is what lies over the edges of the window; a looked-at subject is centred in what is left. */
  update(feet: V3, size_px: { width: number; height: number }, covered: Covered, dt_s: number, now_ms: number): void {
    this.follow(feet, dt_s);
    const beside = this.shot.kind === "look" ? covered : uncovered;
    this.cover(beside, size_px, dt_s);
    const wanted = this.wanted(size_px, beside);
    const t = this.glideFrom === null ? 1 : (now_ms - this.glideStart_ms) / glide_ms;
    const view = this.glideFrom === null || t >= 1 ? wanted : mixView(this.glideFrom, wanted, smooth(t));
    if (t >= 1) this.glideFrom = null;
    this.last = view;
    this.camera.position.set(view.eye.x, view.eye.y, view.eye.z);
    this.camera.lookAt(view.target.x, view.target.y, view.target.z);
    this.camera.updateMatrixWorld();
  }

  private wanted(size_px: { width: number; height: number }, covered: Covered): View {
    const shot = this.shot;
    if (shot.kind === "entry") return shot.view;
    if (shot.kind === "walk") return behind(this.feet ?? { x: 0, y: 0, z: 0 }, this.orbit, this.ray);
    const subject = shot.subject();
    const framing: Framing = {
      ...subject,
      fov_rad: (this.camera.fov * Math.PI) / 180,
      aspect: size_px.width / Math.max(size_px.height, 1),
      freeWidth: 1 - covered.right_px / Math.max(size_px.width, 1),
      freeHeight: Math.max(1 - (covered.top_px + covered.bottom_px) / Math.max(size_px.height, 1), freeHeightMin),
    };
    this.side_rad ??= bestTurn(framing, this.lookPitch_rad, shot.turnsToCamera, this.ray);
    const around = this.side_rad - (shot.turnsSubject ? 0 : this.lookTurn_rad);
    return framed(framing, this.lookPitch_rad, this.lookZoom, around, this.ray);
  }

  private follow(feet: V3, dt_s: number): void {
    const jump = this.feet === null || Math.hypot(feet.x - this.feet.x, feet.z - this.feet.z) > 3;
    if (this.feet === null || jump) {
      this.feet = { ...feet };
      return;
    }
    // Only the height is smoothed (steps); across the floor the brain's own smoothing is enough.
    const y = this.feet.y + (feet.y - this.feet.y) * ease(dt_s, followHalf_s);
    this.feet = { x: feet.x, y, z: feet.z };
  }

  private cover(covered: Covered, size_px: { width: number; height: number }, dt_s: number): void {
    const share = prefersReducedMotion() ? 1 : ease(dt_s, coverHalf_s);
    this.coverRight_px = settle(this.coverRight_px, covered.right_px, share);
    this.coverDown_px = settle(this.coverDown_px, covered.bottom_px - covered.top_px, share);
    const { width, height } = size_px;
    if (this.coverRight_px === 0 && this.coverDown_px === 0) this.camera.clearViewOffset();
    else this.camera.setViewOffset(width, height, this.coverRight_px / 2, this.coverDown_px / 2, width, height);
  }
}

/** A sheet over nearly the whole window does not send the camera away. */
const freeHeightMin = 0.15;

function settle(now: number, goal: number, share: number): number {
  const next = now + (goal - now) * share;
  return Math.abs(next - goal) < 0.5 ? goal : next;
}
