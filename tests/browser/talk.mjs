// Two people in two real browsers deal with each other: they talk, gesture, come along, come to each other, and keep each other out.
// Whatever one writes is text for the other.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openBrowser, openWindow, picture, probe, probeUntil } from "./support/browser.mjs";
import { mailedCode } from "./support/shopping.mjs";
import { startSmallHall } from "./support/small_hall.mjs";
import { comeIn } from "./walk.mjs";

const STEP_MS_MAX = 240_000;
/** Nobody may say more than one sentence just after coming in, and then one in this time. */
const PACE_MS = 1_700;
/** What was not heard by then is not heard at all. */
const SILENCE_MS = 3_000;
const HOSTILE = '<img src=x onerror="window.hacked=1"><b>bold</b> & "so" on';
const BESIDE_M = 3;
const CLICK_PX = 120;
const STAFF_EMAIL = "ada@example.org";

const distance = (a, b) => Math.hypot(a[0] - b[0], a[2] - b[2]);
const sees = (name) => (now) => now.others.some((person) => person.name === name);

async function say(page, text, lane = "near") {
  await page.waitForTimeout(PACE_MS);
  await page.locator("#world").focus();
  await page.keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: "What you want to say" });
  await field.fill(text);
  const laneButton = page.locator(".talk-lane");
  if ((await laneButton.innerText()).toLowerCase() !== lane) await laneButton.click();
  await field.press("Enter");
}

const line = (page, text) => page.locator("[data-test=line]", { hasText: text });

/** Opens the card of somebody by name, from the page about people. */
export async function openCard(page, name) {
  await page.locator("[data-test=company-open]").click();
  await page.locator(".company-person", { hasText: name }).click();
  const card = page.locator("[data-test=person-card]");
  await card.getByRole("heading", { name }).waitFor();
  return card;
}

export async function close(page) {
  for (let open = 0; open < 3 && (await page.locator(".panel, .person-card:not(.hidden)").count()) > 0; open += 1) await page.keyboard.press("Escape");
}

/** The guest of this window gets an account, and goes on walking. */
async function logIn(house, page, email) {
  const post = (path, body) =>
    page.evaluate(async ([to, what]) => {
      const answer = await fetch(to, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });
      if (!answer.ok) throw new Error(`${to}: ${answer.status} ${await answer.text()}`);
    }, [path, body]);
  await post("/api/login/email", { email });
  await post("/api/login/code", { email, code: await mailedCode(house, email) });
}

