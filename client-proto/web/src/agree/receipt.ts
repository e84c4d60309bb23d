// The receipt of an erasure: what was destroyed, signed by the boutique, so that anybody can check it later. It can be
// saved as a file with everything that a check needs.
import { t } from "../i18n/index.ts";
import { h } from "../ui/dom.ts";
import type { PageView } from "../ui/panel.ts";
import type { Consent, Receipt } from "./types.ts";

export function receiptView(consent: Consent, receipt: Receipt, back: () => void): PageView {
  const row = (term: string, value: string, name: string): HTMLElement[] => [h("dt", { class: "soft" }, term), h("dd", { class: "mono", "data-test": `receipt-${name}` }, value)];
  return {
    eyebrow: consent.brand.name,
    title: t("known.erasedTitle"),
    tall: true,
    back,
    body: [
      h("p", { role: "status" }, t("known.erasedText")),
      h("p", { class: "soft" }, t("receipt.lead", { name: consent.brand.name })),
      h("article", { class: "receipt", "data-test": "receipt" },
        h("p", { class: "kind" }, t("receipt.title")),
        h("pre", { "data-test": "receipt-text", tabindex: 0 }, receipt.text),
        h("details", {}, h("summary", {}, t("receipt.check")),
          h("dl", {}, ...row(t("receipt.hash"), receipt.hash, "hash"), ...row(t("receipt.signature"), receipt.signature, "signature"),
            ...row(t("receipt.signer"), receipt.signer, "signer")))),
    ],
    foot: [h("button", { class: "button primary", type: "button", "data-key": "save", onClick: () => save(consent, receipt) }, t("receipt.save")),
      h("button", { class: "button outline", type: "button", "data-key": "list", onClick: back }, t("panel.back"))],
  };
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
