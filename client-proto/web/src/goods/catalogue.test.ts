import { describe, expect, it } from "vitest";
import type { Boutique, Mall, Product, Variant } from "../net/types.ts";
import { Catalogue, coloursOf, firstVariant, inStock, priceOf, sizesOf, withColour } from "./catalogue.ts";

const navy = { name: "Navy", hex: "#223" };
const sand = { name: "Sand", hex: "#dca" };
const variant = (id: number, size: string, colour: typeof navy | null, minor: number, stock: number): Variant => ({
  id, size, colour, price: { minor, currency: "EUR" }, stock,
});
const jacket: Product = {
  id: 7, slug: "jacket", brand: "maison-lune", boutique: "maison-lune", name: "Jacket", description: "", author: "", licence: "", category: null, size_m: [0.5, 0.8, 0.3],
  variants: [variant(1, "S", navy, 42000, 0), variant(2, "M", navy, 42000, 3), variant(3, "M", sand, 45000, 0), variant(4, "L", sand, 45000, 1)],
  model_url: "", thumb_url: "", wear: null,
};
const mall: Mall = {
  name: "", boutiques: [], props: [], seats: [], visitors_wear: [], collision: { url: "", hash: "" }, products: [jacket],
  displays: [
    { id: 1, boutique: "maison-lune", mount: "mannequin", position: [0, 0, 0], yaw_rad: 0, space_m: [1, 2, 1], product_id: 7 },
    { id: 2, boutique: "maison-lune", mount: "plinth", position: [0, 0, 0], yaw_rad: 0, space_m: [1, 2, 1], product_id: null },
    { id: 3, boutique: "maison-lune", mount: "plinth", position: [0, 0, 0], yaw_rad: 0, space_m: [1, 2, 1], product_id: 99 },
  ],
};

describe("the catalogue", () => {
  it("finds products by variant and shows only displays that have something", () => {
    const catalogue = new Catalogue(mall);
    expect(catalogue.productOfVariant(3)).toBe(jacket);
    expect(catalogue.variant(3)?.colour).toEqual(sand);
    expect(catalogue.displays().map((display) => display.id)).toEqual([1]);
    expect(catalogue.productOfVariant(77)).toBeUndefined();
  });

  it("knows which boutiques are closed, at first and from then on", () => {
    const boutique = (id: string, closed: boolean): Boutique => ({
      id, name: id, kind: "fashion", closed, brand: null, zone: { min: [0, 0, 0], max: [1, 1, 1] }, door: [0, 0, 0],
    });
    const catalogue = new Catalogue({ ...mall, boutiques: [boutique("lune", true), boutique("oak", false)] });
    expect([catalogue.isClosed("lune"), catalogue.isClosed("oak")]).toEqual([true, false]);
    catalogue.setClosed(new Set([1]));
    expect([catalogue.isClosed("lune"), catalogue.isClosed("oak")]).toEqual([false, true]);
  });

  it("takes newer stock", () => {
    const catalogue = new Catalogue(mall);
    catalogue.remember({ ...jacket, variants: [variant(2, "M", navy, 42000, 0)] });
    expect(catalogue.variant(2)?.stock).toBe(0);
  });
});

describe("choosing", () => {
  it("begins with what can be had", () => {
    expect(firstVariant(jacket)?.id).toBe(2);
    expect(inStock({ ...jacket, variants: [variant(1, "S", navy, 1, 0)] })).toBe(false);
  });

  it("shows every size and which of them this colour has", () => {
    expect(coloursOf(jacket)).toEqual([navy, sand]);
    expect(sizesOf(jacket, sand).map((choice) => [choice.size, choice.variant?.id ?? null])).toEqual([["S", null], ["M", 3], ["L", 4]]);
  });

  it("keeps the size when the colour changes, if it can", () => {
    const [, m] = jacket.variants;
    expect(withColour(jacket, m as Variant, sand).id).toBe(3);
    expect(withColour(jacket, jacket.variants[0] as Variant, sand).id).toBe(4);
  });

  it("says from only when prices differ", () => {
    expect(priceOf(jacket)).toEqual({ price: { minor: 42000, currency: "EUR" }, from: true });
    expect(priceOf({ ...jacket, variants: jacket.variants.slice(0, 2) })?.from).toBe(false);
    expect(priceOf({ ...jacket, variants: [] })).toBeNull();
  });
});
