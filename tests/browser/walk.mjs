// Two people in two real browsers, in one mall: they see each other walk, walls stop them, and what one tries on the other
// sees.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openBrowser, openWindow, OUTER, picture, probe, probeUntil, productId, SMALL } from "./support/browser.mjs";

const JOIN_MS_MAX = 120_000;
const WALK_MS = 2_000;
const STRETCHES_MAX = 12;
/** Whoever presses against a wall may still slide a little. */
const STANDS_M = 0.3;
const TRY_ON_SEEN_MS_MAX = 1_000;
const LED_MS_MAX = 120_000;
/** The shutter of Maison Lune hangs in the west wall; the boutique lies beyond it. */
const SHUTTER_X = -5.74;
/** Whoever presses against it stands so near at least. */
const AT_SHUTTER_M = 1;

/** `prepare` may change the window before anything is in it; `painted` as for openWindow. */
export async function comeIn(browser, house, name, { prepare = () => undefined, painted = false } = {}) {
  const window = await openWindow(browser, SMALL, { painted });
  await prepare(window.context);
  await window.page.goto(`${house.url}/?quality=low`);
  window.page.setDefaultTimeout(JOIN_MS_MAX);
  await window.page.getByLabel("Your name").fill(name);
  await window.page.getByRole("button", { name: "Walk in" }).click();
  await probeUntil(window.page, `${name} has joined`, (now) => now.joined && now.position !== null, JOIN_MS_MAX);
  return window;
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[2] - b[2]);

async function walk(page, key, milliseconds) {
  await page.keyboard.down(key);
  await page.waitForTimeout(milliseconds);
  await page.keyboard.up(key);
  await page.waitForTimeout(500);
}

/** As the operator. Maison Lune is the first boutique of the mall. */
export async function setLuneClosed({ url, data }, closed) {
  const key = readFileSync(join(data, "operator.key"), "utf8").trim();
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const answer = await fetch(`${url}/api/boutiques/maison-lune/doors`, { method: "POST", headers, body: JSON.stringify({ closed }) });
  assert.equal(answer.status, 200);
}

async function toDoor(page, name) {
  await page.getByRole("button", { name: "Directory" }).click();
  await page.getByRole("button", { name: `Take me to ${name}`, exact: true }).first().click();
}

