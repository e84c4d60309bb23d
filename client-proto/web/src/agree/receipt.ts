// The receipt of an erasure: what was destroyed and when, signed by the boutique, so that anybody can check it later. The
// signed text is JSON; it is shown in words, and in full to who wants to check it. A saved receipt has all of it.
import { count, formatMoment, t, type Key } from "../i18n/index.ts";
import { h, type Child } from "../ui/dom.ts";
import type { PageView } from "../ui/panel.ts";
import type { Consent, Receipt } from "./types.ts";

export interface Destroyed {
  readonly entries: number;
  readonly erased_us: number;
  /** The house signed in the place of a shop that has left. */
  readonly byHouse: boolean;
}

/** What the signed text says of time, number and who signed; null when it does not. */
export function readReceipt(text: string): Destroyed | null {
  try {
    const { entries_destroyed: entries, erased_us, signed_by } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return typeof entries === "number" && typeof erased_us === "number" ? { entries, erased_us, byHouse: signed_by === "house" } : null;
  } catch {
    return null;
  }
}

export function receiptView(consent: Consent, receipt: Receipt, back: () => void): PageView {
  const destroyed = readReceipt(receipt.text);
  return {
    eyebrow: consent.brand.name,
    title: t("known.erasedTitle"),
    tall: true,
    back,
    body: [
      h("p", { role: "status" }, t("known.erasedText")),
      slip(consent, receipt, destroyed),
      h("p", { class: "soft" }, t(destroyed?.byHouse ? "receipt.leadHouse" : "receipt.lead", { name: consent.brand.name })),
    ],
    foot: [h("button", { class: "button primary", type: "button", "data-key": "save", onClick: () => save(consent, receipt) }, t("receipt.save")),
      h("button", { class: "button outline", type: "button", "data-key": "list", onClick: back }, t("panel.back"))],
    footStacked: true,
  };
}

/** A consent that ended before it was entered has left nothing in the public register to compare with, nor has a shop that has left. */
export function hashLabel(consent: Consent, destroyed: Destroyed | null): Key {
  return destroyed?.byHouse === true || consent.chain === "never" || consent.chain === "left" ? "receipt.hashAlone" : "receipt.hash";
}

function slip(consent: Consent, receipt: Receipt, destroyed: Destroyed | null): HTMLElement {
  const fact = (term: string, value: string): Child[] => [h("dt", {}, term), h("dd", {}, value)];
  const proof = (name: keyof Receipt, term: string): Child[] => [h("dt", { class: "soft" }, term), h("dd", { class: "mono", "data-test": `receipt-${name}` }, receipt[name])];
  return h("article", { class: "receipt", "data-test": "receipt" },
    h("p", { class: "kind" }, t("receipt.title")),
    h("dl", { class: "facts" },
      ...fact(t("receipt.shop"), consent.brand.name),
      ...(destroyed === null ? [] : [...fact(t("receipt.when"), formatMoment(destroyed.erased_us)), ...fact(t("receipt.what"), count("known.purchases", destroyed.entries))])),
    h("p", { class: "soft" }, t("receipt.keys")),
    h("details", {}, h("summary", {}, t("receipt.check")),
      h("dl", {}, ...proof("text", t("receipt.text")), ...proof("hash", t(hashLabel(consent, destroyed))), ...proof("signature", t("receipt.signature")),
        ...proof("signer", t("receipt.signer")))));
}

/** What the file says; `text` is signed as it stands. */
export function receiptFile(consent: Consent, receipt: Receipt): string {
  const { text, hash, signature, signer } = receipt;
  return `${JSON.stringify({ galleria: "erasure receipt", consent: consent.id, brand: consent.brand, text, hash, signature, signer }, null, 2)}\n`;
}

function save(consent: Consent, receipt: Receipt): void {
  const url = URL.createObjectURL(new Blob([receiptFile(consent, receipt)], { type: "application/json" }));
  h("a", { href: url, download: `galleria-receipt-${consent.id.slice(2, 10)}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
