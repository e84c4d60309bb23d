import { describe, expect, it } from "vitest";
import { en } from "../i18n/en.ts";
import { reasonText, type Reason } from "./reasons.ts";

describe("a reason", () => {
  it("names the piece that it rests on, for every code but the newcomers'", () => {
    const codes = Object.keys(en).filter((key) => key.startsWith("reason.")).map((key) => key.slice("reason.".length)) as Reason["code"][];
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) {
      const text = reasonText({ code, because: code === "newcomer" ? null : "Canvas sneakers" });
      expect(text, code).toMatch(code === "newcomer" ? /^[^{}]+\.$/ : /^Because you have the Canvas sneakers: [^{}]+\.$/);
    }
  });

  it("is left out when the server gives one that this page does not know", () => {
    expect(reasonText({ code: "from_the_future" as Reason["code"], because: "Hat" })).toBe("");
  });
});
