// A TCP proxy whose line stalls: every so often nothing moves for a while, in either direction, and then all that waited
// comes in a heap. Nothing is lost and nothing overtakes. Each connection stalls at times of its own, the same for the same
// seed and order of connections.
//
//   node tools/feel/stall.mjs --to HOST:PORT [--listen PORT] [--stall-ms 300] [--every-ms 5000] [--delay-ms 25] [--seed 1]
//
// Prints "ready http://127.0.0.1:PORT"; ends by SIGTERM or SIGINT.
import { connect, createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

/** What one direction of one connection may hold; beyond it the sender is not read from. */
const HELD_BYTES_MAX = 256 * 1024;

/** The n-th number of a seed, from 0 to 1 (SplitMix32). */
function fraction(seed, n) {
  let z = (Math.imul(seed, 0x9e3779b1) + Math.imul(n + 1, 0x85ebca6b)) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
}

/** When something may leave that is due at `due_ms` since the connection began. */
export function leaves(due_ms, { stall_ms, every_ms, phase_ms }) {
  if (stall_ms === 0) return due_ms;
  const into_ms = (due_ms + phase_ms) % every_ms;
  return into_ms < stall_ms ? due_ms + stall_ms - into_ms : due_ms;
}

/** Carries bytes one way, late. */
function carry(from, to, manners, began_ms) {
  const held = [];
  let held_bytes = 0;
  let timer = null;
  let last_ms = 0;
  const now = () => performance.now() - began_ms;
  const flush = () => {
    timer = null;
    while (held.length > 0 && held[0].at_ms <= now()) {
      const { bytes } = held.shift();
      if (bytes === null) to.end();
      else {
        held_bytes -= bytes.length;
        to.write(bytes);
      }
    }
    if (held_bytes < HELD_BYTES_MAX) from.resume();
    if (held.length > 0) timer = setTimeout(flush, Math.max(1, held[0].at_ms - now()));
  };
  const put = (bytes) => {
    last_ms = Math.max(last_ms, leaves(now() + manners.delay_ms, manners));
    held.push({ at_ms: last_ms, bytes });
    held_bytes += bytes?.length ?? 0;
    if (held_bytes >= HELD_BYTES_MAX) from.pause();
    timer ??= setTimeout(flush, Math.max(1, last_ms - now()));
  };
  from.on("data", put);
  from.on("end", () => put(null));
  return () => clearTimeout(timer);
}

/**
 * Starts a proxy to `to` ({ host, port }).
 * @returns {Promise<{port: number, close: () => Promise<void>}>}
 */
export function startStalling({ to, listen = 0, stall_ms = 300, every_ms = 5_000, delay_ms = 25, seed = 1 }) {
  const sockets = new Set();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const manners = { stall_ms, every_ms, delay_ms, phase_ms: fraction(seed, connections) * every_ms };
    connections += 1;
    const far = connect({ ...to, allowHalfOpen: true, noDelay: true });
    const began_ms = performance.now();
    const stops = [carry(near, far, manners, began_ms), carry(far, near, manners, began_ms)];
    const end = () => {
      for (const stop of stops) stop();
      for (const socket of [near, far]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", end);
    }
  });
  const close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen, "127.0.0.1", () => resolve({ port: server.address().port, close }));
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      to: { type: "string" }, listen: { type: "string", default: "0" }, "stall-ms": { type: "string", default: "300" },
      "every-ms": { type: "string", default: "5000" }, "delay-ms": { type: "string", default: "25" }, seed: { type: "string", default: "1" },
    },
  });
  const number = (name) => {
    if (!/^\d{1,9}$/.test(values[name])) throw new Error(`--${name} wants a whole number`);
    return Number(values[name]);
  };
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(values.to ?? "") ?? [];
  if (port === undefined) throw new Error("--to wants HOST:PORT");
  if (number("stall-ms") >= number("every-ms")) throw new Error("--stall-ms must be less than --every-ms");
  const proxy = await startStalling({
    to: { host, port: Number(port) }, listen: number("listen"), stall_ms: number("stall-ms"), every_ms: number("every-ms"),
    delay_ms: number("delay-ms"), seed: number("seed"),
  });
  console.log(`ready http://127.0.0.1:${proxy.port}`);
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void proxy.close());
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(`stall: ${error.message}`);
    process.exitCode = 2;
  });
}
