// What the shop's chain says, read with an independent library.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPublicClient, http, parseAbiItem } from "viem";

const SETTLED = parseAbiItem(
  "event Settled(bytes32 indexed orderId, address indexed recipient, address indexed twin, uint256 tokenId, address currency, uint256 amount)",
);

export const shopChain = (house) => createPublicClient({ transport: http(house.chain), cacheTime: 0 });

/** The ids of all orders that were settled on the chain, as often as they were. */
export async function settledOrders(house) {
  const { checkout } = JSON.parse(readFileSync(join(house.data, "chain/shop.json"), "utf8"));
  const logs = await shopChain(house).getLogs({ address: checkout, event: SETTLED, fromBlock: 0n });
  return logs.map((log) => log.args.orderId.slice(2));
}

/** The ids of all orders that the payment provider was paid for, as often as it was. */
export function paidOrders(house) {
  const lines = readFileSync(join(house.data, "payments/journal.ndjson"), "utf8").split("\n").filter((line) => line !== "");
  const entries = lines.map((line) => JSON.parse(line));
  return entries.filter((entry) => entry.kind === "state" && entry.state === "paid").map((entry) => entry.event.session.reference);
}
