// Starts the whole house with the very command that people use (tools/run), on ports and in a data folder of its own, and
// ends it by its id. Output goes to build/log/browser-<name>.log.
import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
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

/** @returns {Promise<{url: string, chain: string, customerChain: string, mail: string, data: string, killServer: () => Promise<void>, launch: () => Promise<void>, restart: () => Promise<void>, stop: () => Promise<void>}>} */
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
  const halt = () =>
    new Promise((resolve) => {
      if (child === null || child.exitCode !== null) return resolve();
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
    /** SIGKILL to the server; tools/run then ends the rest by itself. Comes back when everything is gone. */
    async killServer() {
      const pid = execFileSync("pgrep", ["-f", `galleria-server --port ${port} `], { encoding: "utf8" }).trim().split("\n")[0];
      process.kill(Number(pid), "SIGKILL");
      await new Promise((resolve) => (child.exitCode !== null || child.signalCode !== null ? resolve() : child.once("exit", resolve)));
    },
    launch,
    async restart() {
      await halt();
      await launch();
    },
    async stop() {
      await halt();
      log.end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
