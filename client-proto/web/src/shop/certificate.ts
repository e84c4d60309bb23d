// The certificate as a card: what it is for, its number, who keeps it. The technical part stays under details.
import { formatDate, t } from "../i18n/index.ts";
import type { Services } from "../app/services.ts";
import type { Certificate, Order } from "../net/types.ts";
import { h } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";

/** `pay` says who keeps it: what was paid by card the shop keeps for the customer; null when the order is not known. */
export function certificateCard(services: Services, certificate: Certificate, pay: Order["pay"] | null): HTMLElement {
  const product = services.catalogue.product(certificate.product_id);
  const boutique = product === undefined ? undefined : services.catalogue.boutique(product.boutique);
  const issued_us = Date.parse(certificate.issued) * 1000;
  return h("article", { class: "certificate", "aria-label": t("certificate.of", { name: certificate.name }) },
    h("div", { class: "seal" }, icon("seal", 28), t("certificate.title")),
    product !== undefined && product.thumb_url !== "" && h("img", { src: product.thumb_url, alt: "" }),
    h("div", {}, h("h2", {}, certificate.name),
      h("div", { class: "soft" }, [boutique?.name, certificate.options].filter((part) => part !== undefined && part !== "").join(" · "))),
    h("dl", { class: "facts" },
      h("dt", {}, t("certificate.number")), h("dd", { class: "mono" }, certificate.number),
      h("dt", {}, t("certificate.owner")), h("dd", {}, keeper(certificate, pay)),
      Number.isFinite(issued_us) && h("dt", {}, t("certificate.date")), Number.isFinite(issued_us) && h("dd", {}, formatDate(issued_us))),
    details(certificate));
}

function keeper(certificate: Certificate, pay: Order["pay"] | null): string {
  if (pay === null) return short(certificate.owner);
  return t(pay === "card" ? "certificate.keeper.shop" : "certificate.keeper.you");
}

function details(certificate: Certificate): HTMLElement {
  const row = (term: string, value: string): HTMLElement[] => [h("dt", {}, term), h("dd", { class: "mono" }, value)];
  return h("details", {}, h("summary", {}, t("certificate.details")),
    h("dl", { class: "facts", style: "grid-template-columns:1fr" },
      ...row(t("certificate.transaction"), certificate.tx_hash),
      ...row(t("certificate.ownerAddress"), certificate.owner),
      ...row(t("certificate.contract"), certificate.contract)));
}

/** An address or hash, shortened in the middle. */
export function short(text: string): string {
  return text.length > 16 ? `${text.slice(0, 8)}…${text.slice(-6)}` : text;
}
