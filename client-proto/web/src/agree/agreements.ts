// Agreeing, ending and erasing, as the pages ask for it: what the shop is told, and what this browser signs for it. An
// answer that got lost does no harm: what was agreed is found again the next time, and ending twice ends once.
import { call, noAnswer, type Answer } from "../net/api.ts";
import type { KeyRing } from "./key_ring.ts";
import type { Random } from "./random.ts";
import type { Consent, ConsentRequest, Consents, Erasure, Terms } from "./types.ts";

export type Ending = "withdraw" | "erase";

/** The shop's side. */
export interface Desk {
  terms(): Promise<Answer<Terms>>;
  list(): Promise<Answer<Consents>>;
  grant(request: ConsentRequest): Promise<Answer<Consent>>;
  /** Without a signature the shop ends what it keeps all the same. */
  withdraw(id: string, signature: string | null): Promise<Answer<Consent>>;
  erase(id: string, signature: string | null): Promise<Answer<Erasure>>;
}

const path = "/api/consents";
const endsAtOnce_max = 8;

export const httpDesk: Desk = {
  terms: () => call<Terms>("GET", `${path}/terms`),
  list: () => call<Consents>("GET", path),
  grant: (request) => call<Consent>("POST", path, request),
  withdraw: (id, signature) => call<Consent>("POST", `${path}/${id}/withdraw`, { signature }),
  erase: (id, signature) => call<Erasure>("POST", `${path}/${id}/erase`, { signature }),
};

/** What is left when `before` has become `now`: ending one that held ends every other one with the same boutique. */
export function afterEnding(consents: readonly Consent[], before: Consent, now: Consent): Consent[] {
  const goesAlong = (other: Consent): boolean =>
    before.state === "active" && other.state === "active" && other.brand.id === before.brand.id && other.purpose === before.purpose;
  return consents.map((other) => (other.id === now.id ? now : goesAlong(other) ? { ...other, state: "withdrawn" } : other));
}

/** Signing is fetched when it is needed. */
const loadSigning = () => import("./signing.ts").catch(() => null);

export class Agreements {
  readonly desk: Desk;
  private readonly keys: KeyRing;
  private readonly random: Random;
  private readonly now_s: () => number;

  constructor(desk: Desk, keys: KeyRing, random: Random, now_s: () => number) {
    this.desk = desk;
    this.keys = keys;
    this.random = random;
    this.now_s = now_s;
  }

  /** The agreement with `brand` that holds, made now if there is none. */
  async agree(brand: string): Promise<Answer<Consent>> {
    const known = await this.live(brand);
    if (!known.ok) return known;
    if (known.value !== undefined) return { ok: true, value: known.value };
    const terms = await this.desk.terms();
    if (!terms.ok) return terms;
    const signing = await loadSigning();
    if (signing === null) return { ok: false, problem: noAnswer };
    const request = signing.draftConsent(this.keys.root(), terms.value, brand, this.now_s(), this.random);
    // Remembered before it is sent: an answer that gets lost must not cost the key.
    this.keys.remember(request.id);
    const granted = await this.desk.grant(request);
    if (granted.ok || granted.problem.code !== "agreed-already") return granted;
    // Another window of the same shopper was faster.
    const theirs = await this.live(brand);
    return theirs.ok && theirs.value !== undefined ? { ok: true, value: theirs.value } : granted;
  }

  private async live(brand: string): Promise<Answer<Consent | undefined>> {
    const known = await this.desk.list();
    if (!known.ok) return known;
    return { ok: true, value: known.value.consents.find((consent) => consent.brand.id === brand && consent.state === "active") };
  }

  async withdraw(consent: Consent): Promise<Answer<Consent>> {
    const signature = await this.sign("withdraw", consent);
    return signature.ok ? this.desk.withdraw(consent.id, signature.value) : signature;
  }

  async erase(consent: Consent): Promise<Answer<Erasure>> {
    const signature = await this.sign("erase", consent);
    return signature.ok ? this.desk.erase(consent.id, signature.value) : signature;
  }

  /**
   * Signs ends that were said without a signature (on another device, or of all agreements with a boutique at once), where
   * the key is here, so that the chain hears of them. Saying them again does no harm.
   */
  async confirmEnds(consents: readonly Consent[]): Promise<void> {
    const unheard = consents.filter(({ id, state, chain }) => state === "withdrawn" && (chain === "waiting" || chain === "noted") && this.keys.signed(id));
    for (const consent of unheard.slice(0, endsAtOnce_max)) await this.withdraw(consent);
  }

  /** Null when the consent was signed in another browser. */
  private async sign(ending: Ending, consent: Consent): Promise<Answer<string | null>> {
    if (!this.keys.signed(consent.id)) return { ok: true, value: null };
    const terms = await this.desk.terms();
    if (!terms.ok) return terms;
    const signing = await loadSigning();
    if (signing === null) return { ok: false, problem: noAnswer };
    const subject = { id: consent.id, brand: consent.brand.id, purpose: consent.purpose };
    return { ok: true, value: signing.signEnding(ending, this.keys.root(), terms.value, subject) };
  }
}
