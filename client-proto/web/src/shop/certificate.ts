// The certificate as a card: what it is for, who issued it, its number, who keeps it. The technical part stays folded.
import { formatDate, t } from "../i18n/index.ts";
import type { Services } from "../app/services.ts";
import type { Certificate, PayWay } from "../net/types.ts";
import { h } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";

/** `pay` says who keeps it: what was paid by card the shop keeps for the customer; null when the order is not known. */
export function certificateCard(services: Services, certificate: Certificate, pay: PayWay | null): HTMLElement {
  const product = services.catalogue.product(certificate.product_id);
  const boutique = product === undefined ? undefined : services.catalogue.boutique(product.boutique);
  const issued_us = Date.parse(certificate.issued) * 1000;
  const fact = (term: string, value: string): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", {}, value));
  return h("article", { class: "certificate", "aria-label": t("certificate.of", { name: certificate.name }), "data-test": "certificate" },
    h("p", { class: "kind" }, t("certificate.title")),
    h("div", { class: "medal" },
      product !== undefined && product.thumb_url !== "" && h("img", { src: product.thumb_url, alt: "" }),
      h("span", { class: "seal" }, icon("seal", 26))),
    h("h2", {}, certificate.name),
    certificate.options !== "" && h("p", { class: "options" }, certificate.options),
    boutique !== undefined && h("p", { class: "by" }, t("certificate.by", { name: boutique.name })),
    h("p", { class: "number", "data-test": "certificate-number" }, h("span", { class: "sr-only" }, `${t("certificate.number")} `), shortNumber(certificate.number)),
    h("dl", { class: "pair" },
      Number.isFinite(issued_us) && fact(t("certificate.date"), formatDate(issued_us)),
      fact(t("certificate.owner"), keeper(certificate, pay))),
    details(certificate));
}

function keeper(certificate: Certificate, pay: PayWay | null): string {
  if (pay === null) return short(certificate.owner);
  return t(pay === "card" ? "certificate.keeper.shop" : "certificate.keeper.you");
}

function details(certificate: Certificate): HTMLElement {
  const row = (name: string, term: string, value: string): HTMLElement[] => [h("dt", {}, term), h("dd", { class: "mono", "data-test": `certificate-${name}` }, value)];
  return h("details", {}, h("summary", {}, t("certificate.details")),
    h("dl", {},
      ...row("owner", t("certificate.ownerAddress"), certificate.owner),
      ...row("transaction", t("certificate.transaction"), certificate.tx_hash),
      ...row("contract", t("certificate.contract"), certificate.contract),
      ...row("token", t("certificate.token"), certificate.token_id)));
}

/** An address or hash, shortened in the middle. */
export function short(text: string): string {
  return text.length > 16 ? `${text.slice(0, 8)}…${text.slice(-6)}` : text;
}

/** The shop's numbers are short already; one that is a bare token is shortened like an address. */
function shortNumber(number: string): string {
  return t("certificate.no", { number: short(number) });
}
