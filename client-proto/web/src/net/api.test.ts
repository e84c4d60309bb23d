import { describe, expect, it } from "vitest";
import { newIdempotencyKey, readProblem } from "./api.ts";

describe("problem documents", () => {
  it("gives the code, the time to wait and the fields of its own", () => {
    const headers = new Headers({ "Retry-After": "7" });
    const text = JSON.stringify({ type: "urn:galleria:problem:sold-out", title: "Sold out", detail: "Gone.", place: 3 });
    const problem = readProblem(409, headers, text);
    expect(problem).toMatchObject({ status: 409, code: "sold-out", retryAfter_s: 7 });
    expect(problem.fields["place"]).toBe(3);
  });

  it("survives what is not a problem document", () => {
    for (const text of ["", "<html>", "[1]", "null", '{"type":5}', "x".repeat(100_000)]) {
      const problem = readProblem(502, new Headers(), text);
      expect(problem).toMatchObject({ status: 502, code: "", retryAfter_s: null });
    }
  });
});

describe("idempotency keys", () => {
  it("are 128 bits and never the same", () => {
    const keys = new Set(Array.from({ length: 100 }, newIdempotencyKey));
    expect(keys.size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });
});
