// The sentences about problems against the server's own sources: a code that is new there and has no words here fails.
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { de } from "../i18n/de.ts";
import { en } from "../i18n/en.ts";
import { languages, useLanguage } from "../i18n/index.ts";
import { noAnswer, readProblem } from "../net/api.ts";
import { problemSentences, problemText } from "./problem.ts";

const root = new URL("../../../../", import.meta.url);
const source = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** What only the operator, creators, the payment provider, readers of the chain or the shop itself can be answered. */
const notForShoppers = [
  "not-the-operator", "unknown_brand", "brand_exists", "boutique_taken", "slug_taken", "no_variants", "too_many_variants",
  "too_many_products", "currencies_differ", "price_out_of_range", "stock_out_of_range",
  "not-a-creator", "filename", "query", "empty", "no-importer", "disk", "no-such-upload",
  "unknown-account", "no-ban", "unknown-boutique", "not-your-boutique", "no-doors", "closed-by-operator", "too-many-doors",
  "webhook-too-old", "webhook-signature", "no-such-twin", "not-a-reader",
  "unknown_outbox_row", "not_yet_due", "wrong_payment_ref", "token_mismatch",
];

const names = (text: string): string[] => [...text.matchAll(/"([\w-]+)"/g)].map((match) => match[1] ?? "");

/** The codes of one file: second arguments of `problem(status, code, ...)`, and the rows of the vault's table. */
function codesIn(text: string): string[] {
  const calls = [...text.matchAll(/(?<!HttpResponse )\bproblem\(([^,]+),([^,]+),/g)].map((match) => match[2]?.trim() ?? "");
  const rows = [...text.matchAll(/VaultRefusal::k\w+,\s*\d{3},([^,]+),/g)].flatMap((match) => names(match[1] ?? ""));
  const written = calls.flatMap((code) => {
    // These two are read where they stand: in shop/command.cpp and in the vault's rows.
    if (code === "shop::to_text(refusal)" || code === "text.type") return [];
    expect(names(code), `a code this test cannot read: ${code}`).not.toEqual([]);
    return names(code);
  });
  return [...written, ...rows];
}

function serverCodes(): string[] {
  const files = readdirSync(new URL("world-server/api/", root)).filter((name) => name.endsWith(".cpp"));
  const api = files.flatMap((name) => codesIn(source(`world-server/api/${name}`)));
  const shop = [...source("shop/command.cpp").matchAll(/\{Refusal::k\w+, "([\w-]+)"\}/g)].map((match) => match[1] ?? "");
  expect(api.length).toBeGreaterThan(40);
  expect(shop.length).toBeGreaterThan(20);
  return [...new Set([...api, ...shop])].sort();
}

afterEach(() => useLanguage("en"));

describe("problems in words", () => {
  it("has words for every code that a shopper can be answered, and for no other", () => {
    expect([...problemSentences.keys(), ...notForShoppers].sort()).toEqual(serverCodes());
  });

  it("uses every sentence it has", () => {
    const used = new Set<string>(problemSentences.values());
    expect(Object.keys(en).filter((key) => key.startsWith("problem.") && !used.has(key))).toEqual([]);
  });

  it("speaks to shoppers, not to programmers", () => {
    for (const words of [en, de]) {
      for (const key of new Set(problemSentences.values())) {
        expect(words[key], key).toMatch(/^\p{Lu}.+\. .+\.$/u);
        expect(words[key], key).not.toMatch(/\/api|`|typed data|JSON|header|cookie|POST|GET|_/);
      }
    }
  });

  it("never shows what the server wrote, in any language", async () => {
    const secret = "Begin with POST /api/session.";
    for (const language of languages) {
      await useLanguage(language);
      for (const code of [...problemSentences.keys(), ...notForShoppers, "from-the-future", "constructor", ""]) {
        const text = problemText(readProblem(409, new Headers(), JSON.stringify({ type: `/problems/${code}`, title: secret, detail: secret })));
        expect(text, code).not.toContain(secret);
        expect(text, code).not.toMatch(/[{}]/);
      }
    }
  });

  it("says one general sentence about a code it does not know, and another when there was no answer", async () => {
    await useLanguage("de");
    expect(problemText(readProblem(418, new Headers(), '{"type":"/problems/from-the-future"}'))).toBe(de["error.unknown"].replace("{status}", "418"));
    expect(problemText(readProblem(502, new Headers(), "<html>"))).toBe(de["error.unknown"].replace("{status}", "502"));
    expect(problemText(noAnswer)).toBe(de["error.offline"]);
  });
});
