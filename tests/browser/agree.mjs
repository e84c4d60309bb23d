// Agreeing and taking it back, in a real browser: what was noted reaches the customer chain without a word about the
// person, the other boutique suggests what goes with it, and "Stop sharing" and "Erase" do what they say. The chain is read
// by an independent library, the vault's file beside the server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { keccak256, recoverAddress, stringToHex } from "viem";
import { openBrowser, openWindow, picture } from "./support/browser.mjs";
import { keyAddress, openCustomerChain, readVault, registryId, vaultFilesHave } from "./support/customer_chain.mjs";
import { chooseHowToPay, payByCard, visitList } from "./support/shopping.mjs";

const PIECE = { name: "Canvas sneakers", slug: "sneakers", brand: "maison-lune" };
const OTHER = { brand: "oak-and-linen", name: "Oak & Linen" };
const SHOPPER = { name: "Ottilie Kranz", email: "ottilie@example.org" };
const STEP_MS_MAX = 300_000;
/** A batch is made every ten seconds here, and the chain makes a block a second. */
const CHAIN_MS_MAX = 90_000;

async function until(what, read, accepts) {
  const end = Date.now() + CHAIN_MS_MAX;
  for (;;) {
    const now = await read();
    if (accepts(now)) return now;
    if (Date.now() > end) assert.fail(`waited ${CHAIN_MS_MAX} ms for: ${what}; it is ${JSON.stringify(now, (_, value) => (typeof value === "bigint" ? String(value) : value))}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const close = (page) => page.getByRole("button", { name: "Close" }).click();

async function openForYou(page) {
  await page.getByRole("button", { name: "For you", exact: true }).click();
  await page.locator("[data-test=shelf] [data-test^=pick-]").first().waitFor();
}

async function openKnown(page) {
  await page.getByRole("button", { name: "My things" }).click();
  await page.getByRole("button", { name: "Who knows what" }).click();
  const agreement = page.locator(`[data-test=agreement-${PIECE.brand}]`);
  await agreement.waitFor();
  return agreement;
}

export function agreeAndTakeItBack(house) {
  describe("agreeing", () => {
    let browser;
    let window;
    let page;
    let chain;
    let id;
    let noted;

    before(async () => {
      browser = await openBrowser();
      chain = openCustomerChain(house());
      window = await openWindow(browser);
      await window.context.addInitScript((name) => localStorage.setItem("galleria.look", JSON.stringify({ name, shape: 0, tint: 0 })), SHOPPER.name);
    });
    after(() => browser?.close());

    test("nobody is asked whose browser says no, in a header or in the page", { timeout: STEP_MS_MAX }, async () => {
      for (const where of ["header", "page", "nowhere"]) {
        const other = await openWindow(browser, undefined, where === "header" ? { extraHTTPHeaders: { "Sec-GPC": "1" } } : {});
        if (where === "page") await other.context.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }));
        const visit = await visitList(other, house());
        await chooseHowToPay(visit, PIECE.name);
        await visit.getByLabel(/E-mail for/).waitFor();
        assert.equal(await visit.getByLabel(/^Note this purchase/).count(), where === "nowhere" ? 1 : 0, where);
        await other.context.close();
      }
    });

    test("a purchase that cannot be noted is not ordered either, and goes on without the tick", { timeout: STEP_MS_MAX }, async () => {
      const other = await openWindow(browser);
      const visit = await visitList(other, house());
      await other.context.route("**/api/consents/terms", (route) => route.abort());
      await chooseHowToPay(visit, PIECE.name);
      await visit.getByLabel(/^Note this purchase/).check();
      await visit.getByLabel(/E-mail for/).fill("undecided@example.org");
      await visit.getByRole("button", { name: /Go to payment/ }).click();
      await visit.getByText(/could not be noted, so nothing was ordered/).waitFor();
      assert.deepEqual(await visit.evaluate(async () => (await (await fetch("/api/things")).json()).orders), []);
      await visit.getByLabel(/^Note this purchase/).uncheck();
      await payByCard(visit, "undecided@example.org");
      await visit.locator("[data-test=certificate]").first().waitFor();
      await visit.getByText("stays between you and the shop").waitFor();
      await other.context.close();
    });

    test("the box is not ticked; ticked, the purchase is noted and the other boutique says what goes with it", { timeout: STEP_MS_MAX }, async () => {
      page = await visitList(window, house());
      await chooseHowToPay(page, PIECE.name);
      const box = page.getByLabel(/^Note this purchase/);
      assert.equal(await box.isChecked(), false);
      await box.check();
      await payByCard(page, SHOPPER.email);
      await page.getByText("The purchase is being noted").waitFor();
      await page.getByRole("button", { name: "See what goes with it" }).click();
      await page.getByText(`Because you have the ${PIECE.name}`).first().waitFor();
      await picture(page, "for-you-small");
      const picks = await page.locator("[data-test^=pick-]").evaluateAll((pieces) =>
        pieces.map((piece) => ({ shop: piece.querySelector(".shop").textContent, reason: piece.querySelector(".reason").textContent })));
      for (const { shop, reason } of picks) {
        assert.equal(shop, OTHER.name);
        assert.match(reason, new RegExp(`^Because you have the ${PIECE.name}: .+\\.$`));
      }
      await page.locator("[data-test^=pick-] .shelf-open").first().click();
      await page.getByRole("button", { name: /^Buy ·/ }).waitFor();
      await close(page);
    });

    test("who knows what is said in full", { timeout: STEP_MS_MAX }, async () => {
      const agreement = await openKnown(page);
      const text = await agreement.innerText();
      for (const said of ["Shared", "1 purchase", `May read it\n${OTHER.name}`, `by ${OTHER.name}`]) assert.ok(text.includes(said), `${said} in: ${text}`);
      await agreement.getByText("Details").click();
      id = (await agreement.locator("[data-test=agreement-id]").innerText()).trim();
      assert.match(id, /^0x[0-9a-f]{64}$/);
      await picture(page, "who-knows-what-small");
      await close(page);
    });

    test("the chain holds the consent under a key that only this browser can derive", { timeout: STEP_MS_MAX }, async () => {
      const consent = await until("the consent on the chain", () => chain.consentOf(id), (now) => BigInt(now.key) !== 0n);
      const root = await page.evaluate(() => localStorage.getItem("galleria.root"));
      assert.equal(consent.key, keyAddress(root, PIECE.brand, "recommend", id));
      assert.deepEqual([consent.brandId, consent.purposeId, consent.withdrawn, consent.erased], [registryId(PIECE.brand), registryId("recommend"), false, false]);
      assert.equal(Number(consent.notAfter) % 86_400, 0, "the end is a midnight");
      await until("the other boutique may read", () => chain.mayRead(id, OTHER.brand), (may) => may);
    });

    test("and nothing of the person or the piece", { timeout: STEP_MS_MAX }, async () => {
      noted = readVault(house(), id);
      assert.ok(noted.entries.length === 1 && noted.wraps.length > 0 && noted.salt !== null, "the vault keeps one purchase, locked");
      assert.ok(typeof noted.account === "string" && noted.account.length >= 16);
      const everything = await chain.everything();
      assert.ok(everything.includes(id.slice(2)), "what is there is found");
      const personal = [SHOPPER.name, SHOPPER.email, PIECE.name, `"${PIECE.slug}"`, noted.account];
      for (const text of personal.flatMap((one) => [one, one.toLowerCase(), one.toUpperCase()])) {
        assert.ok(!everything.includes(stringToHex(text).slice(2)), `${text} is on the chain`);
      }
      assert.ok(!everything.includes(noted.account.replace(/^0x/, "").toLowerCase()), "the account is on the chain as bytes");
    });

    test("stop sharing: the shelf forgets at once, and the chain hears of it", { timeout: STEP_MS_MAX }, async () => {
      const agreement = await openKnown(page);
      await agreement.getByRole("button", { name: "Stop sharing" }).click();
      await agreement.getByText("Stopped", { exact: true }).waitFor();
      await close(page);
      await openForYou(page);
      await page.getByText("A good place to start").waitFor();
      assert.equal(await page.getByText("Because you have").count(), 0);
      await close(page);
      assert.equal((await until("the withdrawal on the chain", () => chain.consentOf(id), (now) => now.withdrawn)).erased, false);
      assert.equal(await chain.mayRead(id, OTHER.brand), false);
    });

    test("erase: nothing is left in the vault, and the receipt is the boutique's", { timeout: STEP_MS_MAX }, async () => {
      // Whoever says no to every offer must still be able to end what was agreed before.
      await window.context.setExtraHTTPHeaders({ "Sec-GPC": "1" });
      assert.ok(vaultFilesHave(house(), noted.entries[0]), "before, the locked purchase is in the file");
      const agreement = await openKnown(page);
      await agreement.getByRole("button", { name: "Erase" }).click();
      await page.getByRole("button", { name: "Erase it now" }).click();
      await page.locator("[data-test=receipt]").waitFor();
      await picture(page, "receipt-small");
      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save the receipt" }).click();
      const receipt = JSON.parse(readFileSync(await (await saving).path(), "utf8"));

      assert.deepEqual(readVault(house(), id), { account: noted.account, salt: null, entries: [], wraps: [] });
      for (const gone of [noted.salt, ...noted.entries, ...noted.wraps]) assert.ok(!vaultFilesHave(house(), gone), "nothing destroyed is left in the files");
      assert.equal(receipt.consent, id);
      assert.ok(receipt.text.includes(id.slice(2)), "the receipt names the consent");
      assert.equal(receipt.hash, keccak256(stringToHex(receipt.text)));
      const signer = await recoverAddress({ hash: receipt.hash, signature: receipt.signature });
      assert.deepEqual([signer, receipt.signer.toLowerCase()], [await chain.brandKey(PIECE.brand), signer.toLowerCase()]);
      const consent = await until("the erasure on the chain", () => chain.consentOf(id), (now) => now.erased);
      assert.equal(consent.withdrawn, true);
      assert.deepEqual(await chain.receiptHashes(id), [receipt.hash]);
    });

    test("nothing went wrong in the window", () => assert.deepEqual(window.errors, []));
  });
}
