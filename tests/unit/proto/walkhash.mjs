// Prints the state hash of the seeded walk as the browser's brain computes it: node walkhash.mjs brain.wasm [SEED [STEPS]]
import { readFileSync } from "node:fs";

const [file, seed = "1", steps = "10000"] = process.argv.slice(2);
const module = await WebAssembly.compile(readFileSync(file));
if (WebAssembly.Module.imports(module).length !== 0) throw new Error("the brain must import nothing");
const { exports } = await WebAssembly.instantiate(module, {});
exports._initialize();
const half = (which) => (exports.brain_walk_hash(Number(seed), Number(steps), which) >>> 0).toString(16).padStart(8, "0");
console.log(half(1) + half(0));