export function walkTogether(house) {
  describe("two people in one mall", () => {
    let browser;
    let anna;
    let ben;

    before(async () => {
      browser = await openBrowser();
      anna = await comeIn(browser, house(), "Anna", { painted: true });
      ben = await comeIn(browser, house(), "Ben");
    }, { timeout: 300_000 });

    after(async () => {
      await browser?.close();
    });

    test("two people see each other, and assistants make the mall alive", async () => {
      await probeUntil(anna.page, "Anna sees Ben", (now) => now.others.some((person) => person.name === "Ben"));
      await probeUntil(ben.page, "Ben sees Anna", (now) => now.others.some((person) => person.name === "Anna"));
      assert.ok((await probe(anna.page)).others.some((person) => person.staff), "an assistant is in view");
    });

    test("what one walks the other sees, to the same place", async () => {
      const before = (await probe(anna.page)).position;
      await walk(anna.page, "ArrowUp", WALK_MS);
      const now = (await probe(anna.page)).position;
      assert.ok(distance(before, now) > 1, `Anna walked ${distance(before, now)} m`);
      await probeUntil(ben.page, "Ben sees Anna where she stands", (seen) => {
        const figure = seen.others.find((person) => person.name === "Anna");
        return figure !== undefined && distance(figure.position, now) < 0.1;
      });
    });

    test("nobody walks through walls", async () => {
      // Pictures may come slowly, and so may steps; whoever is not stopped is outside long before the last stretch.
      const start = (await probe(ben.page)).position;
      let [before, after] = [null, start];
      for (let stretch = 0; stretch < STRETCHES_MAX && (before === null || distance(before, after) >= STANDS_M); stretch += 1) {
        before = after;
        await walk(ben.page, "ArrowLeft", WALK_MS);
        after = (await probe(ben.page)).position;
      }
      assert.ok(distance(start, after) > 1, `Ben walked only ${distance(start, after)} m`);
      assert.ok(distance(before, after) < STANDS_M, `the wall let Ben go on for ${distance(before, after)} m`);
      assert.ok(Math.abs(after[0]) < 13, "Ben is still in the mall");
    });

    test("a jacket tried on is seen by others within a second", async () => {
      await anna.page.getByRole("button", { name: "Directory" }).click();
      await anna.page.getByRole("button", { name: /^Take me to .*jacket/i }).first().click();
      await anna.page.getByText(/^Here we are/).first().waitFor({ timeout: LED_MS_MAX });
      const jacket = await productId(anna.page, "jacket");
      await probeUntil(anna.page, "the jacket is offered, whatever else stands there", (now) => now.near === jacket);
      await anna.page.keyboard.press("e");
      await probeUntil(anna.page, "the piece is open", (now) => now.panel === "piece");
      await picture(anna.page, "product-open-small");
      // The moment of the click itself: before it, the driver waits for a picture or two, which software draws slowly.
      await anna.page.evaluate(() => addEventListener("click", () => (window.clickedAt = Date.now()), { capture: true, once: true }));
      await anna.page.getByRole("button", { name: "Try on" }).click();
      const clicked = await anna.page.evaluate(() => window.clickedAt);
      await probeUntil(anna.page, "Anna wears it", (now) => now.outfit[OUTER] !== 0, 5_000);
      await probeUntil(ben.page, "Ben sees it on Anna", (now) => now.others.some((person) => person.name === "Anna" && person.outfit[OUTER] !== 0), 5_000);
      const seen = Date.now() - clicked;
      assert.ok(seen < TRY_ON_SEEN_MS_MAX, `it took ${seen} ms`);
    });

    test("what one came in has nothing to take off, and is not tried on", { timeout: JOIN_MS_MAX }, async () => {
      await ben.page.getByRole("button", { name: "Directory" }).click();
      await ben.page.getByRole("button", { name: "Look at Canvas sneakers" }).first().click();
      assert.ok(await ben.page.getByRole("button", { name: "You have it on" }).isDisabled());
      assert.equal(await ben.page.getByRole("button", { name: /^(Try on|Take off)$/ }).count(), 0);
    });

    test("a boutique that closes lets out and not in, and its shutter is down until it opens", { timeout: 4 * LED_MS_MAX }, async () => {
      await toDoor(ben.page, "Maison Lune");
      await probeUntil(ben.page, "Ben stands before the door", (now) => Math.hypot(now.position[0] - SHUTTER_X, now.position[2] - 29.5) < 1.6, LED_MS_MAX);
      await walk(ben.page, "ArrowDown", 700);
      assert.notEqual((await probe(anna.page)).outfit[OUTER], 0, "Anna wears the jacket");
      await setLuneClosed(house(), true);
      for (const { page } of [anna, ben]) await probeUntil(page, "the shutter is down", (now) => now.shutters[0] === 1 && now.shutters[1] === 0);
      await probeUntil(anna.page, "Anna's jacket is back on its rail", (now) => now.outfit[OUTER] === 0, 5_000);
      await walk(ben.page, "ArrowUp", 2 * WALK_MS);
      const held = (await probe(ben.page)).position;
      assert.ok(held[0] > SHUTTER_X && held[0] < SHUTTER_X + AT_SHUTTER_M, `Ben is not held by the shutter but at ${held}`);
      await ben.page.getByRole("button", { name: "Directory" }).click();
      await ben.page.getByText(/^Closed right now/).first().waitFor();
      await ben.page.keyboard.press("Escape");
      await picture(ben.page, "shutter-small");

      assert.ok((await probe(anna.page)).position[0] < SHUTTER_X, "Anna is still inside");
      await toDoor(anna.page, "Oak & Linen");
      await probeUntil(anna.page, "Anna is out", (now) => now.position[0] > SHUTTER_X + 1, LED_MS_MAX);

      await setLuneClosed(house(), false);
      await probeUntil(ben.page, "the shutter is up", (now) => now.shutters[0] === 0);
      await ben.page.getByRole("button", { name: "Directory" }).click();
      await ben.page.getByRole("button", { name: /^Take me to .*jacket/i }).first().click();
      await probeUntil(ben.page, "Ben is inside", (now) => now.position[0] < SHUTTER_X, LED_MS_MAX);
    });

    test("nothing went wrong in either window", async () => {
      assert.deepEqual(anna.errors, []);
      assert.deepEqual(ben.errors, []);
    });
  });
}
