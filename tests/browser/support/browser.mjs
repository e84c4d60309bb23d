// Real Chromium without a screen, drawing in software. Small windows keep a picture affordable on two cores.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root } from "./house.mjs";

const CHROMIUM = "/usr/bin/chromium";
export const SMALL = { width: 640, height: 360 };
export const DESKTOP = { width: 1280, height: 720 };
export const PHONE = { width: 390, height: 844 };
/** The number of a product, from the API. */
export const productId = (page, slug) =>
  page.evaluate(async (wanted) => (await (await fetch("/api/mall")).json()).products.find((product) => product.slug === wanted).id, slug);

/** The slot of jackets in an outfit. */
export const OUTER = 2;

export async function openBrowser(more = []) {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing; tools/test installs it`);
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
      "--disable-background-timer-throttling", ...more,
    ],
  });
}

/** Runs in the page before anything else: triangles are not filled. Everything else is as in a painted window. */
function fillNothing() {
  for (const name of Object.getOwnPropertyNames(WebGL2RenderingContext.prototype)) {
    if (name.startsWith("draw") && name !== "drawBuffers" && !name.startsWith("drawingBuffer")) WebGL2RenderingContext.prototype[name] = () => {};
  }
}

/**
 * A window of its own (own cookies, own storage) whose errors fail the test that reads `errors`. Drawn in software, a picture of
 * the mall takes a good part of a second on both cores, and the first ones half a minute: unless it is `painted`, everything
 * happens in it and its triangles are not filled, for tests that look at where things are and not at pictures.
 */
export async function openWindow(browser, size = SMALL, { painted = false, ...options } = {}) {
  const context = await browser.newContext({ viewport: size, locale: "en-GB", reducedMotion: "reduce", ...options });
  if (!painted) await context.addInitScript(fillNothing);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { context, page, errors };
}

export async function picture(page, name, timeout_ms = 30_000) {
  const folder = join(root, "build/pictures");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), timeout: timeout_ms });
}

/** Reads `window.galleria` (client-proto/web/src/app/probe.ts). */
export const probe = (page) => page.evaluate(() => ({ ...window.galleria }));

/** Waits until `accepts(probe)` holds, and answers that probe. */
export async function probeUntil(page, what, accepts, timeout_ms = 60_000) {
  const end = Date.now() + timeout_ms;
  for (;;) {
    const now = await probe(page).catch(() => null);
    if (now !== null && accepts(now)) return now;
    if (Date.now() > end) throw new Error(`waited ${timeout_ms} ms for: ${what}; the page says ${JSON.stringify(now)}`);
    await page.waitForTimeout(50);
  }
}
