// The sentence before paying about what everybody can read of a certificate, held to what the server really gives away.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { de } from "../i18n/de.ts";
import { en } from "../i18n/en.ts";

const server = readFileSync(new URL("../../../../world-server/api/handlers_twins.cpp", import.meta.url), "utf8");

/** The words for each trait of a certificate. Whoever made the piece and under which name goes with the piece itself. */
const words: Readonly<Record<string, readonly [en: string, de: string]>> = {
  Boutique: ["piece", "Stück"],
  Brand: ["piece", "Stück"],
  Author: ["piece", "Stück"],
  Licence: ["piece", "Stück"],
  Number: ["number", "Nummer"],
  Size: ["size", "Größe"],
  Colour: ["colour", "Farbe"],
};

describe("what is public of a certificate", () => {
  it("is said before paying, trait by trait", () => {
    const traits = [...server.matchAll(/"trait_type", "(\w+)"/g)].map((match) => match[1] ?? "");
    expect([...new Set(traits)].sort()).toEqual(Object.keys(words).sort());
    for (const key of ["buy.publicNote", "buy.publicNoteWallet"] as const) {
      for (const [trait, [english, german]] of Object.entries(words)) {
        expect(en[key], trait).toContain(english);
        expect(de[key], trait).toContain(german);
      }
    }
  });

  it("names who keeps it: the shop, or the wallet with what was paid from it", () => {
    expect(en["buy.publicNote"]).toContain("the shop keeps it");
    expect(de["buy.publicNote"]).toContain("der Laden es verwahrt");
    expect(en["buy.publicNoteWallet"]).toMatch(/your wallet's address and what was paid/);
    expect(de["buy.publicNoteWallet"]).toMatch(/die Adresse Ihrer Wallet und den Preis/);
  });
});
