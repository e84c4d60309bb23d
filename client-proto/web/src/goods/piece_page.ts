// The page of one piece: name, price, what it is made in, how large it is, who made it, and the two things one can do
// with it: try it on, buy it.
import { count, formatCentimetres, formatMoney, formatPercent, t } from "../i18n/index.ts";
import { call } from "../net/api.ts";
import type { Services } from "../app/services.ts";
import type { Colour, Product, Variant } from "../net/types.ts";
import { h, type Child } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";
import type { PageMaker, PageView } from "../ui/panel.ts";
import { coloursOf, firstVariant, inStock, sizesOf, withColour } from "./catalogue.ts";

export function piecePage(services: Services): PageMaker<"piece"> {
  return (page, context) => {
    const { catalogue, world } = services;
    const start = catalogue.product(page.productId);
    let chosen: Variant | null = start === undefined ? null : firstVariant(start);
    world?.lookAtPiece(page.productId);
    void refresh(services, page.productId).then(() => {
      const fresh = catalogue.product(page.productId);
      chosen = fresh?.variants.find((variant) => variant.id === chosen?.id) ?? (fresh === undefined ? null : firstVariant(fresh));
      context.redraw();
    });
    const choose = (variant: Variant): void => {
      chosen = variant;
      world?.showVariant(page.productId, variant.id);
      context.redraw();
    };
    return (): PageView => {
      const product = catalogue.product(page.productId);
      if (product === undefined || chosen === null) return { title: t("piece.soldOut"), body: [] };
      const variant = chosen;
      const buy = (): void => context.panel.deeper({ kind: "buy", productId: product.id, variantId: variant.id });
      return {
        eyebrow: catalogue.boutique(product.boutique)?.name ?? "",
        title: product.name,
        body: [
          h("p", { class: "price" }, formatMoney(variant.price)),
          fetchLine(services, product),
          lookSwitch(services, product),
          colourChoice(product, variant, choose),
          sizeChoice(product, variant, choose),
          h("p", { class: "soft desc" }, product.description),
          facts(product, variant),
        ],
        foot: [tryButton(services, product, variant), buyButton(services, variant, buy)],
      };
    };
  };
}

async function refresh(services: Services, productId: number): Promise<void> {
  const answer = await call<Product>("GET", `/api/products/${productId}`);
  if (answer.ok) services.catalogue.remember(answer.value);
}

function fetchLine(services: Services, product: Product): Child {
  const fraction = services.world?.fetching(product.id) ?? null;
  if (fraction !== null) {
    const what = t("progress.piece", { name: product.name });
    return h("div", { class: "soft", role: "status" }, t("progress.percent", { what, percent: formatPercent(fraction) }),
      h("div", { class: "bar", style: "margin-top:6px" }, h("i", { style: `transform:scaleX(${fraction.toFixed(2)})` })));
  }
  return services.world?.failed(product.id) === true && h("p", { class: "note warn" }, t("piece.notHere"));
}

/** Who wears the piece may look at it on the display or on themselves. */
function lookSwitch(services: Services, product: Product): Child {
  const { world } = services;
  if (world === null || product.wear === null) return null;
  const worn = world.wearing()[product.wear.slot] ?? 0;
  if (services.catalogue.productOfVariant(worn)?.id !== product.id) return null;
  const onMe = world.lookingAtMe();
  const run = (): void => (onMe ? world.lookAtPiece(product.id) : world.lookAtMe());
  return h("div", {}, h("button", { class: "chip", type: "button", "data-key": "look", onClick: run }, t(onMe ? "piece.lookAtPiece" : "piece.lookAtMe")));
}

