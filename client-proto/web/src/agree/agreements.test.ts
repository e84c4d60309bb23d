import { describe, expect, it } from "vitest";
import { t } from "../i18n/index.ts";
import { noAnswer, type Answer } from "../net/api.ts";
import { afterEnding, Agreements, type Desk } from "./agreements.ts";
import { KeyRing, type Store } from "./key_ring.ts";
import { mayOffer } from "./offer.ts";
import { hashLabel, readReceipt, receiptFile } from "./receipt.ts";
import type { Consent, ConsentRequest, Terms } from "./types.ts";

const lune = { id: "maison-lune", name: "Maison Lune" };
const oak = { id: "oak-and-linen", name: "Oak & Linen" };
const terms: Terms = {
  purpose: "recommend", notice: "Noted.", notice_hash: `0x${"11".repeat(32)}`, retention_s: 31_536_000, chain_id: 31338,
  contract: "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0", brands: [lune, oak],
};
const consentOf = (id: string, brand = lune, state: Consent["state"] = "active"): Consent => ({
  id, brand, purpose: "recommend", granted: "", not_after: "", state, entries: 0, readers: [], reads: [], chain: "waiting",
});
const receipt = { text: "erased", hash: "0x1", signature: "0x2", signer: "0x3" };
const ok = <T>(value: T): Promise<Answer<T>> => Promise.resolve({ ok: true, value });
const lost = <T>(): Promise<Answer<T>> => Promise.resolve({ ok: false, problem: noAnswer });

/** A shop that keeps what it is sent, and can lose its answer on the way back. */
class Shop implements Desk {
  readonly sent: ConsentRequest[] = [];
  readonly endings: [string, string | null][] = [];
  consents: Consent[] = [];
  loses: keyof Desk | null = null;

  terms = () => (this.loses === "terms" ? lost<Terms>() : ok(terms));
  list = () => (this.loses === "list" ? lost<{ consents: Consent[] }>() : ok({ consents: this.consents }));
  grant = (request: ConsentRequest): Promise<Answer<Consent>> => {
    this.sent.push(request);
    const consent = consentOf(request.id, request.brand === lune.id ? lune : oak);
    this.consents = [consent, ...this.consents];
    return this.loses === "grant" ? lost() : ok(consent);
  };
  withdraw = (id: string, signature: string | null) => {
    this.endings.push([id, signature]);
    return ok(consentOf(id, lune, "withdrawn"));
  };
  erase = (id: string, signature: string | null) => {
    this.endings.push([id, signature]);
    return ok({ consent: consentOf(id, lune, "erased"), receipt });
  };
}

class Memory implements Store {
  readonly kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
}
class NoMemory implements Store {
  getItem = (): string | null => { throw new Error("switched off"); };
  setItem = (): void => { throw new Error("switched off"); };
}

let drawn = 0;
const random = (size_bytes: number): Uint8Array => new Uint8Array(size_bytes).fill((drawn += 1));
function browser(shop: Shop, store: Store = new Memory()) {
  return new Agreements(shop, new KeyRing(store, random), random, () => 1_790_000_000);
}

describe("agreeing", () => {
  it("makes one agreement per boutique and uses it again", async () => {
    const shop = new Shop();
    const agreements = browser(shop);
    const first = await agreements.agree(lune.id);
    expect(await agreements.agree(lune.id)).toEqual(first);
    await agreements.agree(oak.id);
    expect(shop.sent.map((request) => request.brand)).toEqual([lune.id, oak.id]);
  });

  it("takes the one that another window has made meanwhile", async () => {
    const shop = new Shop();
    shop.grant = (request) => {
      shop.sent.push(request);
      shop.consents = [consentOf("0x7")];
      return Promise.resolve({ ok: false, problem: { ...noAnswer, status: 409, code: "agreed-already" } });
    };
    expect(await browser(shop).agree(lune.id)).toEqual({ ok: true, value: consentOf("0x7") });
    expect(shop.sent.length).toBe(1);
  });

  it("makes a new one when the old one is over", async () => {
    const shop = new Shop();
    shop.consents = [consentOf("0x1", lune, "withdrawn"), consentOf("0x2", lune, "ended"), consentOf("0x3", lune, "erased")];
    await browser(shop).agree(lune.id);
    expect(shop.sent.length).toBe(1);
  });

  it("finds an agreement again whose answer got lost, and can end it with its key", async () => {
    const shop = new Shop();
    const agreements = browser(shop);
    shop.loses = "grant";
    expect((await agreements.agree(lune.id)).ok).toBe(false);
    shop.loses = null;
    const found = await agreements.agree(lune.id);
    expect(shop.sent.length).toBe(1);
    if (found.ok) await agreements.withdraw(found.value);
    expect(shop.endings[0]?.[1]).toMatch(/^0x[0-9a-f]{130}$/);
  });

  it("says so when the shop does not answer, and sends nothing then", async () => {
    for (const loses of ["list", "terms"] as const) {
      const shop = new Shop();
      shop.loses = loses;
      expect((await browser(shop).agree(lune.id)).ok, loses).toBe(false);
      expect(shop.sent).toEqual([]);
    }
  });
});

