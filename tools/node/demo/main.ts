// Fills an empty mall with the demo's goods, through the public HTTP API, as an operator would. Running it again changes
// nothing: what is there already is left as it is, sold stock and moved pieces included.
//
//     node tools/node/demo/main.ts --url http://127.0.0.1:8080 --key-file data/operator.key --content build/content
import { readFileSync } from "node:fs";
import { readOptions } from "../lib/options.ts";
import { Client, type Mall } from "./client.ts";
import { furnish } from "./furnish.ts";
import { furniture, garments, type Goods } from "./goods.ts";

const brands = [
  { id: "maison-lune", name: "Maison Lune", boutique: "maison-lune" },
  { id: "oak-and-linen", name: "Oak & Linen", boutique: "oak-and-linen" },
];

async function addBrands(client: Client, mall: Mall): Promise<void> {
  for (const brand of brands) {
    if (mall.boutiques.some((boutique) => boutique.brand?.id === brand.id)) continue;
    await client.post("/api/brands", `demo/brand/${brand.id}`, brand);
  }
}

/** All uploads are sent first and then waited for, so that the importer never stands idle. */
async function addProducts(client: Client, missing: readonly Goods[]): Promise<void> {
  const sent: { readonly goods: Goods; readonly uploads: readonly string[] }[] = [];
  for (const goods of missing) {
    const uploads: string[] = [];
    for (const file of goods.files) uploads.push(await client.upload(file, goods.query));
    sent.push({ goods, uploads });
  }
  for (const { goods, uploads } of sent) {
    for (const upload of uploads) await client.ready(upload, goods.slug);
    const { slug, brand, name, description, author, licence, category, size_m, variants, wear } = goods;
    await client.post("/api/products", `demo/product/${slug}/${uploads[0] ?? ""}`, {
      slug, brand, name, description, author, licence, category, variants, model: uploads[0],
      wear: wear === null ? null : { ...wear, models: uploads },
      ...(size_m === null ? {} : { size_m }),
    });
    process.stdout.write(`demo: ${name}\n`);
  }
}

const options = readOptions("main.ts --url URL --key-file FILE --content DIR", { url: null, "key-file": null, content: null });
const client = new Client(options.url.replace(/\/$/, ""), readFileSync(options["key-file"], "utf8").trim());
try {
  const before = await client.mall();
  await addBrands(client, before);
  const known = new Set(before.products.map((product) => product.slug));
  const missing = [...garments(options.content), ...furniture(options.content)].filter((goods) => !known.has(goods.slug));
  await addProducts(client, missing);
  const placed = await furnish(client, await client.mall());
  process.stdout.write(`demo: ${missing.length} products and ${placed} displays added\n`);
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
