// Keeps a development chain alive and on disk; started by tools/chain/node.
//
// The node does not mine by itself. The keeper makes a block, writes the whole state beside the old file and renames it,
// and only then makes the next one. So a block that has a successor is on disk, whatever is killed at whatever moment,
// and the file is never half written. (The node's own --state rewrites its file in place, and forgets which block is
// the first: every start makes another one, dumps all of them, and any of them may come back.)
//
// A node that dies is started again from its file. A file that cannot be read stops the keeper: it never begins anew
// where a chain has been.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

const BLOCK_MS = 1000;
/** Blocks that follow the last transaction; deeper than anything waits for. */
const SETTLE_BLOCKS = 16;
/**
 * Without anything to do blocks are made more rarely, so that the file grows slowly (about 1.6 kB a block, 2 MB a day): they
 * are the clock of contracts, which somebody may wait for soon after the last transaction, but not for long.
 */
const IDLE_BLOCK_MS = 5_000;
const SOON_BLOCKS = 200;
const LONG_IDLE_BLOCK_MS = 60_000;
const START_MS_MAX = 20_000;
const PORT_FREE_MS_MAX = 5_000;
const RPC_MS_MAX = 20_000;
const LOOK_AGAIN_MS = 20;
const RESTART_PAUSE_MS = 1000;

const fail = (text) => {
  console.error(`chain node: ${text}`);
  process.exit(1);
};

const { values: options } = parseArgs({
  options: Object.fromEntries(["binary", "state", "port", "chain-id"].map((name) => [name, { type: "string" }])),
});
for (const name of ["binary", "state", "port", "chain-id"]) if (!options[name]) fail(`--${name} is missing`);
const url = `http://127.0.0.1:${options.port}`;

let ending = false;
const ended = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    ending = true;
    ended.abort();
  });
}
/** Waits, but not when the keeper is asked to end. */
const pause = (ms) => sleep(ms, undefined, { signal: ended.signal }).catch(() => {});

async function rpc(method, ...params) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(RPC_MS_MAX) });
  const answer = await response.json();
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

function write(text) {
  writeFileSync(`${options.state}.new`, text);
  renameSync(`${options.state}.new`, options.state);
}

/** Checks that the file can be read, and keeps one first block in it: the oldest is the chain's own. */
function readyState() {
  let state;
  try {
    state = JSON.parse(readFileSync(options.state, "utf8"));
  } catch (error) {
    fail(`the chain's state ${options.state} cannot be read (${error.message}); put a good copy of it back, or move the data folder away to begin anew`);
  }
  const isFirst = (block) => Number(block.header.number) === 0;
  const age = (block) => Number(block.header.timestamp);
  const firsts = (state.blocks ?? []).filter(isFirst).sort((a, b) => age(a) - age(b));
  if (firsts.length === 0) fail(`the chain's state ${options.state} has no first block; put a good copy of it back`);
  if (firsts.length === 1) return;
  state.blocks = [firsts[0], ...state.blocks.filter((block) => !isFirst(block))];
  write(JSON.stringify(state));
}

/** An earlier node on this port may still be ending. */
async function waitForPort() {
  const isFree = () =>
    new Promise((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(Number(options.port), "127.0.0.1", () => server.close(() => resolve(true)));
    });
  const end = Date.now() + PORT_FREE_MS_MAX;
  while (!(await isFree())) {
    if (Date.now() > end) fail(`port ${options.port} is taken by another program`);
    await sleep(LOOK_AGAIN_MS);
  }
}

/** Starts the node from its file, if there is one; comes back when it answers. */
async function startNode() {
  await waitForPort();
  const known = existsSync(options.state);
  if (known) readyState();
  const node = spawn("setpriv", [
    "--pdeathsig", "KILL", options.binary, "--host", "127.0.0.1", "--port", options.port, "--chain-id", options["chain-id"],
    "--no-mining", "--silent", ...(known ? ["--load-state", options.state] : []),
  ], { stdio: ["ignore", "inherit", "inherit"] });
  const gone = new Promise((resolve) => node.once("close", (code, signal) => resolve(signal ?? `code ${code}`)));
  const end = Date.now() + START_MS_MAX;
  for (;;) {
    if (node.exitCode !== null || node.signalCode !== null) fail(`the EVM node did not start (${await gone})`);
    if (Date.now() > end) fail(`the EVM node did not answer within ${START_MS_MAX / 1000} s`);
    if (await rpc("eth_chainId").catch(() => null)) return { node, gone };
    await sleep(LOOK_AGAIN_MS);
  }
}

async function save() {
  const dump = await rpc("anvil_dumpState");
  write(gunzipSync(Buffer.from(dump.slice(2), "hex")));
}

/** Makes blocks and writes them down until the node dies or the keeper is asked to end. */
async function makeBlocks() {
  let quiet = 0;
  let last = 0;
  await save();
  while (!ending) {
    const start = Date.now();
    const waiting = Number((await rpc("txpool_status")).pending);
    if (waiting > 0) quiet = 0;
    const idle_ms = quiet < SOON_BLOCKS ? IDLE_BLOCK_MS : LONG_IDLE_BLOCK_MS;
    if (quiet < SETTLE_BLOCKS || start - last >= idle_ms) {
      await rpc("evm_mine");
      await save();
      quiet += 1;
      last = start;
    }
    await pause(Math.max(0, BLOCK_MS - (Date.now() - start)));
  }
}

while (!ending) {
  const { node, gone } = await startNode();
  const making = makeBlocks();
  await Promise.race([gone, making.catch(() => {})]);
  if (!ending) {
    // Trouble with a node that still stands would only repeat itself.
    const why = await Promise.race([gone, sleep(LOOK_AGAIN_MS * 10)]);
    if (!why) await making.catch((error) => fail(`the EVM node does not work: ${error.message}`));
    console.error(`chain node: the EVM node has ended (${why}); it starts again from ${options.state}`);
    await pause(RESTART_PAUSE_MS);
  }
  node.kill("SIGKILL");
  await gone;
}
process.exit(0);