describe("ending", () => {
  it("is signed where the key is, also on another visit, and asked for without a signature elsewhere", async () => {
    const shop = new Shop();
    const store = new Memory();
    const made = await browser(shop, store).agree(lune.id);
    if (!made.ok) throw new Error("not agreed");
    for (const agreements of [browser(shop, store), browser(shop)]) {
      await agreements.withdraw(made.value);
      await agreements.erase(made.value);
    }
    expect(shop.endings.map(([, signature]) => signature !== null)).toEqual([true, true, false, false]);
  });

  it("of one that holds ends every other one with the same boutique, and nothing else", () => {
    const before = [consentOf("0x1"), consentOf("0x2"), consentOf("0x3", oak), consentOf("0x4", lune, "erased")];
    const states = (was: Consent, now: Consent) => afterEnding(before, was, now).map(({ state }) => state);
    expect(states(consentOf("0x1"), consentOf("0x1", lune, "withdrawn"))).toEqual(["withdrawn", "withdrawn", "active", "erased"]);
    expect(states(consentOf("0x4", lune, "erased"), consentOf("0x4", lune, "erased"))).toEqual(["active", "active", "active", "erased"]);
  });

  it("is signed afterwards where the key is, as long as the chain has not heard of it", async () => {
    const shop = new Shop();
    const agreements = browser(shop);
    const made = await agreements.agree(lune.id);
    if (!made.ok) throw new Error("not agreed");
    const { id } = made.value;
    const ended = (chain: Consent["chain"]): Consent => ({ ...consentOf(id, lune, "withdrawn"), chain });
    await agreements.confirmEnds([made.value, ended("ended"), ended("never"), ended("left"), { ...ended("noted"), id: "0x9" }]);
    expect(shop.endings).toEqual([]);
    await agreements.confirmEnds([ended("noted"), ended("waiting")]);
    expect(shop.endings.map(([of, signature]) => [of, signature !== null])).toEqual([[id, true], [id, true]]);
  });
});

describe("what a browser keeps", () => {
  it("is a root that never changes, and says nothing of consents that were made elsewhere", () => {
    const store = new Memory();
    const ring = new KeyRing(store, random);
    const root = ring.root();
    expect(new KeyRing(store, random).root()).toEqual(root);
    expect(store.kept.get("galleria.root")).toBe(Buffer.from(root).toString("hex"));
    expect(ring.signed(`0x${"aa".repeat(32)}`)).toBe(false);
  });

  it("does not take what somebody else wrote there for a root", () => {
    const store = new Memory();
    store.setItem("galleria.root", "no root");
    expect(new KeyRing(store, random).root().length).toBe(32);
    expect(store.kept.get("galleria.root")).toMatch(/^[0-9a-f]{64}$/);
  });

  it("lasts as long as the page where storage is switched off", () => {
    const ring = new KeyRing(new NoMemory(), random);
    const id = `0x${"bb".repeat(32)}`;
    const root = ring.root();
    ring.remember(id);
    expect([ring.root(), ring.signed(id)]).toEqual([root, true]);
  });

  it("remembers a bounded number of consents, the newest", () => {
    const store = new Memory();
    const ring = new KeyRing(store, random);
    ring.root();
    const id = (i: number): string => `0x${i.toString(16).padStart(64, "0")}`;
    for (let i = 0; i < 300; i += 1) ring.remember(id(i));
    expect([ring.signed(id(43)), ring.signed(id(44)), ring.signed(id(299))]).toEqual([false, true, true]);
  });
});

describe("the offer", () => {
  it("is made where the shop has it and the browser has not said no", () => {
    const share = new Set(["share"]);
    expect([mayOffer(share, {}), mayOffer(share, { globalPrivacyControl: false }), mayOffer(share, { globalPrivacyControl: true }), mayOffer(new Set(), {})])
      .toEqual([true, true, false, false]);
  });
});

describe("a receipt", () => {
  it("is put into words when it says when and how much, and is shown as it is otherwise", () => {
    expect(readReceipt('{"entries_destroyed":2,"erased_us":1790000000000000,"brand":"x"}')).toEqual({ entries: 2, erased_us: 1_790_000_000_000_000, byHouse: false });
    for (const text of ["", "erased", "{}", '{"entries_destroyed":"2","erased_us":1}', "null"]) expect(readReceipt(text), text).toBeNull();
  });

  it("says when the house signed it in the place of a shop that has left", () => {
    const signedBy = (who: string): boolean | undefined => readReceipt(`{"entries_destroyed":0,"erased_us":1,"signed_by":"${who}"}`)?.byHouse;
    expect([signedBy("house"), signedBy("brand")]).toEqual([true, false]);
  });

  it("does not speak of the public register where the agreement was never entered there", () => {
    const erased = consentOf("0x5", lune, "erased");
    const own = { entries: 1, erased_us: 1, byHouse: false };
    expect(t(hashLabel({ ...erased, chain: "erased" }, own))).toContain("register");
    expect(t(hashLabel({ ...erased, chain: "noted" }, { ...own, byHouse: true }))).not.toContain("register");
    for (const chain of ["never", "left"] as const) expect(t(hashLabel({ ...erased, chain }, own))).not.toContain("register");
  });

  it("is saved with everything that a check needs, word for word", () => {
    expect(JSON.parse(receiptFile(consentOf("0x5", lune, "erased"), receipt))).toEqual({ galleria: "erasure receipt", consent: "0x5", brand: lune, ...receipt });
  });
});
