// A hall with room for a few shoppers only: the server alone, without chains, payments and goods, on a port and in a data
// folder of its own. For what happens when a mall is full.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./house.mjs";

const READY_MS_MAX = 30_000;

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** @returns {Promise<{url: string, stop: () => Promise<void>}>} */
export async function startSmallHall(clientsMax) {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "galleria-small-hall-"));
  const options = ["--port", String(port), "--data", data, "--web", join(root, "build/web"), "--content", join(root, "build/content"), "--clients-max", String(clientsMax)];
  const child = spawn(join(root, "build/release/bin/galleria-server"), options, { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  for (const end = Date.now() + READY_MS_MAX; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.ok === true) return { url, stop };
    if (Date.now() > end || child.exitCode !== null) {
      await stop();
      throw new Error(`a small hall was not ready at ${url}`);
    }
  }
}
