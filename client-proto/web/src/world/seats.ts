// Seats: which one is offered, which one is meant by a click, and the small "Sit down" that hangs over it. Whether somebody may
// sit there is the server's to say; here it is only not offered what is plainly taken.
import { Vector3, type PerspectiveCamera } from "three";
import { hang } from "../goods/card.ts";
import { t } from "../i18n/index.ts";
import type { Point } from "../input/walk_to.ts";
import type { AvatarPose } from "../net/brain.ts";
import type { Seat } from "../net/types.ts";
import { h } from "../ui/dom.ts";
import type { OnFloor, V3 } from "./camera.ts";

/** A seat is offered from this near; one walks up to half of it before one asks, and the server gives it within a metre. */
export const seatNear_m = 1.2;
/** From the middle of a seat to where one stands before it (client-proto/move/sitting.h). */
const standUp_m = 0.7;
/** Somebody who sits this near to a seat's middle has it. */
const taken_m = 0.3;
/** A click this near to a seat's middle means the seat. */
const click_m = 0.38;
const cardHeight_m = 0.55;

export function placeBefore({ position, yaw_rad }: Seat): Point {
  return { x: position[0] + Math.sin(yaw_rad) * standUp_m, z: position[2] + Math.cos(yaw_rad) * standUp_m };
}

export function isTaken(seat: Seat, people: readonly AvatarPose[]): boolean {
  return people.some((one) => one.seated && Math.hypot(one.x - seat.position[0], one.z - seat.position[2]) < taken_m);
}

/** The number of the nearest free seat within reach of its front, or null. */
export function nearestSeat(seats: readonly Seat[], feet: OnFloor, people: readonly AvatarPose[]): number | null {
  let best: number | null = null;
  let best_m = seatNear_m;
  seats.forEach((seat, index) => {
    const before = placeBefore(seat);
    const distance_m = Math.hypot(before.x - feet.x, before.z - feet.z);
    if (distance_m >= best_m || isTaken(seat, people)) return;
    best = index;
    best_m = distance_m;
  });
  return best;
}

/** The seat that a ray of unit length meets before the first wall; a seat's own bench is no wall. */
export function seatUnder(seats: readonly Seat[], origin: V3, direction: V3, wall_m: number): number | null {
  let best: number | null = null;
  let best_m = wall_m + click_m;
  seats.forEach(({ position: [x, y, z] }, index) => {
    const to = { x: x - origin.x, y: y - origin.y, z: z - origin.z };
    const along_m = to.x * direction.x + to.y * direction.y + to.z * direction.z;
    const beside_m = Math.hypot(to.x - direction.x * along_m, to.y - direction.y * along_m, to.z - direction.z * along_m);
    if (along_m <= 0 || along_m >= best_m || beside_m > click_m) return;
    best = index;
    best_m = along_m;
  });
  return best;
}

export class SeatCard {
  readonly element: HTMLButtonElement;
  shown: number | null = null;
  private readonly point = new Vector3();

  constructor(sit: (seat: number) => void) {
    this.element = h("button", { class: "piece-card glassy", type: "button", onClick: () => this.shown !== null && sit(this.shown) }, t("seat.sit"));
  }

  update(index: number | null, seat: Seat | undefined, camera: PerspectiveCamera, size_px: { width: number; height: number }): void {
    this.shown = seat === undefined ? null : index;
    this.element.classList.toggle("near", seat !== undefined);
    if (seat === undefined) return;
    const [x, y, z] = seat.position;
    hang(this.element, this.point.set(x, y + cardHeight_m, z).project(camera), size_px);
  }
}
