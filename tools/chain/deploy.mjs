// Deploys the contracts on a development chain, once per data folder, and writes where they are.
//
//   node tools/chain/deploy.mjs shop --rpc URL --out FILE --base-url URL --signer 0x.. --sender 0x.. --brands a=Name,b=Name
//   node tools/chain/deploy.mjs customer --rpc URL --out FILE --brands a=0xKEY,b=0xKEY
//
// All transactions are sent at once with nonces in order and awaited together, because a development chain makes a block
// a second. A deployment that is still there is left alone; one that the chain has forgotten is an error, never replaced.
// It is written down only when its blocks have a successor, because a node that is killed may lose its newest block.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  createPublicClient, createWalletClient, encodeDeployData, encodeFunctionData, getContractAddress, http, keccak256,
  parseEther, toHex, zeroAddress,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";

const DEVELOPMENT_CHAIN_IDS = new Set([31337, 31338]);
const GAS = 6_000_000n;
const EURO = 1_000_000n;
const CAPS = { order: 50_000n * EURO, day: 500_000n * EURO, issuesPerDay: 10_000n };
const SENDER_ETHER = "100";
const SUCCESSOR_MS_MAX = 60_000;
const artifacts = new URL("../../build/contracts/out/", import.meta.url);

const fail = (text) => {
  console.error(`deploy: ${text}`);
  process.exit(1);
};
const artifact = (file, name = file) => JSON.parse(readFileSync(new URL(`${file}.sol/${name}.json`, artifacts), "utf8"));

/** Collects transactions of one sender and sends them together. */
class Batch {
  constructor(clients, account, nonce) {
    Object.assign(this, { ...clients, account, nonce, queue: [] });
  }

