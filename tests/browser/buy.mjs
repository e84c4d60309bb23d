// Buying in a real browser, by card and by wallet, and signing in; an independent library then reads the chain, and the
// twin's model is checked by the Khronos validator.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createPublicClient, erc721Abi, http } from "viem";
import { openBrowser, openWindow, picture } from "./support/browser.mjs";
import { root } from "./support/house.mjs";
import { chooseHowToPay, mailedCode, payByCard, visitList } from "./support/shopping.mjs";
import { fund, injectWallet } from "./support/wallet.mjs";

const validator = createRequire(import.meta.url)("gltf-validator");
const EMAIL = "ada@example.org";
const LATE_MS = 3_000;
/** What only the world needs. */
const WORLD = /\.wasm$|^\/content\//;

/** What the open certificate says, details unfolded. */
async function readCertificate(page) {
  const card = page.locator("[data-test=certificate]").first();
  await card.waitFor();
  await card.getByText("Details").click();
  const say = async (part) => (await card.locator(`[data-test=certificate-${part}]`).innerText()).trim();
  return { owner: await say("owner"), contract: await say("contract"), token: await say("token"), transaction: await say("transaction") };
}

/** Owner and metadata as anybody can read them, and the model behind `animation_url`. */
async function readChain(house, certificate) {
  const chain = createPublicClient({ transport: http(house.chain) });
  const token = { address: certificate.contract, abi: erc721Abi, args: [BigInt(`0x${certificate.token.replace(/^0x/, "")}`)] };
  const owner = await chain.readContract({ ...token, functionName: "ownerOf" });
  const address = await chain.readContract({ ...token, functionName: "tokenURI" });
  const metadata = await (await fetch(address)).json();
  const model = new Uint8Array(await (await fetch(metadata.animation_url)).arrayBuffer());
  const picture_ = await fetch(metadata.image);
  return { owner, metadata, report: await validator.validateBytes(model), pictureType: picture_.headers.get("content-type") };
}

export function buyThings(house) {
  describe("buying", () => {
    let browser;
    let deployment;

    before(async () => {
      browser = await openBrowser();
      deployment = JSON.parse(readFileSync(join(house().data, "chain/shop.json"), "utf8"));
    });
    after(() => browser?.close());

    test("the list opens also for those who ask before the mall has answered, and works", { timeout: 300_000 }, async () => {
      const other = await openWindow(browser);
      await other.context.route("**/api/mall", async (route) => {
        await new Promise((resolve) => setTimeout(resolve, LATE_MS));
        await route.continue();
      });
      const asked = [];
      other.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      const page = await visitList(other, house());
      await page.getByRole("button", { name: "Look at Canvas sneakers" }).first().click();
      await page.getByRole("button", { name: /^Buy ·/ }).waitFor();
      assert.ok(asked.includes("/api/mall"), "what is asked for is seen here");
      assert.deepEqual(asked.filter((path) => WORLD.test(path)), [], "the world is not opened behind the list");
      await other.context.close();
    });

    test("an e-mail address and a card buy a certificate that the shop keeps", { timeout: 300_000 }, async () => {
      const window = await openWindow(browser);
      const page = await visitList(window, house());
      await chooseHowToPay(page, "Felt hat");
      await payByCard(page, EMAIL);
      const certificate = await readCertificate(page);
      await picture(page, "certificate-small");
      const { owner, metadata, report, pictureType } = await readChain(house(), certificate);
      assert.equal(owner, deployment.keeper, "kept by the shop");
      assert.equal(certificate.contract.toLowerCase(), deployment.brands["maison-lune"].twin.toLowerCase());
      assert.match(metadata.name, /Felt hat/);
      assert.match(pictureType, /^image\//);
      assert.equal(report.issues.numErrors, 0, JSON.stringify(report.issues.messages.slice(0, 3)));
      assert.doesNotMatch(JSON.stringify(metadata), new RegExp(EMAIL), "nothing personal in the metadata");
      assert.deepEqual(window.errors, []);
      await window.context.close();
    });

    test("who bought by card signs in elsewhere with a code from the mail, and finds it", { timeout: 300_000 }, async () => {
      const window = await openWindow(browser);
      const page = await visitList(window, house());
      await page.getByRole("button", { name: "My things" }).click();
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByLabel("E-mail").fill(EMAIL);
      await page.getByRole("button", { name: "Send me a code" }).click();
      await page.getByLabel(/Code from/).waitFor();
      await page.getByLabel(/Code from/).fill(await mailedCode(house(), EMAIL));
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.locator("[data-test=certificate]").first().waitFor();
      await picture(page, "things-small");
      assert.deepEqual(window.errors, []);
      await window.context.close();
    });

    test("a browser wallet signs once, pays, and owns the certificate", { timeout: 300_000 }, async () => {
      const window = await openWindow(browser);
      const wallet = await injectWallet(window.context, { name: "Test Wallet", knownChains: [1, deployment.chain_id] });
      await fund(house().chain, deployment, wallet.address, 2_000);
      const page = await visitList(window, house());
      await chooseHowToPay(page, "Osaka chair");
      await page.locator("[data-test=pay-wallet]").click();
      await page.getByRole("button", { name: /Pay from your wallet ·/ }).click();
      const certificate = await readCertificate(page);
      const { owner, report } = await readChain(house(), certificate);
      assert.equal(owner, wallet.address);
      assert.equal(report.issues.numErrors, 0, JSON.stringify(report.issues.messages.slice(0, 3)));
      assert.equal(wallet.calls.filter((method) => method.startsWith("eth_sign")).length, 1, "one signature");
      assert.deepEqual(window.errors, []);
      await window.context.close();
    });

    test("a wallet with too little money is told so, and may pay in another way", { timeout: 300_000 }, async () => {
      const window = await openWindow(browser);
      await injectWallet(window.context, { name: "Empty Wallet", knownChains: [deployment.chain_id] });
      const page = await visitList(window, house());
      await chooseHowToPay(page, "Single-breasted jacket");
      await page.locator("[data-test=pay-wallet]").click();
      await page.getByRole("button", { name: /Pay from your wallet ·/ }).click();
      await page.getByText("There was too little money in your wallet, and nothing was charged.").waitFor();
      await page.getByRole("button", { name: "Try again" }).click();
      await page.locator("[data-test=pay-card]").waitFor();
      assert.deepEqual(window.errors, []);
      await window.context.close();
    });

    test("the operator's list says how each order ended", () => {
      const list = (...more) => spawnSync(join(root, "build/release/bin/galleria-shop"), ["orders", "--data", house().data, ...more], { encoding: "utf8" });
      const { stdout, stderr } = list("--csv");
      const ends = stdout.trim().split("\n").map((line) => line.match(/"[^"]*"|[^",]+|(?<=,)(?=,|$)/g));
      const [state, pay, name, transaction, reason] = ["state", "pay", "name", "mint_tx", "reason"].map((title) => ends[0].indexOf(title));
      const said = ends.slice(1).map((row) => [row[name], row[pay], row[state], /^"0x[0-9a-f]{64}"$/.test(row[transaction]), row[reason]].join(" "));
      assert.ok(said.includes('"Felt hat" card issued true '), `${stdout}${stderr}`);
      assert.ok(said.includes('"Osaka chair" wallet issued true '), stdout);
      assert.ok(said.includes('"Single-breasted jacket" wallet failed false not_enough_money'), stdout);
      assert.match(list("--state", "failed").stdout, /not_enough_money\n1 order\n$/);
      assert.equal(list("--state", "lost").status, 2);
    });
  });
}
