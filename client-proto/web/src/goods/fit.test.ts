import { describe, expect, it } from "vitest";
import { fit, stands, type Box } from "./fit.ts";

const chair: Box = { min: [-0.1, 0.2, -0.2], max: [0.3, 1.1, 0.4] };

describe("a piece on its display", () => {
  it("stands on its base in the middle, at its own size", () => {
    const { scale, offset } = fit(chair, [0.4, 0.9, 0.6], "floor");
    expect(scale).toBe(1);
    expect(chair.min[1] * scale + offset[1]).toBeCloseTo(0);
    expect((chair.min[0] + chair.max[0]) / 2 + offset[0]).toBeCloseTo(0);
    expect((chair.min[2] + chair.max[2]) / 2 + offset[2]).toBeCloseTo(0);
  });

  it("gets its real size when the model came in centimetres, without being stretched", () => {
    const large: Box = { min: [0, 0, 0], max: [40, 90, 60] };
    const { scale, size } = fit(large, [0.4, 0.9, 0.6], "plinth");
    expect(scale).toBeCloseTo(0.01);
    expect(size[0] / size[1]).toBeCloseTo(40 / 90);
  });

  it("hangs with its back to the wall and from its top on a rail", () => {
    expect(chair.min[2] + fit(chair, [0, 0, 0], "wall").offset[2]).toBeCloseTo(0);
    expect(chair.max[1] + fit(chair, [0, 0, 0], "hanger").offset[1]).toBeCloseTo(0);
    expect((["wall", "hanger", "floor", "shelf"] as const).map(stands)).toEqual([false, false, true, true]);
  });

  it("keeps a model of unknown size as it is", () => {
    expect(fit(chair, [0, 0, 0], "floor").scale).toBe(1);
    expect(fit({ min: [0, 0, 0], max: [0, 0, 0] }, [1, 1, 1], "floor").scale).toBe(1);
  });
});
