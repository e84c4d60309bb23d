// What the demo mall sells: the garments and the furniture that our own makers left in the content folder, with prices,
// sizes and stock.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Money } from "./client.ts";

export interface Variant {
  readonly size: string;
  readonly colour: { readonly name: string; readonly hex: string } | null;
  readonly price: Money;
  readonly stock: number;
}

export interface Goods {
  readonly slug: string;
  readonly brand: string;
  readonly name: string;
  readonly description: string;
  readonly author: string;
  readonly licence: string;
  /** Id in the public Standard Product Taxonomy; null when nobody said. */
  readonly category: string | null;
  readonly size_m: readonly [number, number, number] | null;
  /** One file, or one per body shape for what is worn. */
  readonly files: readonly string[];
  readonly query: Readonly<Record<string, number>>;
  readonly wear: { readonly slot: number; readonly hides: readonly string[] } | null;
  readonly variants: readonly Variant[];
}

interface Garment {
  readonly name: string;
  readonly title: string;
  readonly slot: keyof typeof slots;
  readonly hides: readonly string[];
  readonly colours: readonly { readonly name: string; readonly hex: string }[];
  readonly models: readonly string[];
  readonly description: string;
  readonly care: string;
  readonly size_m: readonly [number, number, number];
}

interface Piece {
  readonly slug: string;
  readonly name: string;
  readonly author: string;
  readonly licence: string;
  readonly category: string;
  readonly file: string;
  readonly size_cm: { readonly width: number; readonly height: number; readonly depth: number };
  readonly turn_deg?: number;
  readonly price: Money;
  readonly stock: number;
  readonly description: string;
}

/** ARCHITECTURE.md, "Conventions". */
const slots = { head: 0, top: 1, outer: 2, legs: 3, feet: 4 } as const;

interface Label {
  readonly category: string | null;
  readonly price_minor: number;
  readonly sizes: readonly string[];
}

const labels: Readonly<Record<string, Label>> = {
  jacket: { category: "aa-1-10-2-11", price_minor: 42_000, sizes: ["S", "M", "L"] },
  trousers: { category: "aa-1-12-11", price_minor: 18_900, sizes: ["S", "M", "L"] },
  sneakers: { category: "aa-8-8", price_minor: 14_900, sizes: ["38", "40", "42", "44"] },
  hat: { category: "aa-2-17", price_minor: 9_900, sizes: ["56", "58", "60"] },
  tee: { category: "aa-1-13-8", price_minor: 4_900, sizes: ["S", "M", "L"] },
  dress: { category: "aa-1-4", price_minor: 32_000, sizes: ["S", "M", "L"] },
};
const otherLabel: Label = { category: null, price_minor: 19_900, sizes: ["S", "M", "L"] };

export function garments(content: string): Goods[] {
  const list = findFile(content, "garments", "garments.json");
  const { garments: all } = JSON.parse(readFileSync(list, "utf8")) as { garments: readonly Garment[] };
  return all.map((garment) => {
    const label = labels[garment.name] ?? otherLabel;
    return {
      slug: garment.name,
      brand: "maison-lune",
      name: garment.title,
      description: `${garment.description} ${garment.care}`,
      author: "Galleria",
      licence: "Apache-2.0",
      category: label.category,
      size_m: garment.size_m,
      files: garment.models.map((model) => join(dirname(list), model)),
      query: {},
      wear: { slot: slots[garment.slot], hides: garment.hides },
      variants: garment.colours.flatMap((colour, c) => label.sizes.map((size, s) => ({
        size, colour: { name: colour.name, hex: colour.hex.toLowerCase() }, price: { minor: label.price_minor, currency: "EUR" }, stock: 3 + ((c * 5 + s * 3) % 9),
      }))),
    };
  });
}

export function furniture(content: string): Goods[] {
  const list = findFile(content, "furniture", "furniture.json");
  const { pieces } = JSON.parse(readFileSync(list, "utf8")) as { pieces: readonly Piece[] };
  return pieces.map((piece) => ({
    slug: piece.slug,
    brand: "oak-and-linen",
    name: piece.name,
    description: piece.description,
    author: piece.author,
    licence: piece.licence,
    category: piece.category,
    size_m: null,
    files: [join(dirname(list), piece.file)],
    query: { width_cm: piece.size_cm.width, height_cm: piece.size_cm.height, depth_cm: piece.size_cm.depth, turn_deg: piece.turn_deg ?? 0 },
    wear: null,
    variants: [{ size: "", colour: null, price: piece.price, stock: piece.stock }],
  }));
}

function findFile(content: string, folder: string, name: string): string {
  const found = [join(content, folder, name), join(content, name)].find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not under ${content}: run tools/run, which makes it`);
  return found;
}
