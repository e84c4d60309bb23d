import { describe, expect, it } from "vitest";
import { back, closed, deeper, instead, open, top, type Page } from "./panel_state.ts";

const directory: Page = { kind: "directory" };
const piece = (productId: number): Page => ({ kind: "piece", productId });

describe("the panel", () => {
  it("shows one page, and Back leads to where one came from", () => {
    const state = deeper(open(directory), piece(3));
    expect(top(state)).toEqual(piece(3));
    expect(top(back(state))).toEqual(directory);
    expect(top(back(back(state)))).toBeNull();
    expect(back(closed)).toEqual(closed);
  });

  it("gives way to a page opened from outside", () => {
    const state = deeper(open(directory), piece(3));
    expect(state).toHaveLength(2);
    expect(open(piece(4))).toEqual([piece(4)]);
  });

  it("returns to a page instead of stacking it twice", () => {
    const state = deeper(deeper(open(piece(1)), directory), piece(1));
    expect(state).toEqual([piece(1)]);
  });

  it("stays shallow however long somebody browses", () => {
    let state = closed;
    for (let id = 0; id < 50; id += 1) state = deeper(state, piece(id));
    expect(state.length).toBeLessThanOrEqual(6);
    expect(top(state)).toEqual(piece(49));
  });

  it("does not lead back into a finished purchase", () => {
    const buying = deeper(open(piece(1)), { kind: "buy", productId: 1, variantId: 2 });
    const after = instead(buying, { kind: "things" });
    expect(after).toEqual([piece(1), { kind: "things" }]);
  });
});
