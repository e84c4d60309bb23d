import { describe, expect, it } from "vitest";
import { behind, bestTurn, ease, framed, isFirstPerson, mixView, smooth, turned, zoomed, type Orbit, type Ray, type V3 } from "./camera.ts";

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

describe("the side to look at a piece from", () => {
  const framing = { base: { x: 0, y: 0, z: 0 }, size: { x: 0.6, y: 1.8, z: 0.4 }, yaw_rad: 0, fov_rad: 0.8, aspect: 1.78, freeWidth: 0.7, freeHeight: 1 };
  /** What fills `hides` of the plane z = `z`. */
  const screen = (z: number, hides: (at: V3) => boolean): Ray => (from, to) => {
    const share = (z - from.z) / (to.z - from.z);
    const at = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, z };
    return share > 0 && share < 1 && hides(at) ? open(from, to) * share : open(from, to);
  };
  const sides = [-0.3, 0.3];
  const corners = sides.flatMap((x) => [0.3, 1.7].flatMap((y) => [-0.2, 0.2].map((z) => ({ x, y, z }))));

  it("is in front when nothing is there", () => {
    expect(bestTurn(framing, 0.2, false, open)).toBe(0);
  });

  it("is beside or behind a figure that stands close to the glass", () => {
    const turn = bestTurn(framing, 0.2, false, wall);
    expect(Math.abs(turn)).toBeGreaterThan(1);
    expect(framed(framing, 0.2, 1, turn, wall).eye.z).toBeLessThan(1);
  });

  it.each([
    ["a post before its right edge", screen(0.9, ({ x }) => x > 0.15 && x < 0.3)],
    ["a post before its left edge", screen(0.9, ({ x }) => x < -0.15 && x > -0.3)],
    ["a table before its feet", screen(0.9, ({ x, y }) => Math.abs(x) < 0.4 && y < 0.8)],
    ["a lamp before its top", screen(0.9, ({ x, y }) => Math.abs(x) < 0.4 && y > 1.4)],
  ])("is where %s hides nothing of it, though the way to its middle is free", (_, ray) => {
    const front = framed(framing, 0.2, 1, 0, ray);
    expect(ray(front.eye, front.target)).toBe(open(front.eye, front.target));
    const turn = bestTurn(framing, 0.2, false, ray);
    const { eye } = framed(framing, 0.2, 1, turn, ray);
    expect(corners.filter((corner) => ray(eye, corner) < open(eye, corner))).toEqual([]);
    expect(Math.abs(turn)).toBeLessThan(2);
  });

  it("is rather a front of which a little is hidden than a back that shows in full, unless the piece turns round itself", () => {
    const onlyBack: Ray = (from, to) => (from.z < -0.5 ? open(from, to) : screen(0.5, ({ y }) => y < 0.4)(from, to));
    const beside: Ray = (from, to) => (Math.abs(from.x) > 0.6 && from.z > -2 ? open(from, to) * 0.2 : onlyBack(from, to));
    expect(bestTurn(framing, 0.2, false, beside)).toBe(0);
    expect(Math.abs(bestTurn(framing, 0.2, true, beside))).toBeGreaterThan(2);
  });

  it("is not behind the wall that it stands at", () => {
    const behindIt = screen(-0.25, () => true);
    const blockedFront: Ray = (from, to) => (from.z > 0.3 && to.z > 0.3 ? open(from, to) * 0.3 : behindIt(from, to));
    expect(Math.abs(bestTurn(framing, 0.2, true, blockedFront))).toBeLessThan(2.5);
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
