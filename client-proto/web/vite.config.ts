// One page, hashed assets, three in a chunk of its own: the first paint (name field, progress) needs only the small
// entry chunk; the world is fetched while the visitor reads.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { precompressPlugin } from "./build/precompress.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "/",
  publicDir: here("./public"),
  plugins: [precompressPlugin()],
  build: {
    outDir: here("../../build/web"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 2048,
    chunkSizeWarningLimit: 800,
    rollupOptions: {
      output: {
        manualChunks(id) {
          return id.includes("node_modules/three/") ? "three" : undefined;
        },
      },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts", "build/**/*.test.ts"],
  },
});
