// The server sends files, it never compresses on the fly. So every text-like file of the build gets a `.br` and a `.gz`
// beside it; a variant that does not save at least 5 % is not written, because it would only cost disk and a lookup.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const compressible = new Set([".html", ".js", ".css", ".json", ".svg", ".wasm", ".txt", ".webmanifest"]);
const sizeMinBytes = 512;

/** Compresses every file under `folder` that gains from it. Returns the sum of the Brotli sizes in bytes. */
export async function precompress(folder: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (bytes.length < sizeMinBytes) continue;
    const br = brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    const gz = gzipSync(bytes, { level: 9 });
    if (br.length < bytes.length * 0.95) await writeFile(`${path}.br`, br);
    if (gz.length < bytes.length * 0.95) await writeFile(`${path}.gz`, gz);
    total += Math.min(br.length, bytes.length);
  }
  return total;
}

export function precompressPlugin(): Plugin {
  let folder = "";
  return {
    name: "galleria-precompress",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    async closeBundle() {
      const total = await precompress(folder);
      console.log(`precompressed: ${(total / 1024).toFixed(0)} KiB of text after Brotli`);
    },
  };
}
