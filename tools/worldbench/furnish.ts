// A few goods for the furnished hall of the bench: plain boxes that can be worn, each in some sizes, through the public
// HTTP API as an operator would bring them.
//
//     node tools/worldbench/furnish.ts --url http://127.0.0.1:8080 --key-file data/operator.key --work DIR
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "../node/demo/client.ts";
import { readOptions } from "../node/lib/options.ts";

const garments = [
  { slug: "box-hat", name: "Box Hat", slot: 0, side_m: 0.25 },
  { slug: "box-shirt", name: "Box Shirt", slot: 1, side_m: 0.45 },
  { slug: "box-coat", name: "Box Coat", slot: 2, side_m: 0.5 },
  { slug: "box-shoes", name: "Box Shoes", slot: 4, side_m: 0.2 },
];
const shapes = 3;

/** A cube as GLB, each face with corners of its own. */
function cube(side_m: number): Buffer {
  const positions: number[] = [];
  const normals: number[] = [];
  const indices: number[] = [];
  for (let axis = 0; axis < 3; axis += 1) {
    for (const sign of [-1, 1]) {
      const first = positions.length / 3;
      const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
      for (const [a, b] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
        const corner = [0, 0, 0];
        const normal = [0, 0, 0];
        corner[axis] = (sign * side_m) / 2;
        corner[u] = (a * side_m) / 2;
        corner[v] = (b * side_m) / 2;
        normal[axis] = sign;
        positions.push(...corner);
        normals.push(...normal);
      }
      const [a, b] = sign > 0 ? [1, 2] : [2, 1];
      indices.push(first, first + a, first + b, first, first + a + 1, first + b + 1);
    }
  }
  return glb(new Float32Array(positions), new Float32Array(normals), new Uint16Array(indices), side_m / 2);
}

function glb(positions: Float32Array, normals: Float32Array, indices: Uint16Array, half_m: number): Buffer {
  const parts = [positions, normals, indices].map((array) => Buffer.from(array.buffer));
  let offset = 0;
  const bufferViews = parts.map((part) => {
    const view = { buffer: 0, byteOffset: offset, byteLength: part.length };
    offset += part.length;
    return view;
  });
  const count = positions.length / 3;
  const json = JSON.stringify({
    asset: { version: "2.0" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, NORMAL: 1 }, indices: 2, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorFactor: [0.6, 0.5, 0.4, 1], metallicFactor: 0, roughnessFactor: 0.9 } }],
    buffers: [{ byteLength: offset }],
    bufferViews,
    accessors: [
      { bufferView: 0, componentType: 5126, count, type: "VEC3", min: [-half_m, -half_m, -half_m], max: [half_m, half_m, half_m] },
      { bufferView: 1, componentType: 5126, count, type: "VEC3" },
      { bufferView: 2, componentType: 5123, count: indices.length, type: "SCALAR" },
    ],
  });
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 4) * 4, " "));
  const bytes = Buffer.concat([...parts, Buffer.alloc((4 - (offset % 4)) % 4)]);
  const chunk = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(body.length, 0);
    head.write(type, 4, "latin1");
    return Buffer.concat([head, body]);
  };
  const body = Buffer.concat([chunk("JSON", text), chunk("BIN\0", bytes)]);
  const head = Buffer.alloc(12);
  head.write("glTF", 0, "latin1");
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(head.length + body.length, 8);
  return Buffer.concat([head, body]);
}

const options = readOptions("furnish.ts --url URL --key-file FILE --work DIR", { url: null, "key-file": null, work: null });
const client = new Client(options.url, readFileSync(options["key-file"], "utf8").trim());
await client.post("/api/brands", "bench/brand", { id: "bench", name: "Bench", boutique: "bench" });
for (const [index, garment] of garments.entries()) {
  const file = join(options.work, `${garment.slug}.glb`);
  writeFileSync(file, cube(garment.side_m));
  const model = await client.ready(await client.upload(file, {}), garment.slug);
  const product = await client.post<{ id: number }>("/api/products", `bench/${garment.slug}`, {
    slug: garment.slug, brand: "bench", name: garment.name, description: "", author: "Galleria", licence: "CC0-1.0", category: null,
    model, wear: { slot: garment.slot, hides: [], models: Array.from({ length: shapes }, () => model) },
    variants: ["S", "M", "L"].map((size) => ({ size, colour: null, price: { minor: 1900, currency: "EUR" }, stock: 10 })),
  });
  await client.post("/api/placements", `bench/place/${garment.slug}`, { display: index + 1, product_id: product.id });
}
