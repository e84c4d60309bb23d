// Which piece stands on which display of the demo mall, by the display's id in mall.json. A display that somebody has
// furnished otherwise is left alone, and a piece that would not fit is left out.
import type { Client, Display, Mall } from "./client.ts";

const plan: Readonly<Record<number, string>> = {
  1: "jacket", 2: "dress", 3: "tee", 4: "trousers", 5: "sneakers", 6: "hat", 7: "jacket", 8: "dress", 9: "sneakers", 10: "hat",
  11: "tubular-easy-chair", 12: "osaka-chair", 13: "aldine-sofa", 14: "clerkenwell-armchair", 15: "olive-tree",
  16: "brass-table-lamp", 17: "potted-cactus", 18: "nutwood-figure", 19: "pedestal-table", 20: "bentwood-armchair",
  21: "bentwood-armchair", 23: "cane-back-chair", 25: "glazed-bookcase", 26: "counter-stool",
  27: "oak-night-stand", 28: "leaping-deer",
};
const boutiqueOf: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(plan).map(([display, slug]) => [slug, Number(display) <= 10 ? "maison-lune" : "oak-and-linen"]));
const tolerance_m = 0.02;

function fits(size: readonly [number, number, number], display: Display): boolean {
  // What is worn takes the figure's space, which the mall has left for it.
  if (display.boutique === "maison-lune") return true;
  return size.every((side, axis) => side <= (display.space_m[axis] ?? 0) + tolerance_m);
}

/** How many displays were furnished now. */
export async function furnish(client: Client, mall: Mall): Promise<number> {
  let placed = 0;
  for (const display of mall.displays) {
    const slug = plan[display.id];
    const product = mall.products.find((one) => one.slug === slug);
    if (slug === undefined || product === undefined || display.product_id !== null || boutiqueOf[slug] !== display.boutique) continue;
    if (!fits(product.size_m, display)) {
      process.stderr.write(`demo: ${slug} does not fit on display ${display.id}\n`);
      continue;
    }
    await client.post("/api/placements", `demo/place/${display.id}/${slug}`, { display: display.id, product_id: product.id });
    placed += 1;
  }
  return placed;
}
