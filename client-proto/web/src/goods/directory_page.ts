// The directory: everything in the open shops as a list, with the same actions as in the world. It is also the way in
// for keyboard and screen reader, and the whole mall when there is no WebGL.
import { formatMoney, t, type Key } from "../i18n/index.ts";
import type { Services } from "../app/services.ts";
import type { Boutique, Product } from "../net/types.ts";
import { h, type Child } from "../ui/dom.ts";
import type { PageMaker, Panel } from "../ui/panel.ts";
import { availability } from "./piece_page.ts";
import { priceOf } from "./catalogue.ts";

const namesMax = 12;

export function directoryPage(services: Services): PageMaker<"directory"> {
  return (_page, context) => () => ({
    title: t("directory.title"),
    tall: true,
    body: [h("p", { class: "soft" }, t("directory.lead")), ...shopLists(services, context.panel), peopleHere(services)],
  });
}

export function shopLists(services: Services, panel: Panel): Child[] {
  return services.catalogue.mall.boutiques.map((boutique) => shopList(services, panel, boutique));
}

function shopList(services: Services, panel: Panel, boutique: Boutique): HTMLElement {
  const products = services.catalogue.products(boutique.id);
  const { world, catalogue } = services;
  const closed = catalogue.isClosed(boutique.id);
  const toDoor = (): void => {
    panel.close();
    world?.walkToDoor(boutique.id);
  };
  return h("section", { "aria-label": boutique.name, class: "rows" },
    h("div", { class: "label-row", style: "align-items:center;margin:6px 0 0" },
      h("div", {}, h("h2", {}, boutique.name), h("div", { class: "soft", style: "font-weight:400" }, kindText(boutique.kind)),
        closed && h("p", { class: "soft", "data-closed": boutique.id }, t("directory.closed"))),
      world !== null && h("button", { class: "chip", type: "button", "aria-label": t("directory.takeTo", { name: boutique.name }), onClick: toDoor }, t("directory.door"))),
    products.length === 0 && h("p", { class: "soft" }, t("directory.empty")),
    h("ul", { class: "rows" }, ...products.map((product) => pieceRow(services, panel, product, null))));
}

function kindText(kind: string): string {
  const known: Readonly<Record<string, Key>> = { fashion: "directory.kind.fashion", furniture: "directory.kind.furniture" };
  const key = known[kind];
  return key === undefined ? kind : t(key);
}

/** One piece as a row; `reason` says why it is suggested, on the "For you" shelf. */
export function pieceRow(services: Services, panel: Panel, product: Product, reason: string | null): HTMLElement {
  const { world, catalogue } = services;
  const price = priceOf(product);
  const priceText = price === null ? "" : price.from ? t("piece.from", { price: formatMoney(price.price) }) : formatMoney(price.price);
  const look = (): void => panel.deeper({ kind: "piece", productId: product.id });
  const walk = (): void => {
    panel.close();
    world?.walkToProduct(product.id);
  };
  const stands = catalogue.displayOf(product.id) !== undefined && !catalogue.isClosed(product.boutique);
  return h("li", { class: "row" },
    product.thumb_url === "" ? h("span", { class: "thumb" }) : h("img", { class: "thumb", src: product.thumb_url, alt: "", loading: "lazy", width: 72, height: 72 }),
    h("div", {}, h("strong", {}, product.name), h("span", {}, priceText),
      availability(product) !== null && h("span", { class: "soft" }, ` · ${availability(product) ?? ""}`),
      reason !== null && h("p", { class: "soft" }, reason)),
    h("div", { class: "actions" },
      h("button", { class: "chip", type: "button", "data-key": `look-${product.id}`, "aria-label": t("directory.openPiece", { name: product.name }), onClick: look }, t("directory.open")),
      world !== null && stands && h("button", { class: "chip", type: "button", "aria-label": t("directory.takeTo", { name: product.name }), onClick: walk }, t("directory.take"))));
}

function peopleHere(services: Services): Child {
  const { world } = services;
  if (world === null) return null;
  const names = world.othersNames().slice(0, namesMax);
  const wave = (): void => {
    world.wave();
    services.say(t("gesture.you.wave"));
  };
  return h("section", { class: "rows", "aria-label": t("directory.here") },
    h("h2", {}, t("directory.here")),
    h("p", { class: "soft" }, names.length === 0 ? t("directory.alone") : names.join(", ")),
    h("div", {}, h("button", { class: "chip", type: "button", onClick: wave }, t("directory.wave"))));
}
