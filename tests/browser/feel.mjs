// A visitor behind a line that stalls for 300 ms every five seconds, in a real browser: own steps are seen at once, nothing is
// taken back, others walk without a jump, and the visit goes on.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startStalling } from "../../tools/feel/stall.mjs";
import { openBrowser, openWindow, probe, probeUntil } from "./support/browser.mjs";

const JOIN_MS_MAX = 120_000;
const SMALLEST = { width: 240, height: 160 };
const WATCH_MS = 25_000;
/** Without a snapshot for so long, the line stalls: they come every 50 ms, and pictures are slow here. */
const STALLED_MS = 130;
const STALLS_MIN = 2;
/** The picture that sees the key, and the next; the watcher may be called before the page in a frame, or after it. */
const FRAMES_MAX = 2;
const CORRECTED_M_MAX = 0.01;
const RUN_MPS = 4.2;
const FAST = 1.5;
const SPARE_MS = 20;

/**
 * Runs in the page: writes down every frame for `watch_ms`, and presses and lets go the walking keys, up and down in turn,
 * whenever the line has just stalled. The first frame of a stall in which a key is pressed counts 0.
 */
function watch({ watch_ms, stalled_ms }) {
  return new Promise((resolve) => {
    const began = performance.now();
    const frames = [];
    const presses = [];
    let [snapshots, heard] = [-1, began];
    let held = null;
    const key = (type, code) => window.dispatchEvent(new KeyboardEvent(type, { code, bubbles: true, cancelable: true }));
    const frame = () => {
      const now = performance.now();
      const { statistics, position, others, status } = window.galleria;
      if (statistics.snapshots !== snapshots) [snapshots, heard] = [statistics.snapshots, now];
      const stalled = now - heard > stalled_ms;
      const seen = others.map((person) => [person.id, ...person.position]);
      frames.push({ now, position: [...position], seen, stalled, status });
      const last = presses.at(-1);
      if (held === null && stalled && (last === undefined || now - last.at > 2_500)) {
        held = presses.length % 2 === 0 ? "ArrowUp" : "ArrowDown";
        presses.push({ at: now, frame: frames.length - 1 });
        key("keydown", held);
      } else if (held !== null && now - last.at > 1_000) {
        key("keyup", held);
        held = null;
      }
      if (now - began < watch_ms) requestAnimationFrame(frame);
      else {
        if (held !== null) key("keyup", held);
        resolve({ frames, presses });
      }
    };
    requestAnimationFrame(frame);
  });
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[2] - b[2]);

export function feelTheStalls(house) {
  describe("a visitor behind a line that stalls", () => {
    let browser;
    let proxy;
    let stella;
    let watched;

    before(async () => {
      proxy = await startStalling({ to: { host: "127.0.0.1", port: Number(new URL(house().url).port) } });
      browser = await openBrowser();
      // Unpainted: drawn in software, a picture takes longer than a stall lasts.
      stella = await openWindow(browser, SMALLEST);
      const { page } = stella;
      page.setDefaultTimeout(JOIN_MS_MAX);
      await page.goto(`http://127.0.0.1:${proxy.port}/?quality=low`);
      await page.getByLabel("Your name").fill("Stella");
      await page.getByRole("button", { name: "Walk in" }).click();
      await probeUntil(page, "Stella is in, among assistants", (now) => now.joined && now.position !== null && now.others.length > 0, JOIN_MS_MAX);
      watched = await page.evaluate(watch, { watch_ms: WATCH_MS, stalled_ms: STALLED_MS });
    }, { timeout: 300_000 });

    after(async () => {
      await browser?.close();
      await proxy?.close();
    });

    test("the line did stall, and the visit went on", () => {
      assert.ok(watched.presses.length >= STALLS_MIN, `${watched.presses.length} stalls in ${watched.frames.length} pictures`);
      assert.ok(watched.frames.every((frame) => frame.status === "joined"));
    });

    test("an own step is seen in the next picture, while nothing arrives", () => {
      for (const { frame } of watched.presses) {
        const from = watched.frames[frame].position;
        const moved = watched.frames.slice(frame + 1).findIndex((later) => distance(later.position, from) > 0.001);
        assert.ok(moved >= 0 && moved < FRAMES_MAX, `it took ${moved + 1} pictures`);
        assert.ok(watched.frames[frame + 1].stalled || watched.frames[frame].stalled);
      }
      const walked = watched.frames.map((frame) => distance(frame.position, watched.frames[0].position));
      assert.ok(Math.max(...walked) > 1, `she walked ${Math.max(...walked)} m`);
    });

    test("nothing of her own way is taken back", async () => {
      const { statistics } = await probe(stella.page);
      assert.ok(statistics.correctionMax_m <= CORRECTED_M_MAX, `corrected by ${statistics.correctionMax_m} m`);
    });

    test("the assistants walk without a jump", () => {
      let [walked, fastest] = [0, 0];
      for (let i = 2; i < watched.frames.length; i += 1) {
        const [earlier, last, frame] = watched.frames.slice(i - 2, i + 1);
        // What the watcher sees was drawn in this frame or in the one before, whichever of the two is called first.
        const passed_ms = Math.max(frame.now - last.now, last.now - earlier.now) + SPARE_MS;
        const before = new Map(last.seen.map(([id, ...position]) => [id, position]));
        for (const [id, ...position] of frame.seen) {
          if (!before.has(id)) continue;
          const moved = distance(position, before.get(id));
          walked += moved;
          fastest = Math.max(fastest, moved / (passed_ms / 1_000));
        }
      }
      assert.ok(walked > 5, `they were seen to walk ${walked} m only`);
      assert.ok(fastest <= RUN_MPS * FAST, `one was drawn at ${fastest} m/s`);
    });

    test("nothing went wrong in her window", () => {
      assert.deepEqual(stella.errors, []);
    });
  });
}
