// The peer's load: N clients that wander and send 20 inputs a second each, and the figures of what arrived.
//
//     node --no-experimental-websocket tools/peer/load.ts --address HOST:PORT --pid PID --clients N --seconds S --fields 16bit
//
// Prints one JSON line. Bytes and ages are of all clients. Avatars are counted by those that decode, which are some, evenly
// picked: for 400 clients one core could decode everything (with the same result), for 800 it could not, and a load that is
// late makes the server look idle. What they count is scaled to all by the bytes that arrived. The flag makes the SDK take
// the package ws, which is lighter than Node's own WebSocket.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Client } from "@colyseus/sdk";
import { readOptions } from "../node/lib/options.ts";
import { Shopper, nothing, type Counts } from "./client.ts";
import { mean, percentile, rounded } from "./figures.ts";
import type { Window } from "./server.ts";

const input_ms = 50;
/** Clients send in this many groups, one behind another, as they would who know nothing of each other. */
const groups = 10;
const joinsAtOnce_max = 8;
const warmUp_ms = 5_000;
const decoders_max = 50;
const bytesPerMegabyte = 1e6;

const say = (what: string): void => void process.stderr.write(`peer: ${what}\n`);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** CPU time of a process since its start, from /proc. */
function cpu_s(pid: number, hertz: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / hertz;
}

function resident_mb(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kibibytes) * 1024) / bytesPerMegabyte;
}

/** A few at a time, so that nobody's seat expires while the server is busy with others. */
async function joinAll(address: string, clients: number): Promise<{ readonly shoppers: Shopper[]; readonly joins_ms: number[] }> {
  const sdk = new Client(`ws://${address}`);
  const every = Math.ceil(clients / decoders_max);
  const shoppers: Shopper[] = [];
  const joins_ms: number[] = [];
  let next = 0;
  const joinSome = async (): Promise<void> => {
    while (next < clients) {
      const index = next++;
      const from_ms = performance.now();
      shoppers.push(await Shopper.join(sdk, index, index % every === 0));
      joins_ms.push(performance.now() - from_ms);
      if (shoppers.length % 100 === 0) say(`${shoppers.length} joined`);
    }
  };
  await Promise.all(Array.from({ length: joinsAtOnce_max }, joinSome));
  return { shoppers, joins_ms };
}

/** Sends everybody's inputs until it is told to end; a client that was lost ends the program. */
function wander(shoppers: readonly Shopper[], zero_ms: number): () => void {
  const start_ms = Date.now();
  let turn = 0;
  const timer = setInterval(() => {
    // By the clock and not by the timer, which is late whenever there is much to read.
    const due = Math.floor(((Date.now() - start_ms) * groups) / input_ms);
    for (; turn <= due; turn += 1) {
      for (let i = turn % groups; i < shoppers.length; i += groups) shoppers[i]?.send(Date.now(), zero_ms);
    }
  }, input_ms / groups);
  return () => clearInterval(timer);
}

interface Measured {
  readonly elapsed_s: number;
  readonly everybody: readonly Counts[];
  readonly decoders: readonly Counts[];
  readonly server: Window;
  readonly serverCpu_s: number;
  readonly loadCpu_s: number;
}

async function measure(shoppers: readonly Shopper[], asker: Shopper, seconds: number, pid: number): Promise<Measured> {
  const hertz = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const take = (): Promise<Window> => asker.room.request<Window, Window>("window");
  await take();
  for (const shopper of shoppers) shopper.counts = nothing();
  const from_ms = performance.now();
  const serverFrom_s = cpu_s(pid, hertz);
  const loadFrom_s = cpu_s(process.pid, hertz);
  await sleep(seconds * 1000);
  const counted = new Map(shoppers.map((shopper) => [shopper, shopper.counts]));
  for (const shopper of shoppers) shopper.counts = nothing();
  return {
    elapsed_s: (performance.now() - from_ms) / 1000,
    everybody: [...counted.values()],
    decoders: shoppers.filter((shopper) => shopper.decodes).map((shopper) => counted.get(shopper) ?? nothing()),
    serverCpu_s: cpu_s(pid, hertz) - serverFrom_s,
    loadCpu_s: cpu_s(process.pid, hertz) - loadFrom_s,
    server: await take(),
  };
}

function report(measured: Measured, joins_ms: readonly number[], pid: number): Record<string, number> {
  const { elapsed_s, everybody, decoders, server } = measured;
  const payload = mean(everybody.map((counts) => counts.payload_bytes)) / elapsed_s;
  const decoded = mean(decoders.map((counts) => counts.payload_bytes)) / elapsed_s;
  const bytesPerUpdate = (decoded * elapsed_s) / mean(decoders.map((counts) => counts.updates));
  return {
    ticks_per_s: rounded((server.tick_ms.length * 1000) / server.elapsed_ms, 2),
    tick_p50_ms: rounded(percentile(server.tick_ms, 0.5), 2),
    tick_p99_ms: rounded(percentile(server.tick_ms, 0.99), 2),
    server_cpu_pct: rounded((100 * measured.serverCpu_s) / elapsed_s, 1),
    load_cpu_pct: rounded((100 * measured.loadCpu_s) / elapsed_s, 1),
    rss_mb: rounded(resident_mb(pid), 1),
    payload_bytes_per_client_s: Math.round(payload),
    wire_bytes_per_client_s: Math.round(mean(everybody.map((counts) => counts.wire_bytes)) / elapsed_s),
    bytes_per_update: rounded(bytesPerUpdate, 2),
    updates_per_client_s: rounded(payload / bytesPerUpdate, 1),
    visible_mean: rounded((mean(decoders.flatMap((counts) => counts.visible)) * payload) / decoded, 2),
    mean_age_ms: rounded(mean(everybody.map((counts) => mean(counts.ages_ms))), 1),
    join_p99_ms: rounded(percentile(joins_ms, 0.99), 1),
  };
}

const usage = "load.ts --address HOST:PORT --pid PID --clients N --seconds S [--fields 16bit|float]";
const options = readOptions(usage, { address: null, pid: null, clients: null, seconds: null, fields: "16bit" });
const [pid, clients, seconds] = [Number(options.pid), Number(options.clients), Number(options.seconds)];
const { shoppers, joins_ms } = await joinAll(options.address, clients);
const asker = shoppers.find((shopper) => shopper.decodes);
if (asker === undefined) throw new Error("nobody is there to ask");
const { zero_ms } = await asker.room.request<Window, Window>("window");
const halt = wander(shoppers, zero_ms);
say(`${clients} joined, warming up for ${warmUp_ms / 1000} s, then measuring for ${seconds} s`);
await sleep(warmUp_ms);
const measured = await measure(shoppers, asker, seconds, pid);
halt();
process.stdout.write(`${JSON.stringify({ peer: "colyseus", fields: options.fields, clients, seconds, ...report(measured, joins_ms, pid) })}\n`);
process.exit(0);
