// The house rules that a compiler does not see: include direction between rooms, circles of includes, file and function
// length, words and calls that have no place here. Each rule prints the file and what to do; the exit code is 1 if any broke.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const LINES_MAX = 800;
const FUNCTION_LINES_MAX = 70;

/** Which rooms each room may include (ARCHITECTURE.md, "Rooms"). */
const MAY_INCLUDE = {
  "client-proto": ["client-proto"],
  assets: ["assets", "client-proto"],
  shop: ["shop", "client-proto"],
  "chain-bridge": ["chain-bridge", "client-proto", "shop"],
  "world-server": ["world-server", "client-proto", "assets", "shop", "chain-bridge"],
  tools: ["tools", "world-server", "client-proto", "assets", "shop", "chain-bridge"],
  tests: ["tests", "tools", "world-server", "client-proto", "assets", "shop", "chain-bridge"],
};
/** What the bridge may see of the shop: its outbox and nothing else. */
const BRIDGE_SEES_OF_SHOP = /^shop\/outbox/;

/** [where, pattern, reason]; the pattern is tried on every line of code. */
const BANS = [
  [/\.(cpp|h)$/, /#include <(format|expected|source_location|coroutine)>/, "GCC 12 and clang 14 do not both have it"],
  [/\.(cpp|h)$/, /\bstd::(rand|srand)\b|\brand\(\)/, "randomness is an argument"],
  [/^(shop|client-proto\/(core|wire|move|brain)|world-server\/world)\/.*\.(cpp|h)$/, /(system|steady|high_resolution)_clock::now/, "time is an argument"],
  [/^shop\/.*\.(cpp|h)$/, /\b(float|double)\s+\w*(price|amount|money|total|tax)/i, "money is never floating point"],
  [/^client-proto\/(core|wire|move|brain)\/.*\.(cpp|h)$/, /#include <cmath>|\b(throw|try|catch)\b\s*[({;]|dynamic_cast/, "the brain does without libm, exceptions and RTTI"],
  [/\.(cpp|h|ts|mjs|js|sol|sh|css|html|cmake)$/, /\b(TODO|FIXME|XXX|HACK)\b/, "build the part or open an issue"],
  [/\.(ts)$/, /@ts-(ignore|nocheck)|\bas any\b/, "say the type"],
];
/** This file states the banned words; it is the one that may. */
const EXEMPT = new Set(["tools/house/check.mjs"]);

const problems = [];
const report = (file, line, text) => problems.push(`${file}:${line}: ${text}`);
const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => file && existsSync(file) && !file.endsWith("lock.json"));
const isCode = (file) => /\.(cpp|h|hpp|ts|mjs|js|sol|sh|css|html|cmake)$/.test(file) || /^tools\/\w+$/.test(file);
const text = new Map(tracked.filter(isCode).map((file) => [file, readFileSync(file, "utf8")]));

function checkIncludes(file, lines) {
  const room = file.split("/")[0];
  lines.forEach((line, index) => {
    const target = /^#include "([^"]+)"/.exec(line)?.[1];
    if (!target) return;
    const from = target.split("/")[0];
    if (!text.has(target)) return report(file, index + 1, `includes "${target}", which is not a file from the root`);
    if (!MAY_INCLUDE[room]?.includes(from)) report(file, index + 1, `${room} may not include ${from}`);
    if (room === "chain-bridge" && from === "shop" && !BRIDGE_SEES_OF_SHOP.test(target)) report(file, index + 1, "the bridge sees the shop's outbox only");
  });
}

function checkLines(file, lines) {
  const header = lines.slice(0, 15).join("\n");
  if (lines.length > LINES_MAX && !/reason for (its )?length/i.test(header)) report(file, lines.length, `${lines.length} lines; above ${LINES_MAX} a header says the reason for its length`);
  if (/\.(h|hpp)$/.test(file) && !lines.some((line) => line === "#pragma once")) report(file, 1, "a header begins with #pragma once");
  if (EXEMPT.has(file)) return;
  lines.forEach((line, index) => {
    for (const [where, pattern, reason] of BANS) if (where.test(file) && pattern.test(line)) report(file, index + 1, `${line.trim().slice(0, 60)}: ${reason}`);
  });
}

function checkCircles() {
  const includes = (file) => [...text.get(file).matchAll(/^#include "([^"]+)"/gm)].map((match) => match[1]).filter((target) => text.has(target));
  const state = new Map();
  const visit = (file, path) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") return report(file, 1, `circle of includes: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
    state.set(file, "open");
    for (const target of includes(file)) visit(target, [...path, file]);
    state.set(file, "done");
  };
  for (const file of text.keys()) if (/\.(cpp|h)$/.test(file)) visit(file, []);
}

function checkFunctions() {
  const files = [...text.keys()].filter((file) => /\.(cpp|h)$/.test(file));
  const tags = execFileSync("ctags", ["-f", "-", "--fields=+ne", "--c++-kinds=f", "-L", "-"], { input: files.join("\n"), encoding: "utf8", maxBuffer: 1 << 26 });
  for (const tag of tags.split("\n")) {
    const start = Number(/\tline:(\d+)/.exec(tag)?.[1]);
    const end = Number(/\tend:(\d+)/.exec(tag)?.[1]);
    const [name, file] = tag.split("\t");
    if (end - start >= FUNCTION_LINES_MAX) report(file, start, `${name} has ${end - start + 1} lines; a function fits on a screen (${FUNCTION_LINES_MAX})`);
  }
}

/** A test that no build knows is never run, and nobody misses it. */
function checkTestsAreBuilt() {
  const lists = tracked.filter((file) => /^tests\/.*CMakeLists\.txt$/.test(file)).map((file) => readFileSync(file, "utf8"));
  // Fuzzers are listed by the name behind "fuzz_", in a loop.
  const named = new Set(lists.join("\n").split(/[\s()]+/).map((word) => word.split("/").at(-1)));
  for (const file of text.keys()) {
    if (!/^tests\/.*\.cpp$/.test(file)) continue;
    const name = file.split("/").at(-1);
    const fuzzer = /^tests\/fuzz\/fuzz_(\w+)\.cpp$/.exec(file)?.[1];
    if (!named.has(name) && !(fuzzer && named.has(fuzzer))) report(file, 1, "no CMakeLists.txt names this test, so it is never built");
  }
}

function checkLockFile() {
  if (/"resolved": *"http/.test(readFileSync("package-lock.json", "utf8"))) report("package-lock.json", 1, "names download addresses; write it again with omit-lockfile-registry-resolved=true");
}

for (const [file, content] of text) {
  const lines = content.split("\n");
  if (/\.(cpp|h)$/.test(file)) checkIncludes(file, lines);
  checkLines(file, lines);
}
checkCircles();
checkFunctions();
checkTestsAreBuilt();
checkLockFile();
for (const problem of problems) console.log(problem);
if (problems.length > 0) {
  console.log(`house: ${problems.length} rules broken`);
  process.exit(1);
}
console.log(`house: ${text.size} files of code keep the rules`);
