// The server is killed at random moments of purchases, with everything else real: afterwards each order has one certificate,
// one twin on the chain and one payment at the provider, or none, and says which. The seed is printed; SEED=n replays it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createPublicClient, http, parseAbiItem } from "viem";
import { insist, Shopper } from "./support/shopper.mjs";

const PURCHASES = Number(process.env.KILLS ?? 10);
const KILL_AFTER_MS_MAX = 3_500;
const DONE_MS_MAX = 120_000;
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One purchase, insisting like a browser that comes back; the server dies in the middle of it. */
async function buyWhileKilled(house, shopper, variant, random, n) {
  const key = `purchase-${seed}-${n}`;
  const killing = (async () => {
    await new Promise((resolve) => setTimeout(resolve, random() * KILL_AFTER_MS_MAX));
    await house.killServer();
    await house.launch();
  })();
  const order = await insist(() => shopper.checkout(variant, key));
  await insist(() => shopper.payByCard(order.id));
  await killing;
  assert.equal((await insist(() => shopper.checkout(variant, key))).id, order.id, "the same key is the same order");
  return order.id;
}

export function killTheServer(house) {
  test(`${PURCHASES} purchases with the server killed in each: none lost, none doubled`, { timeout: 1_800_000 }, async (t) => {
    t.diagnostic(`SEED=${seed}`);
    const random = randomFrom(seed);
    const shopper = new Shopper(house().url);
    await shopper.enter("Kim");
    const { products } = await shopper.call("GET", "/api/mall");
    const variant = products.flatMap((product) => product.variants).sort((a, b) => b.stock - a.stock)[0];
    const orders = [];
    for (let n = 0; n < PURCHASES; n += 1) {
      orders.push(await buyWhileKilled(house(), shopper, variant.id, random, n));
      t.diagnostic(`purchase ${n + 1}: killed and started again`);
    }
    assert.equal(new Set(orders).size, PURCHASES);

    for (const id of orders) {
      await insist(async () => {
        const { state } = await shopper.order(id);
        if (state !== "issued") throw new Error(`order ${id} is ${state}`);
      }, DONE_MS_MAX);
    }
    const things = await shopper.call("GET", "/api/things");
    assert.equal(things.certificates.length, PURCHASES, "one certificate for each order");

    const deployment = JSON.parse(readFileSync(join(house().data, "chain/shop.json"), "utf8"));
    const chain = createPublicClient({ transport: http(house().chain) });
    const settled = await chain.getLogs({
      address: deployment.checkout,
      event: parseAbiItem("event Settled(bytes32 indexed orderId, address indexed recipient, address indexed twin, uint256 tokenId, address currency, uint256 amount)"),
      fromBlock: 0n,
    });
    const twins = settled.map((log) => log.args.orderId.slice(2)).filter((id) => orders.includes(id));
    assert.deepEqual(twins.sort(), [...orders].sort(), "one twin on the chain for each order");

    const after = (await shopper.call("GET", "/api/mall")).products.flatMap((product) => product.variants).find((one) => one.id === variant.id);
    assert.equal(after.stock, variant.stock - PURCHASES, "each purchase took one piece from the shelf");
  });
}