  #push(what, transaction) {
    this.queue.push({ what, nonce: this.nonce, ...transaction });
    return this.nonce++;
  }

  deploy(file, args) {
    const { abi, bytecode } = artifact(file);
    const nonce = this.#push(`deploy ${file}`, { data: encodeDeployData({ abi, bytecode: bytecode.object, args }) });
    return getContractAddress({ from: this.account.address, nonce: BigInt(nonce) });
  }

  call(file, to, functionName, args) {
    this.#push(`${file}.${functionName}`, { to, data: encodeFunctionData({ abi: artifact(file).abi, functionName, args }) });
  }

  pay(to, ether) {
    this.#push("fund the sender", { to, value: parseEther(ether) });
  }

  async send() {
    const hashes = [];
    for (const { what, ...transaction } of this.queue) {
      hashes.push([what, await this.wallet.sendTransaction({ account: this.account, gas: GAS, chain: null, ...transaction })]);
    }
    for (const [what, hash] of hashes) {
      const receipt = await this.chain.waitForTransactionReceipt({ hash, pollingInterval: 200, timeout: 60_000 });
      if (receipt.status !== "success") fail(`${what} was reverted`);
      this.block = receipt.blockNumber;
    }
    const end = Date.now() + SUCCESSOR_MS_MAX;
    while ((await this.chain.getBlockNumber({ cacheTime: 0 })) <= this.block) {
      if (Date.now() > end) fail("the chain makes no more blocks");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function deployShop(batch, options, chainId, block) {
  const admin = batch.account.address;
  const euro = batch.deploy("TestEuro", [admin]);
  const checkout = batch.deploy("Checkout", [admin]);
  batch.call("Checkout", checkout, "grantRole", [keccak256(toHex("STORE_SIGNER_ROLE")), options.signer]);
  batch.call("Checkout", checkout, "grantRole", [keccak256(toHex("GUARDIAN_ROLE")), admin]);
  batch.call("Checkout", checkout, "setKeeper", [options.keeper, true]);
  batch.call("Checkout", checkout, "setCap", [euro, CAPS.order, CAPS.day]);
  batch.call("Checkout", checkout, "setCap", [zeroAddress, 1n, CAPS.issuesPerDay]);
  const brands = {};
  for (const [id, name] of pairs(options.brands)) {
    const symbol = id.replace(/[^a-z]/g, "").slice(0, 6).toUpperCase();
    const twin = batch.deploy("Twin", [`${name} certificates`, symbol, `${options["base-url"]}/twins/`, admin]);
    // On a development chain a brand's till is an account derived from its name; nobody has to spend from it.
    const payout = `0x${keccak256(toHex(`till of ${id}`)).slice(26)}`;
    batch.call("Twin", twin, "grantRole", [keccak256(toHex("MINTER_ROLE")), checkout]);
    batch.call("Checkout", checkout, "setPayout", [payout, true]);
    brands[id] = { twin, payout };
  }
  batch.pay(options.sender, SENDER_ETHER);
  const currency = { token: euro, name: "Test Euro", version: "1", code: "EUR", decimals: 6 };
  return { chain_id: chainId, first_block: block, checkout, keeper: options.keeper, currency, brands };
}

function deployCustomer(batch, options, chainId, block) {
  const founders = pairs(options.brands);
  const ids = founders.map(([id]) => keccak256(toHex(id)));
  const brands = batch.deploy("BrandRegistry", [ids, founders.map(([, key]) => key)]);
  const purposes = batch.deploy("PurposeRegistry", [brands]);
  const consents = batch.deploy("ConsentRegistry", [brands, purposes]);
  const anchors = batch.deploy("PreferenceAnchor", [brands, purposes]);
  for (const [, key] of founders) batch.pay(key, SENDER_ETHER);
  return { chain_id: chainId, first_block: block, brands, purposes, consents, anchors, members: Object.fromEntries(founders) };
}

const pairs = (text) => text.split(",").map((entry) => entry.split("=").map((part) => part.trim()));

function write(file, deployment) {
  writeFileSync(`${file}.new`, `${JSON.stringify(deployment, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

const ROOMS = {
  shop: { needs: ["rpc", "out", "base-url", "signer", "sender", "keeper", "brands"], main: "checkout", make: deployShop },
  customer: { needs: ["rpc", "out", "brands"], main: "consents", make: deployCustomer },
};

async function main() {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: Object.fromEntries(["rpc", "out", "base-url", "signer", "sender", "keeper", "brands"].map((name) => [name, { type: "string" }])),
  });
  const room = ROOMS[positionals[0]] ?? fail("say which: shop or customer");
  for (const name of room.needs) if (!options[name]) fail(`--${name} is missing`);
  const chain = createPublicClient({ transport: http(options.rpc) });
  const chainId = await chain.getChainId().catch(() => fail(`no node answers at ${options.rpc}`));
  if (!DEVELOPMENT_CHAIN_IDS.has(chainId)) fail(`chain ${chainId} is not a development chain; deploy there by hand with your own keys`);

  if (existsSync(options.out)) {
    const known = JSON.parse(readFileSync(options.out, "utf8"));
    const code = await chain.getCode({ address: known[room.main] });
    if (known.chain_id !== chainId || !code) fail(`${options.out} names contracts that this chain has forgotten; start the node with its old state, or move the data folder away`);
    if (positionals[0] === "customer" && !known.members) write(options.out, { ...known, members: Object.fromEntries(pairs(options.brands)) });
    console.log(`deploy: the contracts are there (${room.main} ${known[room.main]})`);
    return;
  }
  const account = mnemonicToAccount("test test test test test test test test test test test junk");
  const wallet = createWalletClient({ transport: http(options.rpc), account });
  const nonce = await chain.getTransactionCount({ address: account.address });
  const batch = new Batch({ chain, wallet }, account, nonce);
  const block = Number(await chain.getBlockNumber());
  const deployment = room.make(batch, options, chainId, block);
  await batch.send();
  write(options.out, deployment);
  console.log(`deploy: ${batch.queue.length} transactions, ${room.main} ${deployment[room.main]}`);
}

await main();
