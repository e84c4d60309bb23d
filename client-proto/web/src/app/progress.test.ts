import { describe, expect, it } from "vitest";
import { Progress } from "./progress.ts";

describe("progress", () => {
  it("names the oldest thing under way and counts all bytes", () => {
    const progress = new Progress();
    const mall = progress.start("progress.mall", 100);
    const light = progress.start("progress.light", 300);
    progress.update(mall, 50, 100);
    expect(progress.view()).toEqual({ name: "progress.mall", fraction: 0.125 });
    progress.finish(mall);
    expect(progress.view()).toEqual({ name: "progress.light", fraction: 0.25 });
    progress.finish(light);
    expect(progress.view()).toEqual({ name: null, fraction: 1 });
  });

  it("never goes back when a late file joins", () => {
    const progress = new Progress();
    progress.update(progress.start("progress.mall", 100), 80, 100);
    const before = progress.view().fraction;
    progress.start("progress.light", 10_000);
    expect(progress.view().fraction).toBe(before);
  });

  it("stays within 0 and 1 when a server lies about its length", () => {
    const progress = new Progress();
    progress.update(progress.start("progress.mall", 0), 900, 100);
    expect(progress.view().fraction).toBe(1);
  });
});
