import { describe, expect, it } from "vitest";
import { de } from "./de.ts";
import { en, type Key } from "./en.ts";
import { fill, formatCentimetres, formatDate, formatMoney, formatPercent, preferredLanguage } from "./index.ts";

const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();

describe("the catalogues", () => {
  it("have the same keys in every language", () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  });

  it("have the same places to fill in every language", () => {
    for (const key of Object.keys(en) as Key[]) expect([key, places(de[key])]).toEqual([key, places(en[key])]);
  });

  it("say nothing empty, and nothing of chains, gas or tokens", () => {
    for (const catalogue of [en, de]) {
      for (const [key, text] of Object.entries(catalogue)) {
        expect(text.trim(), key).not.toBe("");
        expect(text, key).not.toMatch(/blockchain|\bNFT\b|\bgas\b|\btoken\b/i);
      }
    }
  });
});

describe("words and numbers", () => {
  it("leaves a place visible when its value is missing", () => {
    expect(fill("{name} waves to {other}", { name: "Ada" })).toBe("Ada waves to {other}");
  });

  it("writes money by currency and language", () => {
    expect(formatMoney({ minor: 42000, currency: "EUR" }, "en")).toBe("€420");
    expect(formatMoney({ minor: 42050, currency: "EUR" }, "en")).toBe("€420.50");
    expect(formatMoney({ minor: 42050, currency: "EUR" }, "de").replace(/\s/g, " ")).toBe("420,50 €");
    expect(formatMoney({ minor: 4200, currency: "JPY" }, "en")).toBe("¥4,200");
  });

  it("writes percent, centimetres and dates", () => {
    expect(formatPercent(0.624, "en")).toBe("62%");
    expect(formatPercent(1.4, "en")).toBe("100%");
    expect(formatCentimetres(0.8249, "en")).toBe("82");
    expect(formatDate(1_793_000_000_000_000, "en")).toMatch(/2026/);
  });

  it("chooses the stored language, then the browser's, then English", () => {
    expect(preferredLanguage("de", ["en-GB"])).toBe("de");
    expect(preferredLanguage(null, ["fr-FR", "de-AT"])).toBe("de");
    expect(preferredLanguage("xx", ["fr"])).toBe("en");
  });
});
