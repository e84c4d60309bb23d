// The house is killed at random moments of purchases, with everything in it real: afterwards each order has one certificate,
// one twin on the chain and one payment at the provider, and is noted once. Each purchase sees the server killed; in every
// third everything dies in the same moment, and in every third the shop's chain node is killed before the server. The seed
// is printed; SEED=n replays the moments.
import assert from "node:assert/strict";
import { test } from "node:test";
import { paidOrders, settledOrders } from "./support/chain.mjs";
import { agree } from "./support/customer_chain.mjs";
import { ASK_CONSENTS_AGAIN_MS, insist, Shopper } from "./support/shopper.mjs";

const PURCHASES = Number(process.env.KILLS ?? 10);
/** A purchase takes about as long as this when nobody disturbs it. */
const KILL_AFTER_MS_MAX = 4_500;
const DONE_MS_MAX = 120_000;
const BRANDS = ["maison-lune", "oak-and-linen"];
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

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

const variantsOf = ({ products }) => products.flatMap((product) => product.variants);

/** One purchase from beginning to payment, insisting like a browser that comes back. */
async function buy(shopper, variant, key) {
  const order = await insist(() => shopper.checkout(variant, { key, share: true }));
  await insist(() => shopper.payByCard(order.id));
  return order.id;
}

/** What dies in the middle of purchase `n`, and when; comes back when the house stands again. */
async function disturb(house, random, n) {
  const at_ms = Math.round(random() * KILL_AFTER_MS_MAX);
  const early = random();
  if (n % 3 === 2) {
    await wait(at_ms * early);
    house.killNode();
    await wait(at_ms * (1 - early));
  } else {
    await wait(at_ms);
  }
  await (n % 3 === 1 ? house.killEverything() : house.killServer());
  const start = Date.now();
  await house.launch();
  const what = ["the server", "everything", "the chain's node, then the server"][n % 3];
  return `${what} killed after ${at_ms} ms, ready again after ${Date.now() - start} ms`;
}

async function allIssued(shopper, orders) {
  for (const id of orders) {
    await insist(async () => {
      const { state } = await shopper.order(id);
      if (state !== "issued") throw new Error(`order ${id} is ${state}`);
    }, DONE_MS_MAX);
  }
}

/** Each order has one certificate, one twin and one payment, was noted once, and took one piece from the shelf. */
async function noneLostNoneDoubled(house, shopper, bought, stockBefore) {
  const orders = bought.map(({ id }) => id);
  assert.equal(new Set(orders).size, orders.length, "each purchase is an order of its own");
  await allIssued(shopper, orders);
  const { certificates } = await shopper.call("GET", "/api/things");
  assert.equal(certificates.length, orders.length, "one certificate for each order");
  await insist(async () => {
    const { consents } = await shopper.call("GET", "/api/consents");
    const noted = consents.reduce((sum, { entries }) => sum + entries, 0);
    if (noted !== orders.length) throw new Error(`${noted} purchases are noted, of ${orders.length}`);
  }, DONE_MS_MAX, ASK_CONSENTS_AGAIN_MS);
  const wanted = [...orders].sort();
  const ours = (ids) => ids.filter((id) => orders.includes(id)).sort();
  assert.deepEqual(ours(await settledOrders(house)), wanted, "one twin on the chain for each order");
  assert.deepEqual(ours(paidOrders(house)), wanted, "one payment at the provider for each order");
  for (const { id, stock } of variantsOf(await shopper.call("GET", "/api/mall"))) {
    const taken = bought.filter(({ variant }) => variant === id).length;
    assert.equal(stock, stockBefore.get(id) - taken, `variant ${id}: each purchase took one piece from the shelf`);
  }
}

/** A shopper who agreed to sharing and buys what there is most of. */
async function enter(house, name) {
  const shopper = new Shopper(house.url);
  await shopper.enter(name);
  for (const [brand, reader] of [BRANDS, [...BRANDS].reverse()]) await agree(shopper, brand, reader);
  const stock = new Map(variantsOf(await shopper.call("GET", "/api/mall")).map((one) => [one.id, one.stock]));
  const left = new Map(stock);
  const choose = () => {
    const [variant, pieces] = [...left].sort((a, b) => b[1] - a[1])[0];
    left.set(variant, pieces - 1);
    return variant;
  };
  return { shopper, stock, choose };
}

export function killTheHouse(house) {
  test(`${PURCHASES} purchases with the server killed in each: none lost, none doubled`, { timeout: 1_800_000 }, async (t) => {
    t.diagnostic(`SEED=${seed}`);
    const random = randomFrom(seed);
    const { shopper, stock, choose } = await enter(house(), "Kim");
    const bought = [];
    const start = Date.now();
    for (let n = 0; n < PURCHASES; n += 1) {
      const variant = choose();
      const key = `purchase-${seed}-${n}`;
      const [what, id] = await Promise.all([disturb(house(), random, n), buy(shopper, variant, key)]);
      assert.equal((await insist(() => shopper.checkout(variant, { key, share: true }))).id, id, "the same key is the same order");
      bought.push({ id, variant });
      t.diagnostic(`purchase ${n + 1}: ${what}`);
    }
    await noneLostNoneDoubled(house(), shopper, bought, stock);
    t.diagnostic(`${bought.length} orders issued, 0 lost, 0 doubled, in ${Math.round((Date.now() - start) / 1000)} s`);
  });

  test("the chain's node gone before, during and after a purchase: the orders wait and complete", { timeout: 300_000 }, async (t) => {
    const { shopper, stock, choose } = await enter(house(), "Noa");
    const bought = [];
    const moments = ["before it", "during it", "after it"];
    for (const [n, moment] of moments.entries()) {
      const variant = choose();
      if (n === 0) house().killNode();
      const paying = buy(shopper, variant, `without-node-${seed}-${n}`);
      if (n === 1) house().killNode();
      const id = await paying;
      bought.push({ id, variant });
      if (n === 2) {
        await insist(async () => {
          if (!(await settledOrders(house())).includes(id)) throw new Error("not settled yet");
        });
        house().killNode();
      }
      t.diagnostic(`the node was killed ${moment}`);
      await allIssued(shopper, [id]);
    }
    await noneLostNoneDoubled(house(), shopper, bought, stock);
  });
}
