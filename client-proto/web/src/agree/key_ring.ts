// What this browser keeps so that somebody can change their mind: the random root of all keys, and which consents were
// signed here. Neither is ever sent. Where storage is switched off both last as long as the page; what was agreed can then
// still be ended, only without a signature.
import { bytesToHex, hexToBytes } from "@noble/hashes/utils";
import { randomBytes, type Random } from "./random.ts";

export type Store = Pick<Storage, "getItem" | "setItem">;

const rootKey = "galleria.root";
const signedKey = "galleria.consents";
const rootSize_bytes = 32;
/** One consent per boutique and year; whoever has more has long forgotten the first. */
const signedMax = 256;

export class KeyRing {
  private readonly store: Store;
  private readonly random: Random;
  /** What the store would not take. */
  private readonly here = new Map<string, string>();

  constructor(store: Store, random: Random) {
    this.store = store;
    this.random = random;
  }

  /** The root of all keys; made on first use. */
  root(): Uint8Array {
    const kept = this.read(rootKey) ?? "";
    if (/^[0-9a-f]{64}$/.test(kept)) return hexToBytes(kept);
    const root = this.random(rootSize_bytes);
    this.write(rootKey, bytesToHex(root));
    return root;
  }

  /** Whether the consent was signed with this browser's root. */
  signed(id: string): boolean {
    return this.read(rootKey) !== null && this.ids().includes(id);
  }

  remember(id: string): void {
    if (this.ids().includes(id)) return;
    this.write(signedKey, [...this.ids(), id].slice(-signedMax).join(" "));
  }

  private ids(): string[] {
    return (this.read(signedKey) ?? "").split(" ").filter((id) => /^0x[0-9a-f]{64}$/.test(id));
  }

  private read(key: string): string | null {
    try {
      return this.here.get(key) ?? this.store.getItem(key);
    } catch {
      return null;
    }
  }

  private write(key: string, value: string): void {
    try {
      this.store.setItem(key, value);
    } catch {
      this.here.set(key, value);
    }
  }
}

/** Storage may be switched off altogether; then even asking for it fails. */
export function browserKeyRing(): KeyRing {
  const nowhere: Store = { getItem: () => null, setItem: () => { throw new Error("no storage"); } };
  try {
    return new KeyRing(localStorage, randomBytes);
  } catch {
    return new KeyRing(nowhere, randomBytes);
  }
}
