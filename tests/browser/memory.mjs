// The house is started again: with its data folder nothing is lost; with a chain that has lost its memory nothing is minted,
// and it says so.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { paidOrders, settledOrders, shopChain } from "./support/chain.mjs";
import { agree, openCustomerChain, readVault } from "./support/customer_chain.mjs";
import { ASK_CONSENTS_AGAIN_MS, insist, Shopper } from "./support/shopper.mjs";

const LOOK_MS = 5_000;
const FORGOTTEN = /has forgotten|begins with another block|no longer has block/;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const NOTED_MS_MAX = 60_000;
const BRAND = "maison-lune";
const READER = "oak-and-linen";

async function someVariant(shopper) {
  const { products } = await shopper.call("GET", "/api/mall");
  return products.filter((product) => product.boutique === BRAND).flatMap((product) => product.variants).sort((a, b) => b.stock - a.stock)[0].id;
}

const issued = (shopper, id) =>
  insist(async () => {
    const { state } = await shopper.order(id);
    if (state !== "issued") throw new Error(`order ${id} is ${state}`);
  });

/** Waits until the purchase is noted and the agreement is entered on the customer chain. */
const noted = (shopper) =>
  insist(async () => {
    const [consent] = (await shopper.call("GET", "/api/consents")).consents;
    if (consent.entries !== 1 || consent.chain !== "noted") throw new Error(`the agreement is ${consent.chain} with ${consent.entries} purchases`);
  }, NOTED_MS_MAX, ASK_CONSENTS_AGAIN_MS);

/** Everything that a restart could lose, in one value. */
async function remember(house, shopper) {
  const mall = await shopper.call("GET", "/api/mall");
  const models = {};
  for (const { slug, model_url: url } of mall.products) {
    const bytes = Buffer.from(await (await fetch(new URL(url, house.url))).arrayBuffer());
    models[slug] = createHash("sha256").update(bytes).digest("hex");
  }
  const things = await shopper.call("GET", "/api/things");
  const { consents } = await shopper.call("GET", "/api/consents");
  const entered = await Promise.all(consents.map(({ id }) => openCustomerChain(house).consentOf(id)));
  const locked = consents.map(({ id }) => readVault(house, id));
  const first = await shopChain(house).getBlock({ blockNumber: 0n });
  return { mall, models, things, consents, entered, locked, first: first.hash, settled: (await settledOrders(house)).sort(), paid: paidOrders(house).sort() };
}

export function startAgain(house) {
  test("a restart with the same data folder loses nothing", { timeout: 180_000 }, async (t) => {
    const shopper = new Shopper(house().url);
    await shopper.enter("Rita");
    await agree(shopper, BRAND, READER);
    const order = await shopper.checkout(await someVariant(shopper), { share: true });
    await shopper.payByCard(order.id);
    await issued(shopper, order.id);
    await noted(shopper);
    const before = await remember(house(), shopper);
    const height = await shopChain(house()).getBlockNumber();
    const { stopped_ms, ready_ms } = await house().restart();
    t.diagnostic(`stopped in ${(stopped_ms / 1000).toFixed(1)} s, ready again in ${(ready_ms / 1000).toFixed(1)} s`);
    assert.deepEqual(await remember(house(), shopper), before);
    assert.ok((await shopChain(house()).getBlockNumber()) >= height, "a chain that is stopped politely keeps every block");
  });

  test("a chain that lost its memory stops the house clearly, and nothing is minted twice", { timeout: 180_000 }, async (t) => {
    const shopper = new Shopper(house().url);
    await shopper.enter("Mia");
    const order = await shopper.checkout(await someVariant(shopper));
    await shopper.payByCard(order.id);
    await house().killEverything();
    const files = ["shop-state.json", "shop.json"].map((name) => join(house().data, "chain", name));
    const [state, deployment] = files;

    renameSync(state, `${state}.away`);
    await assert.rejects(house().launch(), FORGOTTEN, "the start is refused, in words");
    t.diagnostic("without the chain's state the house does not start");

    // Somebody deploys anew on the empty chain; the bridge still knows the old one.
    renameSync(state, `${state}.empty`);
    renameSync(deployment, `${deployment}.away`);
    const said = house().serverLog().length;
    await house().launch();
    await wait(LOOK_MS);
    assert.match(house().serverLog().slice(said), FORGOTTEN, "the server says it");
    assert.notEqual((await shopper.order(order.id)).state, "issued");
    assert.deepEqual(await settledOrders(house()), [], "nothing was minted on the chain that knows nothing");
    t.diagnostic("on a chain that begins with another block the server stands, but mints nothing");

    await house().halt();
    for (const file of files) renameSync(`${file}.away`, file);
    await house().launch();
    await issued(shopper, order.id);
    assert.equal((await settledOrders(house())).filter((id) => id === order.id).length, 1, "one twin");
    assert.equal(paidOrders(house()).filter((id) => id === order.id).length, 1, "one payment");
  });
}
