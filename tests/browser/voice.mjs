// Two people in two real browsers talk to each other: the browser's own fake microphone beeps, and what the other's decoder
// gives must not be silent. Nothing is sent or heard before both have switched voice on.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, probe, probeUntil } from "./support/browser.mjs";
import { close, openCard } from "./talk.mjs";
import { comeIn } from "./walk.mjs";

const FAKE_MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
const TALK_MS = 4_000;
/** What is on its way when the key is let go, and waits in the listener's buffer. */
const TRAILS_MS = 1_000;
const QUIET_MS = 2_000;
/** Of 50 frames a second: pictures drawn in software take the page's time. */
const FRAMES_MIN = 60;
/** A mean square; the beeps have some thousandths, silence has 0. */
const ENERGY_MIN = 1e-5;
const VOICED = 138;

/** Counts what the server really sends of voices, whatever the page makes of it: messages `voiced` in the bundles (PROTOCOL.md). */
const countVoiced = (context) =>
  context.addInitScript((opcode) => {
    window.voicedCame = 0;
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
      constructor(...all) {
        super(...all);
        this.addEventListener("message", ({ data }) => {
          const bytes = new Uint8Array(data);
          for (let at = 0; at < bytes.length;) {
            const long = bytes[at] >= 0x80;
            const size = long ? (bytes[at] & 0x7f) | (bytes[at + 1] << 7) : bytes[at];
            at += long ? 2 : 1;
            if (bytes[at] === opcode) window.voicedCame += 1;
            at += size;
          }
        });
      }
    };
  }, VOICED);

async function talk(page, milliseconds) {
  await page.keyboard.down("v");
  await page.waitForTimeout(milliseconds);
  await page.keyboard.up("v");
  await page.waitForTimeout(TRAILS_MS);
}

const heardBy = async (window) => (await probe(window.page)).voice.heard;
const cameTo = (window) => window.page.evaluate(() => window.voicedCame);

export function talkToEachOther(house) {
  describe("two people who talk", () => {
    let browser;
    let anna;
    let ben;

    before(async () => {
      browser = await openBrowser(FAKE_MICROPHONE);
      anna = await comeIn(browser, house(), "Nora", { prepare: countVoiced });
      ben = await comeIn(browser, house(), "Emil", { prepare: countVoiced });
      await probeUntil(ben.page, "Emil sees Nora", (now) => now.others.some((person) => person.name === "Nora"));
      for (const { page } of [anna, ben]) await probeUntil(page, "voice can be had", (now) => now.voice.supported);
    }, { timeout: 300_000 });

    after(async () => {
      await browser?.close();
    });

    test("nothing is sent before somebody switches voice on, whoever holds the key", async () => {
      await anna.page.keyboard.down("v");
      await anna.page.getByText(/^Voice is off/).first().waitFor();
      await anna.page.waitForTimeout(QUIET_MS);
      await anna.page.keyboard.up("v");
      const { voice } = await probe(anna.page);
      assert.deepEqual([voice.hears, voice.microphone, voice.sent], [false, "closed", 0]);
    });

    test("nobody hears who did not ask for it", async () => {
      await anna.page.getByRole("button", { name: "Hear people near you" }).click();
      await anna.page.getByText(/^You hear people near you now/).first().waitFor();
      assert.equal((await probe(anna.page)).voice.microphone, "closed");
      await talk(anna.page, QUIET_MS);
      assert.ok((await probe(anna.page)).voice.sent > 0, "Nora spoke");
      assert.equal(await cameTo(ben), 0, "Ben was sent nothing");
    });

    test("who holds the key is heard by who asked, and seen to speak", async () => {
      await ben.page.getByRole("button", { name: "Hear people near you" }).click();
      const id = (await probe(ben.page)).others.find((person) => person.name === "Nora").id;
      await anna.page.keyboard.down("v");
      await probeUntil(anna.page, "Nora talks", (now) => now.voice.talking);
      await probeUntil(ben.page, "Emil hears Nora", (now) => now.voice.speaking.includes(id));
      await anna.page.waitForTimeout(TALK_MS);
      await anna.page.keyboard.up("v");
      await anna.page.waitForTimeout(TRAILS_MS);
      const { voice } = await probe(ben.page);
      assert.ok(voice.heard >= FRAMES_MIN, `Ben heard ${voice.heard} frames`);
      assert.ok(voice.energy > ENERGY_MIN, `the loudest had an energy of ${voice.energy}`);
      assert.ok((await cameTo(ben)) >= voice.heard, "the count of what comes is right");
      assert.equal(await cameTo(anna), 0, "nobody hears themselves");
    });

    test("who lets the key go is silent", async () => {
      const sent = (await probe(anna.page)).voice.sent;
      const heard = await heardBy(ben);
      await anna.page.waitForTimeout(QUIET_MS);
      assert.equal((await probe(anna.page)).voice.sent, sent);
      assert.equal(await heardBy(ben), heard);
    });

    test("who is muted is not heard, and heard again afterwards", async () => {
      const card = await openCard(ben.page, "Nora");
      await card.getByRole("button", { name: /^Mute/ }).click();
      await card.getByText("You no longer hear Nora.").waitFor();
      await ben.page.waitForTimeout(TRAILS_MS);
      const came = await cameTo(ben);
      const sent = (await probe(anna.page)).voice.sent;
      await talk(anna.page, QUIET_MS);
      assert.ok((await probe(anna.page)).voice.sent > sent, "Nora spoke");
      assert.equal(await cameTo(ben), came, "Ben was sent nothing");
      const heard = await heardBy(ben);
      await card.getByRole("button", { name: "Undo" }).click();
      await card.getByRole("button", { name: /^Mute/ }).waitFor();
      await close(ben.page);
      await talk(anna.page, QUIET_MS);
      assert.ok((await heardBy(ben)) > heard, "Emil hears Nora again");
    });

    test("who switches voice off hears nobody, and the microphone is closed", async () => {
      await ben.page.getByRole("button", { name: "Switch voice off" }).click();
      await ben.page.waitForTimeout(TRAILS_MS);
      const came = await cameTo(ben);
      const sent = (await probe(anna.page)).voice.sent;
      await talk(anna.page, QUIET_MS);
      assert.ok((await probe(anna.page)).voice.sent > sent, "Nora spoke");
      assert.equal(await cameTo(ben), came, "Ben was sent nothing");
      await anna.page.getByRole("button", { name: "Switch voice off" }).click();
      await probeUntil(anna.page, "the microphone is closed", (now) => now.voice.microphone === "closed" && !now.voice.hears);
    });

    test("nothing went wrong in either window", async () => {
      assert.deepEqual(anna.errors, []);
      assert.deepEqual(ben.errors, []);
    });

    test("a microphone that is refused is told of in words, and others are heard all the same", async () => {
      const refuse = (context) =>
        context.addInitScript(() => {
          navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("refused by the test", "NotAllowedError"));
        });
      // Three windows at once are more than a small machine bears.
      await Promise.all([anna.context.close(), ben.context.close()]);
      const carl = await comeIn(browser, house(), "Carl", { prepare: refuse });
      await carl.page.getByRole("button", { name: "Hear people near you" }).click();
      await carl.page.keyboard.press("v");
      await carl.page.getByText(/keeps the microphone closed/).first().waitFor();
      const { voice } = await probe(carl.page);
      assert.deepEqual([voice.hears, voice.microphone, voice.sent], [true, "denied", 0]);
      await carl.context.close();
    });
  });
}
