// The customer chain and the vault as somebody from outside checks them: an independent library reads the contracts, and
// the vault's file is opened beside the server.
import { hkdfSync, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { concat, createPublicClient, http, keccak256, parseAbi, parseAbiItem, stringToHex } from "viem";
import { generatePrivateKey, privateKeyToAccount, privateKeyToAddress } from "viem/accounts";

const BLOCKS_AT_ONCE = 50;
const consents = parseAbi([
  "struct Consent { bytes32 brandId; bytes32 purposeId; address key; uint64 notAfter; bool withdrawn; bool erased; }",
  "function consentOf(bytes32 consentId) view returns (Consent)",
  "function mayRead(bytes32 consentId, bytes32 readerId) view returns (bool)",
]);
const brands = parseAbi([
  "struct Brand { uint8 standing; uint8 roles; address key; uint64 epoch; }",
  "function brand(bytes32 brandId) view returns (Brand)",
]);
const erased = parseAbiItem("event Erased(bytes32 indexed consentId, bytes32 receiptHash)");

/** A brand or purpose as the registries name it. */
export const registryId = (name) => keccak256(stringToHex(name));

/** The address of a consent's key, from the root that the shopper's browser keeps. */
export function keyAddress(rootHex, brand, purpose, consentId) {
  const info = `galleria/consent-key/1|${brand}|${purpose}|${consentId.slice(2)}`;
  const key = Buffer.from(hkdfSync("sha256", Buffer.from(rootHex, "hex"), "", info, 32));
  return privateKeyToAddress(`0x${key.toString("hex")}`);
}

export function openCustomerChain(house) {
  const deployment = JSON.parse(readFileSync(join(house.data, "chain/customer.json"), "utf8"));
  const node = createPublicClient({ transport: http(house.customerChain) });
  const registry = { address: deployment.consents, abi: consents };
  return {
    consentOf: (id) => node.readContract({ ...registry, functionName: "consentOf", args: [id] }),
    mayRead: (id, brand) => node.readContract({ ...registry, functionName: "mayRead", args: [id, registryId(brand)] }),
    brandKey: async (brand) => (await node.readContract({ address: deployment.brands, abi: brands, functionName: "brand", args: [registryId(brand)] })).key,
    /** Hashes of the receipts that were noted for the consent. */
    receiptHashes: async (id) => {
      const logs = await node.getLogs({ address: deployment.consents, event: erased, args: { consentId: id }, fromBlock: 0n });
      return logs.map((log) => log.args.receiptHash);
    },
    /** Everything that was ever sent to the chain or said by it, as one text of hexadecimal digits. */
    everything: async () => {
      const said = (await node.getLogs({ fromBlock: 0n })).map((log) => log.data + log.topics.join(""));
      const sent = [];
      const last = Number(await node.getBlockNumber());
      for (let first = 0; first <= last; first += BLOCKS_AT_ONCE) {
        const numbers = Array.from({ length: Math.min(BLOCKS_AT_ONCE, last - first + 1) }, (_, i) => BigInt(first + i));
        const blocks = await Promise.all(numbers.map((blockNumber) => node.getBlock({ blockNumber, includeTransactions: true })));
        sent.push(...blocks.flatMap((block) => block.transactions.map((transaction) => transaction.input)));
      }
      return [...sent, ...said].join("\n").toLowerCase();
    },
  };
}

const field = (type) => (name) => ({ name, type });
const [word, seconds] = [field("bytes32"), field("uint64")];
const signedTypes = {
  Grant: [word("consentId"), word("brandId"), word("purposeId"), seconds("notAfter"), word("commitment")],
  Reader: [word("consentId"), word("readerId"), seconds("notAfter"), seconds("sequence")],
};
const YEAR_S = 365 * 24 * 3600;

/** Agrees as a browser would, signing with an independent library: `brand` notes, `reader` may read. */
export async function agree(shopper, brand, reader) {
  const { purpose, notice_hash: notice, chain_id: chainId, contract } = await shopper.call("GET", "/api/consents/terms");
  const account = privateKeyToAccount(generatePrivateKey());
  const domain = { name: "Galleria Consents", version: "1", chainId, verifyingContract: contract };
  const sign = (primaryType, message) => account.signTypedData({ domain, types: signedTypes, primaryType, message });
  const [id, salt] = [0, 1].map(() => `0x${randomBytes(32).toString("hex")}`);
  const end_s = Math.floor(Date.now() / 1000) + YEAR_S;
  const record = [id.slice(2), brand, purpose, end_s, notice.slice(2)].join("|");
  const commitment = keccak256(concat([stringToHex("galleria/consent/1"), salt, stringToHex(record)]));
  const grant = { consentId: id, brandId: registryId(brand), purposeId: registryId(purpose), notAfter: BigInt(end_s), commitment };
  const mayRead = { consentId: id, readerId: registryId(reader), notAfter: BigInt(end_s), sequence: 1n };
  return shopper.call("POST", "/api/consents", {
    id, brand, purpose, not_after_s: end_s, salt, signature: await sign("Grant", grant),
    readers: [{ brand: reader, not_after_s: end_s, sequence: 1, signature: await sign("Reader", mayRead) }],
  });
}

/** What the vault keeps of a consent. */
export function readVault(house, consentId) {
  const vault = new DatabaseSync(join(house.data, "vault.db"), { readOnly: true });
  try {
    const id = consentId.toLowerCase();
    const consent = vault.prepare("SELECT account, salt FROM consent WHERE id = ?").get(id);
    const boxes = (table) => vault.prepare(`SELECT box FROM ${table} WHERE consent = ?`).all(id).map((row) => row.box).filter((box) => box !== null);
    return { account: consent?.account, salt: consent?.salt, entries: boxes("entry"), wraps: boxes("wrap") };
  } finally {
    vault.close();
  }
}

/** Whether a text stands anywhere in the files of the vault, deleted rows and the write-ahead log included. */
export function vaultFilesHave(house, text) {
  return readdirSync(house.data).filter((file) => file.startsWith("vault.db")).some((file) => readFileSync(join(house.data, file)).includes(text));
}
