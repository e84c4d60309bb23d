// Starts the whole house with the very command that people use (tools/run), on ports and in a data folder of its own, and
// ends it by its id. Output goes to build/log/browser-<name>.log.
import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
const READY_MS_MAX = 600_000;
const STOP_MS_MAX = 30_000;
/** tools/run takes this many ports in a row. */
const PORTS = 6;

/** The first of `PORTS` free ports in a row. */
async function freePorts() {
  const isFree = (port) =>
    new Promise((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
  for (let port = 19000 + (process.pid % 200) * 10; port < 22000; port += 10) {
    const free = await Promise.all(Array.from({ length: PORTS }, (_, i) => isFree(port + i)));
    if (free.every(Boolean)) return port;
  }
  throw new Error("no free ports between 19000 and 22000");
}

/** The ids of processes, as pgrep finds them. */
function find(...query) {
  const { stdout } = spawnSync("pgrep", query, { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line !== "").map(Number);
}

/** Kills the one process that pgrep finds for the pattern. */
function killOne(pattern) {
  const pids = find("-f", pattern);
  if (pids.length !== 1) throw new Error(`${pids.length} processes are "${pattern}", not one`);
  signal(pids, "SIGKILL");
}

/** Signals processes that may have ended already. */
function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }
}

/**
 * Starts a house; `killServer`, `killNode` and `killEverything` are SIGKILL, `halt` is polite.
 * @returns {Promise<{url: string, chain: string, customerChain: string, mail: string, data: string, serverLog: () => string,
 *   killServer: () => Promise<void>, killNode: () => void, killEverything: () => Promise<void>, launch: () => Promise<void>,
 *   halt: () => Promise<void>, restart: () => Promise<{stopped_ms: number, ready_ms: number}>, stop: () => Promise<void>}>}
 */
export async function startHouse(name) {
  const port = await freePorts();
  const data = mkdtempSync(join(tmpdir(), `galleria-${name}-`));
  mkdirSync(join(root, "build/log"), { recursive: true });
  const log = createWriteStream(join(root, `build/log/browser-${name}.log`));
  let child = null;

  const launch = () =>
    new Promise((resolve, reject) => {
      child = spawn(join(root, "tools/run"), ["--port", String(port), "--data", data], { stdio: ["ignore", "pipe", "pipe"] });
      let said = "";
      const timer = setTimeout(() => reject(new Error(`tools/run was not ready in time; it said:\n${said}`)), READY_MS_MAX);
      const hear = (chunk) => {
        log.write(chunk);
        said += chunk;
        if (/^ready http/m.test(said)) {
          clearTimeout(timer);
          resolve();
        }
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`tools/run ended with ${code}; it said:\n${said}`));
      });
    });
  const hasEnded = () => child === null || child.exitCode !== null || child.signalCode !== null;
  const gone = () => new Promise((resolve) => (hasEnded() ? resolve() : child.once("exit", resolve)));
  const halt = () =>
    new Promise((resolve) => {
      if (hasEnded()) return resolve();
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill("SIGTERM");
    });

  await launch();
  return {
    url: `http://127.0.0.1:${port}`,
    chain: `http://127.0.0.1:${port + 1}`,
    customerChain: `http://127.0.0.1:${port + 2}`,
    mail: `http://127.0.0.1:${port + 5}`,
    data,
    serverLog: () => readFileSync(join(data, "log/server.out"), "utf8"),
    /** tools/run then ends the rest by itself. Comes back when everything is gone. */
    async killServer() {
      killOne(`galleria-server --port ${port} `);
      await gone();
    },
    /** The EVM node of the shop's chain; its keeper starts it again. */
    killNode: () => killOne(`anvil --host 127.0.0.1 --port ${port + 1} `),
    /** As when the power goes: nobody has time to end anybody else. */
    async killEverything() {
      signal([child.pid], "SIGSTOP");
      signal(find("-P", String(child.pid)), "SIGKILL");
      signal([child.pid], "SIGKILL");
      await gone();
    },
    launch,
    halt,
    async restart() {
      const stopping = Date.now();
      await halt();
      const starting = Date.now();
      await launch();
      return { stopped_ms: starting - stopping, ready_ms: Date.now() - starting };
    },
    async stop() {
      await halt();
      log.end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
