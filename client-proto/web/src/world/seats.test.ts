import { describe, expect, it } from "vitest";
import type { AvatarPose } from "../net/brain.ts";
import type { Seat } from "../net/types.ts";
import { isTaken, nearestSeat, placeBefore, seatNear_m, seatUnder } from "./seats.ts";

/** A bench of two, looking along +X. */
const seats: readonly Seat[] = [
  { position: [0, 0.45, 0], yaw_rad: Math.PI / 2 },
  { position: [0, 0.45, 0.7], yaw_rad: Math.PI / 2 },
];
const somebody = (x: number, z: number, seated: boolean): AvatarPose => ({ id: 5, x, y: 0.45, z, yaw: 0, speed: 0, grounded: true, seated });

describe("seats", () => {
  it("are entered from the front", () => {
    const { x, z } = placeBefore(seats[0]!);
    expect(x).toBeCloseTo(0.7);
    expect(z).toBeCloseTo(0);
  });
  it("are offered to who stands before them, the nearest first, and not when somebody sits there", () => {
    expect(nearestSeat(seats, { x: 0.7, z: 0.1 }, [])).toBe(0);
    expect(nearestSeat(seats, { x: 0.7, z: 0.6 }, [])).toBe(1);
    expect(nearestSeat(seats, { x: 0.7, z: 0.1 }, [somebody(0, 0, true)])).toBe(1);
    expect(nearestSeat(seats, { x: 0.7, z: 0.1 }, [somebody(0, 0, false)])).toBe(0);
    expect(nearestSeat(seats, { x: 0.7 + seatNear_m, z: 0 }, [])).toBe(null);
    expect(isTaken(seats[1]!, [somebody(0, 0, true)])).toBe(false);
  });
  it("are meant by a click on them, unless a wall is before them", () => {
    const eye = { x: 4, y: 0.45, z: 0 };
    expect(seatUnder(seats, eye, { x: -1, y: 0, z: 0 }, 60)).toBe(0);
    expect(seatUnder(seats, { ...eye, z: 0.65 }, { x: -1, y: 0, z: 0 }, 60)).toBe(1);
    expect(seatUnder(seats, eye, { x: 1, y: 0, z: 0 }, 60)).toBe(null);
    expect(seatUnder(seats, eye, { x: -1, y: 0, z: 0 }, 2)).toBe(null);
    // The bench itself is met a hand's breadth before the middle of its seat.
    expect(seatUnder(seats, eye, { x: -1, y: 0, z: 0 }, 3.71)).toBe(0);
    expect(seatUnder(seats, { ...eye, y: 1.4 }, { x: -1, y: 0, z: 0 }, 60)).toBe(null);
  });
});
