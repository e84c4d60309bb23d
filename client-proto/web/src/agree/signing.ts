// Signing for one's consents. Every consent has a key of its own, derived from the root that this browser keeps, so that
// nobody can tell from the keys that two consents belong to one person. Pure: root, time and randomness are arguments.
// This is a chunk of its own, fetched when somebody agrees to something or takes it back.
import { secp256k1 } from "@noble/curves/secp256k1";
import { hkdf } from "@noble/hashes/hkdf";
import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils";
import type { Random } from "./random.ts";
import { commitmentOf, eraseDigest, grantDigest, readerDigest, withdrawDigest } from "./typed_data.ts";
import type { ConsentRequest, ReaderRequest, Terms } from "./types.ts";

const keyInfo = "galleria/consent-key/1";
const keySize_bytes = 32;
const idSize_bytes = 32;
const saltSize_bytes = 32;
const lasts_days = 365;
const day_s = 86_400;
/** A derived number is no key with a chance of 1 in 2^128; two of them in a row do not happen. */
const derivationsMax = 4;

/** What a consent is signed for. */
export interface Subject {
  readonly id: string;
  readonly brand: string;
  readonly purpose: string;
}

export function consentKey(root: Uint8Array, { id, brand, purpose }: Subject): Uint8Array {
  let info = `${keyInfo}|${brand}|${purpose}|${id.replace(/^0x/, "")}`;
  for (let i = 0; i < derivationsMax; i += 1) {
    const key = hkdf(sha256, root, new Uint8Array(0), utf8ToBytes(info), keySize_bytes);
    if (secp256k1.utils.isValidPrivateKey(key)) return key;
    info += "|1";
  }
  throw new Error("no key could be derived");
}

/** A year from now, rounded up to the next midnight UTC, so that the end does not tell the moment of the purchase. */
export function endOf(now_s: number): number {
  return Math.ceil((now_s + lasts_days * day_s) / day_s) * day_s;
}

/** A fresh consent for `brand`, with every other brand of the mall as reader. */
export function draftConsent(root: Uint8Array, terms: Terms, brand: string, now_s: number, random: Random): ConsentRequest {
  const { purpose, notice_hash } = terms;
  const id = bytesToHex(random(idSize_bytes));
  const salt = random(saltSize_bytes);
  const notAfter_s = endOf(now_s);
  const key = consentKey(root, { id, brand, purpose });
  const consentId = hexToBytes(id);
  const record = [id, brand, purpose, String(notAfter_s), notice_hash.replace(/^0x/, "")].join("|");
  const commitment = commitmentOf(salt, record);
  const others = terms.brands.filter((other) => other.id !== brand);
  const readers = others.map((other, i): ReaderRequest => {
    const sequence = i + 1;
    const digest = readerDigest(terms, { consentId, brand: other.id, notAfter_s, sequence });
    return { brand: other.id, not_after_s: notAfter_s, sequence, signature: sign(digest, key) };
  });
  const signature = sign(grantDigest(terms, { consentId, brand, purpose, notAfter_s, commitment }), key);
  return { id: `0x${id}`, brand, purpose, not_after_s: notAfter_s, salt: `0x${bytesToHex(salt)}`, signature, readers };
}

export function signEnding(kind: "withdraw" | "erase", root: Uint8Array, terms: Terms, subject: Subject): string {
  const consentId = hexToBytes(subject.id.replace(/^0x/, ""));
  const digest = kind === "withdraw" ? withdrawDigest(terms, consentId) : eraseDigest(terms, consentId);
  return sign(digest, consentKey(root, subject));
}

/** 65 bytes: r, s, and 27 or 28. */
function sign(digest: Uint8Array, key: Uint8Array): string {
  const signature = secp256k1.sign(digest, key, { lowS: true });
  return `0x${signature.toCompactHex()}${(27 + signature.recovery).toString(16)}`;
}
