import { describe, expect, it } from "vitest";
import { backoff_ms, reconnectRule } from "./backoff.ts";

describe("waiting before the next attempt", () => {
  it("grows and stays below its limit", () => {
    const delays = [0, 1, 2, 3, 20, 500].map((attempt) => backoff_ms(reconnectRule, attempt, 0));
    expect(delays[0]).toBe(500);
    for (let i = 1; i < delays.length; i += 1) expect(delays[i]).toBeGreaterThanOrEqual(delays[i - 1] ?? 0);
    expect(delays.at(-1)).toBe(15_000);
  });

  it("spreads browsers over time, but never to nothing", () => {
    expect(backoff_ms(reconnectRule, 4, 1)).toBeLessThan(backoff_ms(reconnectRule, 4, 0));
    expect(backoff_ms(reconnectRule, 0, 1)).toBeGreaterThan(200);
  });

  it("never comes earlier than the server asked", () => {
    expect(backoff_ms(reconnectRule, 0, 0.5, 7_000)).toBe(7_000);
  });
});
