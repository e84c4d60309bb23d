// What the shops sell, indexed for the questions the interface asks: which variant is that, which sizes come in this
// colour, what stands on that display. Plain data, no pictures.
import type { Money } from "../i18n/index.ts";
import type { Boutique, Colour, Display, Mall, Product, Variant } from "../net/types.ts";

export interface SizeChoice {
  readonly size: string;
  readonly variant: Variant | null;
}

export class Catalogue {
  readonly mall: Mall;
  private readonly productById = new Map<number, Product>();
  private readonly productByVariant = new Map<number, Product>();
  private closed: ReadonlySet<string>;

  constructor(mall: Mall) {
    this.mall = mall;
    this.closed = new Set(mall.boutiques.filter((boutique) => boutique.closed).map((boutique) => boutique.id));
    for (const product of mall.products) this.remember(product);
  }

  /** Takes a newer answer of the API for one product: stock and prices change while one walks. */
  remember(product: Product): void {
    this.productById.set(product.id, product);
    for (const variant of product.variants) this.productByVariant.set(variant.id, product);
  }

  product(id: number): Product | undefined {
    return this.productById.get(id);
  }

  products(boutique: string): Product[] {
    return [...this.productById.values()].filter((product) => product.boutique === boutique);
  }

  productOfVariant(variantId: number): Product | undefined {
    return this.productByVariant.get(variantId);
  }

  variant(variantId: number): Variant | undefined {
    return this.productByVariant.get(variantId)?.variants.find((variant) => variant.id === variantId);
  }

  /** Whether visitors come in it: the first variant of each garment that the mall names. */
  isOwn(variantId: number): boolean {
    const product = this.productByVariant.get(variantId);
    return product !== undefined && this.mall.visitors_wear.includes(product.slug) && product.variants[0]?.id === variantId;
  }

  boutique(id: string): Boutique | undefined {
    return this.mall.boutiques.find((boutique) => boutique.id === id);
  }

  /** Its doors are shut now; what it sells can still be bought. */
  isClosed(id: string): boolean {
    return this.closed.has(id);
  }
  /** By their places in the mall's list: boutiques close and open while one walks. */
  setClosed(places: ReadonlySet<number>): void {
    this.closed = new Set(this.mall.boutiques.filter((_, place) => places.has(place)).map((boutique) => boutique.id));
  }

  /** Displays that something stands on. */
  displays(): Display[] {
    return this.mall.displays.filter((display) => display.product_id !== null && this.productById.has(display.product_id));
  }

  displayOf(productId: number): Display | undefined {
    return this.mall.displays.find((display) => display.product_id === productId);
  }
}

export function inStock(product: Product): boolean {
  return product.variants.some((variant) => variant.stock > 0);
}

/** The variant to begin with: the first that can be had. */
export function firstVariant(product: Product): Variant | null {
  return product.variants.find((variant) => variant.stock > 0) ?? product.variants[0] ?? null;
}

/** Colours in the order of the catalogue, each once. */
export function coloursOf(product: Product): Colour[] {
  const seen = new Map<string, Colour>();
  for (const { colour } of product.variants) if (colour !== null && !seen.has(colour.name)) seen.set(colour.name, colour);
  return [...seen.values()];
}

/** All sizes of the product; `variant` is null where this colour does not come in that size. */
export function sizesOf(product: Product, colour: Colour | null): SizeChoice[] {
  const sizes = [...new Set(product.variants.map((variant) => variant.size))].filter((size) => size !== "");
  return sizes.map((size) => ({ size, variant: find(product, size, colour) ?? null }));
}

/** The variant after choosing another colour: the same size if there is one, else the first that can be had. */
export function withColour(product: Product, now: Variant, colour: Colour): Variant {
  const ofColour = product.variants.filter((variant) => variant.colour?.name === colour.name);
  return find(product, now.size, colour) ?? ofColour.find((variant) => variant.stock > 0) ?? ofColour[0] ?? now;
}

function find(product: Product, size: string, colour: Colour | null): Variant | undefined {
  return product.variants.find((variant) => variant.size === size && variant.colour?.name === colour?.name);
}

/** The lowest price, and whether there are others: "from" is said only when it is true. */
export function priceOf(product: Product): { readonly price: Money; readonly from: boolean } | null {
  let lowest: Money | null = null;
  let differs = false;
  for (const { price } of product.variants) {
    if (lowest !== null && price.minor !== lowest.minor) differs = true;
    if (lowest === null || price.minor < lowest.minor) lowest = price;
  }
  return lowest === null ? null : { price: lowest, from: differs };
}