function colourChoice(product: Product, now: Variant, choose: (variant: Variant) => void): Child {
  const colours = coloursOf(product);
  if (colours.length === 0) return null;
  const swatch = (colour: Colour): HTMLElement => {
    const input = h("input", {
      type: "radio", name: "colour", value: colour.name, "aria-label": colour.name,
      onChange: () => choose(withColour(product, now, colour)),
    });
    input.checked = colour.name === now.colour?.name;
    return h("label", {}, input, h("i", { style: `background:${safeColour(colour.hex)}` }));
  };
  return h("fieldset", {}, h("legend", { class: "label-row", style: "width:100%" }, t("piece.colour"), h("span", {}, now.colour?.name)),
    h("div", { class: "swatches" }, ...colours.map(swatch)));
}

function sizeChoice(product: Product, now: Variant, choose: (variant: Variant) => void): Child {
  const sizes = sizesOf(product, now.colour);
  if (sizes.length === 0) return null;
  const box = ({ size, variant }: (typeof sizes)[number]): HTMLElement => {
    const soldOut = variant === null || variant.stock === 0;
    const input = h("input", {
      type: "radio", name: "size", value: size, disabled: soldOut && size !== now.size,
      "aria-label": soldOut ? `${size}, ${t("piece.soldOut")}` : size,
      onChange: () => variant !== null && choose(variant),
    });
    input.checked = size === now.size;
    return h("label", {}, input, h("i", {}, size));
  };
  return h("fieldset", {}, h("legend", { class: "label-row", style: "width:100%" }, t("piece.size"), h("span", {}, stockText(now))),
    h("div", { class: "sizes" }, ...sizes.map(box)));
}

export function stockText(variant: Variant): string {
  return variant.stock === 0 ? t("piece.soldOut") : count("piece.stock", variant.stock);
}

function facts(product: Product, variant: Variant): HTMLElement {
  const [w, height, d] = product.size_m;
  const rows: Child[] = [];
  const row = (term: string, value: string): void => void rows.push(h("dt", {}, term), h("dd", {}, value));
  if (sizesOf(product, variant.colour).length === 0) row(t("piece.stock"), stockText(variant));
  if (w > 0 && height > 0 && d > 0) {
    const size = { w: formatCentimetres(w), h: formatCentimetres(height), d: formatCentimetres(d) };
    row(t("piece.dimensions"), t("piece.dimensionsValue", size));
  }
  if (product.author !== "") row(t("piece.author"), product.author);
  if (product.licence !== "") row(t("piece.licence"), product.licence);
  return h("dl", { class: "facts" }, ...rows);
}

function tryButton(services: Services, product: Product, variant: Variant): Child {
  const { world } = services;
  if (world === null || product.wear === null) return null;
  const { slot } = product.wear;
  const worn = world.wearing()[slot] ?? 0;
  if (worn === variant.id && services.catalogue.isOwn(worn)) {
    return h("button", { class: "button outline", type: "button", disabled: true }, icon("person"), t("piece.isOwn"));
  }
  if (worn === variant.id) {
    return h("button", { class: "button outline", type: "button", "data-key": "try", onClick: () => world.takeOff(slot) }, icon("person"), t("piece.takeOff"));
  }
  const run = (): void => {
    world.tryOn(variant.id);
    world.lookAtMe();
  };
  return h("button", { class: "button outline", type: "button", "data-key": "try", onClick: run }, icon("person"), t("piece.tryOn"));
}

function buyButton(services: Services, variant: Variant, buy: () => void): Child {
  if (!services.features.has("card") && !services.features.has("wallet")) return null;
  if (variant.stock === 0) return h("button", { class: "button primary", type: "button", disabled: true }, t("piece.soldOut"));
  return h("button", { class: "button primary", type: "button", "data-key": "buy", onClick: buy }, t("piece.buy", { price: formatMoney(variant.price) }));
}

/** Colours come from the catalogue; only plain hex goes into a style. */
export function safeColour(hex: string): string {
  return /^#[0-9a-fA-F]{3,8}$/.test(hex) ? hex : "#888";
}

export function availability(product: Product): string | null {
  return inStock(product) ? null : t("piece.soldOut");
}
