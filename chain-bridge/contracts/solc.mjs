#!/usr/bin/env node
// Lets forge use npm's solc as if it were the native compiler: `--version`, and standard JSON from stdin to stdout.
// Sources that forge did not send along (imports between packages) are read from node_modules, and from nowhere else.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const solc = createRequire(import.meta.url)("solc");
const version = solc.version().replace(/\.Emscripten\.clang$/, ".Linux.g++");
const here = fileURLToPath(new URL(".", import.meta.url));
const packages = resolve(here, "../../node_modules") + sep;

function readImport(path) {
  const file = resolve(here, path);
  if (!file.startsWith(packages)) return { error: `${path} is outside node_modules` };
  try {
    return { contents: readFileSync(file, "utf8") };
  } catch (error) {
    return { error: String(error) };
  }
}

if (process.argv.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(solc.compile(readFileSync(0, "utf8"), { import: readImport }));
} else {
  process.stderr.write("solc.mjs answers --version and --standard-json\n");
  process.exit(2);
}