/** A call with the operator's key. */
async function asOperator(house, method, path, body) {
  const key = readFileSync(join(house.data, "operator.key"), "utf8").trim();
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key}`, "Idempotency-Key": randomUUID() };
  const answer = await fetch(house.url + path, { method, headers, body: body && JSON.stringify(body) });
  assert.equal(answer.status, 200, path);
  return answer.json();
}

/** What a screen reader is told; each sentence stands there for a moment. */
async function isTold(page, text) {
  await page.waitForFunction((wanted) => document.querySelector(".sr-only[role=status]")?.textContent.includes(wanted), text, { timeout: 30_000, polling: 50 });
}

export function talkTogether(house) {
  describe("two people who deal with each other", () => {
    let browser;
    let ada;
    let bea;

    before(async () => {
      browser = await openBrowser();
      ada = await comeIn(browser, house(), "Ada");
      bea = await comeIn(browser, house(), "Bea");
      await probeUntil(ada.page, "Ada sees Bea", sees("Bea"));
      await probeUntil(bea.page, "Bea sees Ada", sees("Ada"));
    }, { timeout: 300_000 });

    after(async () => {
      await browser?.close();
    });

    test("what one says the other reads, over the head and among the lines, and hostile text is text", { timeout: STEP_MS_MAX }, async () => {
      // Words over heads are short-lived, so they are looked for from before they are said.
      const overHead = bea.page.waitForFunction(() => document.querySelector("[data-test=bubble]")?.textContent, undefined, { polling: 50 });
      await say(ada.page, HOSTILE);
      await Promise.all([line(bea.page, HOSTILE).waitFor(), line(ada.page, HOSTILE).waitFor()]);
      assert.equal(await (await overHead).jsonValue(), HOSTILE);
      assert.equal(await bea.page.locator(".talk-lines :is(img, script), .bubbles :is(img, b)").count(), 0);
      assert.equal(await bea.page.evaluate(() => window.hacked), undefined);
      await picture(bea.page, "talk-small");
    });

    test("who talks too fast is told so, and keeps the words", { timeout: STEP_MS_MAX }, async () => {
      await bea.page.locator("#world").focus();
      let tries = 0;
      const field = bea.page.getByRole("textbox", { name: "What you want to say" });
      for (; tries < 8; tries += 1) {
        if (!(await field.isVisible())) await bea.page.keyboard.press("Enter");
        await field.fill(`Quick ${tries}`);
        await field.press("Enter");
        if (await bea.page.getByText("a little too fast").isVisible()) break;
        await bea.page.locator("#world").focus();
      }
      assert.ok(tries >= 1 && tries < 8, `refused after ${tries}`);
      assert.equal(await field.inputValue(), `Quick ${tries}`);
      await field.press("Escape");
      assert.equal(await field.isVisible(), false);
    });

    test("a gesture is seen, and a wave is meant for somebody", { timeout: STEP_MS_MAX }, async () => {
      await bea.page.locator("#world").focus();
      const told = isTold(ada.page, "Bea dances.");
      await bea.page.keyboard.press("q");
      await bea.page.locator("[data-test=gesture-dance]").click();
      await told;
      const card = await openCard(bea.page, "Ada");
      await card.getByRole("button", { name: /^Wave/ }).click();
      await line(ada.page, "Bea waves at you.").waitFor();
      await close(bea.page);
    });

    test("a click on somebody's figure opens the card", { timeout: STEP_MS_MAX }, async () => {
      const { others } = await probeUntil(bea.page, "somebody is in the picture", (now) => now.others.some((person) => person.screen !== null));
      const card = bea.page.locator("[data-test=person-card]");
      for (const { name, screen } of others.filter((person) => person.screen !== null)) {
        await bea.page.mouse.click(screen[0], screen[1]);
        if (!(await card.isVisible())) continue;
        // Whoever stands before or walks by may be met instead, but nobody who is elsewhere in the picture.
        const there = others.filter((person) => person.screen !== null && Math.hypot(person.screen[0] - screen[0], person.screen[1] - screen[1]) < CLICK_PX);
        const met = await card.getByRole("heading").innerText();
        assert.ok(there.some((person) => person.name === met), `a click on ${name} opened the card of ${met}`);
        return close(bea.page);
      }
      assert.fail("no click met anybody");
    });

    test("mute silences, and is undone right there", { timeout: STEP_MS_MAX }, async () => {
      const card = await openCard(ada.page, "Bea");
      await card.getByRole("button", { name: /^Mute/ }).click();
      await card.getByText("You no longer hear Bea.").waitFor();
      await say(bea.page, "Can you hear me?");
      await line(bea.page, "Can you hear me?").waitFor();
      await ada.page.waitForTimeout(SILENCE_MS);
      assert.equal(await line(ada.page, "Can you hear me?").count(), 0);
      await card.getByRole("button", { name: "Undo" }).click();
      await card.getByRole("button", { name: /^Mute/ }).waitFor();
      await close(ada.page);
      await say(bea.page, "And now?");
      await line(ada.page, "And now?").waitFor();
    });

    test("one invites, the other comes along, and the party hears what is for it alone", { timeout: STEP_MS_MAX }, async () => {
      const card = await openCard(ada.page, "Bea");
      await card.getByRole("button", { name: /^Invite to my party/ }).click();
      await card.getByText("Invited").waitFor();
      await close(ada.page);
      const invitation = bea.page.locator("[data-test=invitation]");
      await invitation.getByText("Ada asks you to come along.").waitFor();
      assert.match(await invitation.innerText(), /\b([1-5]?\d|60) s/);
      await picture(bea.page, "invitation-small");
      await invitation.getByRole("button", { name: "Come along" }).click();
      for (const page of [ada.page, bea.page]) await line(page, "You are in a party now.").waitFor();
      await say(bea.page, "Just for us", "party");
      await line(ada.page, "Just for us").waitFor();
      assert.ok((await line(ada.page, "Just for us").getAttribute("class")).includes("party"));
    });

    test("a member is brought to the other's side", { timeout: STEP_MS_MAX }, async () => {
      await bea.page.locator("#world").focus();
      const start = (await probe(bea.page)).position;
      for (let stretch = 0; stretch < 12 && distance(start, (await probe(bea.page)).position) < 6; stretch += 1) {
        await bea.page.keyboard.down("ArrowUp");
        await bea.page.waitForTimeout(2_000);
        await bea.page.keyboard.up("ArrowUp");
      }
      const goal = (await probe(bea.page)).position;
      await ada.page.locator("[data-test=company-open]").click();
      assert.ok(distance((await probe(ada.page)).position, goal) > BESIDE_M, "they are apart");
      await picture(ada.page, "company-small");
      await ada.page.getByRole("button", { name: "Come to Bea" }).click();
      await probeUntil(ada.page, "Ada stands beside Bea", (now) => distance(now.position, goal) < BESIDE_M);
      const alone = line(bea.page, "You are on your own again.").waitFor();
      await ada.page.getByRole("button", { name: "Leave the party" }).click();
      await ada.page.getByText(/^Nobody yet\./).waitFor();
      await alone;
      await close(ada.page);
    });

    test("block hides both from each other, and the list lifts it in the running world", { timeout: STEP_MS_MAX }, async () => {
      const card = await openCard(ada.page, "Bea");
      await card.getByRole("button", { name: /^Block/ }).click();
      await card.getByText("no longer see or hear each other").waitFor();
      await probeUntil(ada.page, "Ada sees Bea no more", (now) => !sees("Bea")(now));
      await probeUntil(bea.page, "Bea sees Ada no more", (now) => !sees("Ada")(now));
      await close(ada.page);
      await ada.page.locator("[data-test=company-open]").click();
      await ada.page.getByRole("button", { name: "People I don't hear" }).click();
      await ada.page.locator("[data-test=unheard] li", { hasText: "Bea" }).getByText(/^Blocked on/).waitFor();
      await picture(ada.page, "unheard-small");
      await ada.page.getByRole("button", { name: "Hear Bea again" }).click();
      await ada.page.getByText("Nobody. You hear everybody.").waitFor();
      await probeUntil(ada.page, "Ada sees Bea again", sees("Bea"));
      await probeUntil(bea.page, "Bea sees Ada again", sees("Ada"));
      await close(ada.page);
    });

    test("the personal bubble is remembered", { timeout: STEP_MS_MAX }, async () => {
      await ada.page.locator("[data-test=company-open]").click();
      const bubble = ada.page.locator("[data-test=bubble-switch]");
      assert.equal(await bubble.getAttribute("aria-checked"), "false");
      await bubble.click();
      await ada.page.locator("[data-test=bubble-switch][aria-checked=true]").waitFor();
      assert.equal(await ada.page.evaluate(() => localStorage.getItem("galleria.bubble")), "on");
      await close(ada.page);
    });

    test("who keeps order is marked for all, and asks somebody to leave after one more question", { timeout: STEP_MS_MAX }, async () => {
      const card = await openCard(ada.page, "Bea");
      assert.equal(await card.getByRole("button", { name: /^Ask to leave/ }).count(), 0, "nobody else has the button");
      await close(ada.page);
      await logIn(house(), ada.page, STAFF_EMAIL);
      await asOperator(house(), "POST", "/api/staff", { email: STAFF_EMAIL, staff: true });
      await probeUntil(bea.page, "Ada bears the mark", (now) => now.others.some((person) => person.name === "Ada" && person.keepsOrder));
      const adas = await openCard(bea.page, "Ada");
      await adas.getByText("House team").waitFor();
      assert.equal(await adas.getByRole("button", { name: /^(Block|Ask to leave)/ }).count(), 0);
      await picture(bea.page, "house-team-small");
      await close(bea.page);

      await openCard(ada.page, "Bea");
      await card.getByRole("button", { name: /^Keep out/ }).click();
      await card.getByRole("button", { name: "For a week" }).waitFor();
      await picture(ada.page, "keep-out-small");
      await card.getByRole("button", { name: "No, they may stay" }).click();
      await card.getByRole("button", { name: /^Ask to leave/ }).click();
      await card.getByText("Shall Bea leave the mall for ten minutes?").waitFor();
      await card.getByRole("button", { name: "Yes, ask to leave" }).click();
      await bea.page.getByText("You were asked to leave").waitFor();
      await probeUntil(ada.page, "Bea is gone", (now) => !sees("Bea")(now));
      const { bans } = await asOperator(house(), "GET", "/api/bans");
      assert.deepEqual(bans.map(({ kind, name }) => ({ kind, name })), [{ kind: "kick", name: "Bea" }]);
      // It keeps out all guests of this machine, and more of them are to come.
      await asOperator(house(), "POST", `/api/bans/${bans[0].account}/lift`);
    });

    test("nothing went wrong in either window", async () => {
      assert.deepEqual(ada.errors, []);
      assert.deepEqual(bea.errors, []);
    });

    test("who comes to a full mall reads how the line stands, and comes in by itself", { timeout: STEP_MS_MAX }, async () => {
      // Four windows at once are more than a small machine bears.
      await Promise.all([ada.context.close(), bea.context.close()]);
      const hall = await startSmallHall(1);
      try {
        const first = await comeIn(browser, hall, "Cleo");
        const second = await openWindow(browser);
        second.page.setDefaultTimeout(STEP_MS_MAX);
        await second.page.goto(`${hall.url}/?quality=low`);
        await second.page.getByLabel("Your name").fill("Dora");
        await second.page.getByRole("button", { name: "Walk in" }).click();
        const door = second.page.locator("[data-test=door]");
        await door.getByText("You are the next to come in.").waitFor();
        assert.equal(await door.locator(".door-place").innerText(), "1");
        await picture(second.page, "door-small");
        await first.context.close();
        await probeUntil(second.page, "Dora has come in", (now) => now.joined && now.position !== null, STEP_MS_MAX);
        assert.equal(await door.count(), 0);
        assert.deepEqual(second.errors, []);
        await second.context.close();
      } finally {
        await hall.stop();
      }
    });
  });
}
