import { describe, expect, it } from "vitest";
import type { Boutique } from "../net/types.ts";
import { dead } from "./gamepad.ts";
import { combine, still, turnTowards, worldMove, wrapAngle } from "./intent.ts";
import { intentOf, worldGets } from "./keyboard.ts";
import { stickIntent } from "./stick.ts";
import { route, WalkTo, type FreeWay, type Point } from "./walk_to.ts";

describe("keys", () => {
  it("walk by arrows and by WASD, opposite keys cancel", () => {
    expect(intentOf(new Set(["ArrowUp"]))).toMatchObject({ ahead: 1, right: 0 });
    expect(intentOf(new Set(["KeyS", "KeyD", "ShiftLeft"]))).toMatchObject({ ahead: -1, right: 1, run: true });
    expect(intentOf(new Set(["KeyA", "ArrowRight", "Space"]))).toMatchObject({ right: 0, jump: true });
  });

  it("belong to fields, panels and buttons first", () => {
    expect(worldGets("KeyW", "text")).toBe(false);
    expect(worldGets("ArrowUp", "panel")).toBe(false);
    expect(worldGets("KeyW", "panel")).toBe(true);
    expect(worldGets("Space", "button")).toBe(false);
    expect(worldGets("ArrowUp", "button")).toBe(true);
    expect(worldGets("Space", "world")).toBe(true);
  });
});

describe("one intent of many", () => {
  it("is never faster on the diagonal", () => {
    const both = combine([{ ...still, ahead: 1 }, { ...still, right: 1, run: true }]);
    expect(Math.hypot(both.right, both.ahead)).toBeCloseTo(1);
    expect(both.run).toBe(true);
  });

  it("turns with the camera: ahead is where it looks, right is to its right", () => {
    const north = worldMove({ ...still, ahead: 1 }, Math.PI, 0);
    expect(north.x).toBeCloseTo(0);
    expect(north.z).toBeCloseTo(-1);
    const right = worldMove({ ...still, right: 1 }, Math.PI, 0);
    expect(right.x).toBeCloseTo(1);
    expect(right.z).toBeCloseTo(0);
  });

  it("keeps facing where it did when nothing is pressed", () => {
    expect(worldMove(still, 1, 0.3)).toEqual({ x: 0, z: 0, yaw_rad: 0.3 });
  });

  it("turns the short way round", () => {
    expect(turnTowards(3.0, -3.0, 0.1)).toBeCloseTo(3.1);
    expect(wrapAngle(7)).toBeCloseTo(7 - 2 * Math.PI);
  });

  it("does not turn somebody who stands still when a picture is older than the last step (found as figures standing askew)", () => {
    expect(turnTowards(1, 1, -0.4)).toBe(1);
    expect(turnTowards(1, 2, -0.4)).toBe(1);
  });
});

describe("stick and gamepad", () => {
  it("rest in the middle, run at the rim", () => {
    expect(stickIntent(3, 2)).toEqual(still);
    expect(stickIntent(0, -20)).toMatchObject({ run: false });
    const full = stickIntent(0, -90);
    expect(full.ahead).toBeCloseTo(1);
    expect(full.run).toBe(true);
  });

  it("ignores the drift of a worn stick", () => {
    expect(dead(0.1)).toBe(0);
    expect(dead(1)).toBe(1);
    expect(dead(undefined)).toBe(0);
  });
});

const shop = (id: string, side: number): Boutique => ({
  id, name: id, kind: "fashion", closed: false, brand: null,
  zone: { min: [side < 0 ? -12 : 5.5, 0, 26.5], max: [side < 0 ? -5.5 : 12, 5, 32.5] },
  door: [5.5 * side, 0, 29.5],
});
const shops = [shop("left", -1), shop("right", 1)];

describe("Take me there", () => {
  it("goes out by one door and in by the other", () => {
    const way = route({ x: -9, z: 28 }, { x: 9, z: 31 }, shops);
    expect(way.map((point) => Math.round(point.x * 10) / 10)).toEqual([-6.8, -5.5, -4.2, 4.2, 5.5, 6.8, 9]);
    expect(route({ x: 0, z: 40 }, { x: 1, z: 20 }, shops)).toEqual([{ x: 1, z: 20 }]);
    expect(route({ x: 8, z: 28 }, { x: 9, z: 31 }, shops)).toEqual([{ x: 9, z: 31 }]);
  });

  /** Walks in 50 ms steps of 0.1 m; a round pillar stands at the origin. */
  const walk = (from: Point, to: Point, pillar_m: number): { at: Point; state: string } => {
    const distance = (point: Point): number => Math.hypot(point.x, point.z) - pillar_m;
    const free: FreeWay = (at, yaw, reach) => {
      for (let way = 0; way < reach; way += 0.05) {
        if (distance({ x: at.x + Math.sin(yaw) * way, z: at.z + Math.cos(yaw) * way }) < 0.3) return way;
      }
      return reach;
    };
    const walker = new WalkTo([to], 0.5, free);
    let at = from;
    for (let tick = 0; tick < 2000; tick += 1) {
      const result = walker.update(at, 0.05);
      if (result.state !== "walking") return { at, state: result.state };
      const next = { x: at.x + Math.sin(result.yaw_rad) * 0.1, z: at.z + Math.cos(result.yaw_rad) * 0.1 };
      if (distance(next) >= 0.28) at = next;
    }
    return { at, state: "endless" };
  };

  it("steps around what stands in the way", () => {
    const { at, state } = walk({ x: 0.02, z: -5 }, { x: 0, z: 5 }, 0.8);
    expect(state).toBe("arrived");
    expect(Math.hypot(at.x, at.z - 5)).toBeLessThan(0.6);
  });

  it("gives up, instead of pushing for ever, when there is no way", () => {
    expect(walk({ x: 0, z: -5 }, { x: 0, z: 0 }, 2).state).toBe("blocked");
  });
});
