// The independent implementation here is viem: it hashes and recovers what this code hashes and signs.
import { createHmac } from "node:crypto";
import { concat, hashTypedData, keccak256, recoverTypedDataAddress, stringToHex, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import type { Random } from "./random.ts";
import { consentKey, draftConsent, endOf, signEnding, type Subject } from "./signing.ts";
import { commitmentOf, eraseDigest, grantDigest, readerDigest, withdrawDigest } from "./typed_data.ts";
import type { Terms } from "./types.ts";

const field = (list: string) => list.split(",").map((member) => ({ type: member.split(" ")[0] as string, name: member.split(" ")[1] as string }));
const types = {
  Grant: field("bytes32 consentId,bytes32 brandId,bytes32 purposeId,uint64 notAfter,bytes32 commitment"),
  Reader: field("bytes32 consentId,bytes32 readerId,uint64 notAfter,uint64 sequence"),
  Withdraw: field("bytes32 consentId"),
  Erase: field("bytes32 consentId"),
};
const terms: Terms = {
  purpose: "recommend", notice: "Noted.", notice_hash: keccak256(stringToHex("Noted.")), retention_s: 31_536_000,
  chain_id: 31338, contract: "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
  brands: [{ id: "maison-lune", name: "Maison Lune" }, { id: "oak-and-linen", name: "Oak & Linen" }, { id: "tenth-press", name: "Tenth Press" }],
};
const domain = { name: "Galleria Consents", version: "1", chainId: terms.chain_id, verifyingContract: terms.contract as Hex };
const idOf = (name: string): Hex => keccak256(stringToHex(name));
const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString("hex")}`;
const now_s = 1_790_000_000;

/** Different bytes for every call. */
function counted(): Random {
  let calls = 0;
  return (size_bytes) => {
    calls += 1;
    return new Uint8Array(size_bytes).map((_, i) => (calls * 37 + i * 11) & 0xff);
  };
}
const root = counted()(32);

/** RFC 5869 by node's HMAC. */
function hkdf(secret: Uint8Array, info: string): Hex {
  const prk = createHmac("sha256", Buffer.alloc(32)).update(secret).digest();
  return hex(createHmac("sha256", prk).update(Buffer.concat([Buffer.from(info), Buffer.from([1])])).digest());
}
function addressOf({ id, brand, purpose }: Subject): string {
  return privateKeyToAccount(hkdf(root, `galleria/consent-key/1|${brand}|${purpose}|${id.slice(2)}`)).address;
}

describe("the key of a consent", () => {
  it("is HKDF of the root over brand, purpose and id", () => {
    const subject = { id: `0x${"ab".repeat(32)}`, brand: "maison-lune", purpose: "recommend" };
    expect(hex(consentKey(root, subject))).toBe(hkdf(root, `galleria/consent-key/1|maison-lune|recommend|${"ab".repeat(32)}`));
  });

  it("is another one for every root, brand, purpose and id", () => {
    const subject = { id: `0x${"ab".repeat(32)}`, brand: "a", purpose: "p" };
    const keys = [
      consentKey(root, subject), consentKey(root.map((byte) => byte ^ 1), subject), consentKey(root, { ...subject, brand: "b" }),
      consentKey(root, { ...subject, purpose: "q" }), consentKey(root, { ...subject, id: `0x${"ac".repeat(32)}` }),
    ].map(hex);
    expect(new Set(keys).size).toBe(5);
  });
});

describe("what is hashed", () => {
  const consentId = new Uint8Array(32).fill(7);
  const commitment = new Uint8Array(32).fill(9);
  const notAfter_s = 1_821_571_200;

  it("is what viem hashes, for all four messages", () => {
    const grant = { consentId: hex(consentId), brandId: idOf("a"), purposeId: idOf("recommend"), notAfter: BigInt(notAfter_s), commitment: hex(commitment) };
    expect(hex(grantDigest(terms, { consentId, brand: "a", purpose: "recommend", notAfter_s, commitment })))
      .toBe(hashTypedData({ domain, types, primaryType: "Grant", message: grant }));
    const reader = { consentId: hex(consentId), readerId: idOf("b"), notAfter: BigInt(notAfter_s), sequence: 2n };
    expect(hex(readerDigest(terms, { consentId, brand: "b", notAfter_s, sequence: 2 }))).toBe(hashTypedData({ domain, types, primaryType: "Reader", message: reader }));
    const message = { consentId: hex(consentId) };
    expect(hex(withdrawDigest(terms, consentId))).toBe(hashTypedData({ domain, types, primaryType: "Withdraw", message }));
    expect(hex(eraseDigest(terms, consentId))).toBe(hashTypedData({ domain, types, primaryType: "Erase", message }));
  });

  it("commits to tag, salt and record", () => {
    const salt = new Uint8Array(32).fill(3);
    expect(hex(commitmentOf(salt, "x|ä"))).toBe(keccak256(concat([stringToHex("galleria/consent/1"), hex(salt), stringToHex("x|ä")])));
  });
});

describe("a fresh consent", () => {
  const request = draftConsent(root, terms, "maison-lune", now_s, counted());
  const message = {
    consentId: request.id as Hex, brandId: idOf("maison-lune"), purposeId: idOf("recommend"), notAfter: BigInt(request.not_after_s),
    commitment: keccak256(concat([stringToHex("galleria/consent/1"), request.salt as Hex,
      stringToHex([request.id.slice(2), "maison-lune", "recommend", request.not_after_s, terms.notice_hash.slice(2)].join("|"))])),
  };

  it("is signed by its own key, and by the very bytes that viem would sign with", async () => {
    const account = privateKeyToAccount(hkdf(root, `galleria/consent-key/1|maison-lune|recommend|${request.id.slice(2)}`));
    expect(request.signature).toBe(await account.signTypedData({ domain, types, primaryType: "Grant", message }));
    expect(request.signature).toMatch(/^0x[0-9a-f]{128}(1b|1c)$/);
  });

  it("lets every other brand read, in order, and not the one that notes", async () => {
    expect(request.readers.map((reader) => [reader.brand, reader.sequence, reader.not_after_s])).toEqual([
      ["oak-and-linen", 1, request.not_after_s], ["tenth-press", 2, request.not_after_s]]);
    for (const reader of request.readers) {
      const granted = { consentId: request.id as Hex, readerId: idOf(reader.brand), notAfter: BigInt(reader.not_after_s), sequence: BigInt(reader.sequence) };
      const signer = await recoverTypedDataAddress({ domain, types, primaryType: "Reader", message: granted, signature: reader.signature as Hex });
      expect(signer).toBe(addressOf(request));
    }
  });

  it("has an id and a salt of its own each time", () => {
    const random = counted();
    const [one, two] = [draftConsent(root, terms, "maison-lune", now_s, random), draftConsent(root, terms, "maison-lune", now_s, random)];
    expect(new Set([one.id, two.id, one.salt, two.salt]).size).toBe(4);
    expect(addressOf(one)).not.toBe(addressOf(two));
  });

  it("ends at a midnight a year from now, whatever the time of day", () => {
    const day = 86_400;
    for (const hour of [0, 1, 12.5, 23.999]) {
      const end = endOf(20_000 * day + Math.floor(hour * 3600));
      expect(end).toBe((20_000 + 365 + (hour === 0 ? 0 : 1)) * day);
    }
  });
});

describe("ending a consent", () => {
  it("is signed by the key that granted it", async () => {
    const subject = { id: `0x${"5e".repeat(32)}`, brand: "oak-and-linen", purpose: "recommend" };
    for (const [ending, primaryType] of [["withdraw", "Withdraw"], ["erase", "Erase"]] as const) {
      const signature = signEnding(ending, root, terms, subject) as Hex;
      const signer = await recoverTypedDataAddress({ domain, types, primaryType, message: { consentId: subject.id as Hex }, signature });
      expect(signer, ending).toBe(addressOf(subject));
    }
  });
});
