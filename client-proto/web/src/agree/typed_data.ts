// What the key of one consent signs, as EIP-712 says it is hashed. The types are those of ConsentRegistry.sol; `Erase` is
// known to no contract: it asks the keeper to destroy what was noted. Brands and purposes are named by the hash of their id.
import { keccak_256 } from "@noble/hashes/sha3";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils";

export interface Domain {
  readonly chain_id: number;
  readonly contract: string;
}

export interface Grant {
  readonly consentId: Uint8Array;
  readonly brand: string;
  readonly purpose: string;
  readonly notAfter_s: number;
  readonly commitment: Uint8Array;
}

/** Lets another brand read until `notAfter_s`; the sequence counts a consent's readers from 1. */
export interface Reader {
  readonly consentId: Uint8Array;
  readonly brand: string;
  readonly notAfter_s: number;
  readonly sequence: number;
}

const name = "Galleria Consents";
const version = "1";
const domainType = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const grantType = "Grant(bytes32 consentId,bytes32 brandId,bytes32 purposeId,uint64 notAfter,bytes32 commitment)";
const readerType = "Reader(bytes32 consentId,bytes32 readerId,uint64 notAfter,uint64 sequence)";
const withdrawType = "Withdraw(bytes32 consentId)";
const eraseType = "Erase(bytes32 consentId)";
const commitmentTag = "galleria/consent/1";
const wordSize_bytes = 32;

export function grantDigest(domain: Domain, grant: Grant): Uint8Array {
  const { consentId, brand, purpose, notAfter_s, commitment } = grant;
  return digest(domain, grantType, [consentId, hashOfText(brand), hashOfText(purpose), wordOf(notAfter_s), commitment]);
}

export function readerDigest(domain: Domain, reader: Reader): Uint8Array {
  const { consentId, brand, notAfter_s, sequence } = reader;
  return digest(domain, readerType, [consentId, hashOfText(brand), wordOf(notAfter_s), wordOf(sequence)]);
}

export function withdrawDigest(domain: Domain, consentId: Uint8Array): Uint8Array {
  return digest(domain, withdrawType, [consentId]);
}

export function eraseDigest(domain: Domain, consentId: Uint8Array): Uint8Array {
  return digest(domain, eraseType, [consentId]);
}

/** keccak256(tag || salt || record): says nothing once the salt is destroyed. */
export function commitmentOf(salt: Uint8Array, record: string): Uint8Array {
  return keccak_256(concatBytes(utf8ToBytes(commitmentTag), salt, utf8ToBytes(record)));
}

function digest(domain: Domain, type: string, members: readonly Uint8Array[]): Uint8Array {
  const struct = keccak_256(concatBytes(hashOfText(type), ...members));
  return keccak_256(concatBytes(Uint8Array.of(0x19, 0x01), separator(domain), struct));
}

function separator({ chain_id, contract }: Domain): Uint8Array {
  const address = padded(hexToBytes(contract.slice(2)));
  return keccak_256(concatBytes(hashOfText(domainType), hashOfText(name), hashOfText(version), wordOf(chain_id), address));
}

function hashOfText(text: string): Uint8Array {
  return keccak_256(utf8ToBytes(text));
}

function wordOf(value: number): Uint8Array {
  return hexToBytes(BigInt(value).toString(16).padStart(2 * wordSize_bytes, "0"));
}

function padded(bytes: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array(wordSize_bytes - bytes.length), bytes);
}
