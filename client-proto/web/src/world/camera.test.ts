import { describe, expect, it } from "vitest";
import { behind, ease, framed, roomyTurn, isFirstPerson, mixView, smooth, turned, zoomed, type Orbit, type Ray, type V3 } from "./camera.ts";

const open: Ray = (from, to) => Math.hypot(to.x - from.x, to.y - from.y, to.z - from.z);
/** A wall that fills z >= 1. */
const wall: Ray = (from, to) => {
  const length = open(from, to);
  if (to.z <= 1) return length;
  return ((1 - from.z) / (to.z - from.z)) * length;
};
const feet: V3 = { x: 0, y: 0, z: 0 };
const orbit: Orbit = { yaw_rad: Math.PI, pitch_rad: 0.1, distance_m: 3 };

describe("the camera behind the shoulder", () => {
  it("stands behind and to the right of somebody who looks along -Z", () => {
    const view = behind(feet, orbit, open);
    expect(view.eye.z).toBeGreaterThan(2.5);
    expect(view.eye.x).toBeGreaterThan(0.3);
    expect(view.target.z).toBeLessThan(view.eye.z);
  });

  it("does not go through the wall behind", () => {
    const view = behind(feet, orbit, wall);
    expect(view.eye.z).toBeLessThan(1);
    expect(view.eye.z).toBeGreaterThan(0);
  });

  it("keeps its height whatever the legs do", () => {
    const heights = [0, 0.3, 0.7].map((z) => behind({ ...feet, z }, orbit, open).eye.y);
    expect(new Set(heights).size).toBe(1);
  });

  it("zooms into first person and out again", () => {
    let near = orbit;
    for (let step = 0; step < 30; step += 1) near = zoomed(near, -1);
    expect(isFirstPerson(near)).toBe(true);
    expect(behind(feet, near, wall).eye).toEqual({ x: 0, y: 1.6, z: 0 });
    const out = zoomed(near, 1);
    expect(isFirstPerson(out)).toBe(false);
    for (let step = 0; step < 60; step += 1) near = zoomed(near, 1);
    expect(near.distance_m).toBeLessThanOrEqual(4.2);
  });

  it("cannot be turned over", () => {
    expect(turned(orbit, 0, 9).pitch_rad).toBeLessThan(Math.PI / 2);
    expect(turned(orbit, 0, -9).pitch_rad).toBeGreaterThan(-Math.PI / 2);
    expect(Math.abs(turned(orbit, 40, 0).yaw_rad)).toBeLessThanOrEqual(Math.PI);
  });
});

describe("looking at a piece", () => {
  const framing = { base: { x: 0, y: 1, z: 0 }, size: { x: 0.5, y: 0.4, z: 0.3 }, yaw_rad: 0, fov_rad: 0.8, aspect: 1.78, freeWidth: 0.68, freeHeight: 1 };

  it("comes from its front and looks at its middle", () => {
    const view = framed(framing, 0.2, 1, 0, open);
    expect(view.eye.z).toBeGreaterThan(0.4);
    expect(view.target).toEqual({ x: 0, y: 1.2, z: 0 });
    expect(framed(framing, 0.2, 2, 0, open).eye.z).toBeLessThan(view.eye.z);
  });

  it("needs more distance for a sofa than for a hat, and for a phone than for a desk", () => {
    const far = (part: Partial<typeof framing>): number => framed({ ...framing, ...part }, 0.2, 1, 0, open).eye.z;
    expect(far({ size: { x: 2, y: 0.8, z: 0.9 } })).toBeGreaterThan(far({}) * 2);
    expect(far({ aspect: 0.46, freeWidth: 1, freeHeight: 0.5 })).toBeGreaterThan(far({}));
  });

  it("stays out of the wall opposite", () => {
    expect(framed({ ...framing, size: { x: 2, y: 1, z: 1 } }, 0.1, 1, 0, wall).eye.z).toBeLessThan(1.2);
  });
});

describe("room to look", () => {
  const framing = { base: { x: 0, y: 0, z: 0 }, size: { x: 0.6, y: 1.8, z: 0.4 }, yaw_rad: 0, fov_rad: 0.8, aspect: 1.78, freeWidth: 0.7, freeHeight: 1 };

  it("is in front when nothing is there", () => {
    expect(roomyTurn(framing, 0.2, open)).toBe(0);
  });

  it("is beside or behind a figure that stands close to the glass", () => {
    const turn = roomyTurn(framing, 0.2, wall);
    expect(Math.abs(turn)).toBeGreaterThan(1);
    expect(framed(framing, 0.2, 1, turn, wall).eye.z).toBeLessThan(1);
  });

  it("is where no post stands before an edge of the piece, though the way to its middle is free", () => {
    const post = { x0: 0.15, x1: 0.3, z: 0.9 };
    const past: Ray = (from, to) => {
      const share = (post.z - from.z) / (to.z - from.z);
      const x = from.x + (to.x - from.x) * share;
      return share > 0 && share < 1 && x > post.x0 && x < post.x1 ? open(from, to) * share : open(from, to);
    };
    const front = framed(framing, 0.2, 1, 0, past);
    expect(past(front.eye, front.target)).toBe(open(front.eye, front.target));
    expect(roomyTurn(framing, 0.2, past)).not.toBe(0);
  });

  it("is in front after all when every side is as bad", () => {
    const nowhere: Ray = (from, to) => open(from, to) * 0.3;
    expect(roomyTurn(framing, 0.2, nowhere)).toBe(0);
  });
});

describe("motion", () => {
  it("does not depend on the frame rate", () => {
    const once = ease(0.1, 0.08);
    const twice = 1 - (1 - ease(0.05, 0.08)) ** 2;
    expect(once).toBeCloseTo(twice);
  });

  it("starts and ends slowly, and arrives", () => {
    expect(smooth(0.05)).toBeLessThan(0.05);
    expect(smooth(1)).toBe(1);
    const a = { eye: feet, target: { x: 0, y: 0, z: -1 } };
    const b = { eye: { x: 2, y: 1, z: 0 }, target: feet };
    expect(mixView(a, b, 1)).toEqual(b);
  });
});
