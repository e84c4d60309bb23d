// The shelf of suggestions: what goes with what one bought, each piece with its reason; somebody of whom nothing is known
// gets the same shelf by a plain rule, and is told so.
import type { Services } from "../app/services.ts";
import { priceOf } from "../goods/catalogue.ts";
import { formatMoney, t } from "../i18n/index.ts";
import { call, type Problem } from "../net/api.ts";
import type { Product } from "../net/types.ts";
import { h, type Child } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";
import type { PageContext, PageMaker } from "../ui/panel.ts";
import { problemText } from "../ui/problem.ts";
import { mayOffer, thisBrowser } from "./offer.ts";
import { reasonText } from "./reasons.ts";
import type { ForYou, Pick } from "./types.ts";

/** Right after a purchase its note may be a moment behind; the shelf then asks again, but not for ever. */
const again_ms = 1_000;
const asksMax = 15;
/** More than the server ever sends. */
const picksMax = 12;

interface Standing {
  readonly pick: Pick;
  readonly product: Product;
}

interface State {
  basis: ForYou["basis"] | null;
  standing: readonly Standing[];
  problem: Problem | null;
  waiting: boolean;
  asks: number;
  timer: ReturnType<typeof setTimeout> | null;
}

export function forYouPage(services: Services): PageMaker<"forYou"> {
  return (page, context) => {
    const state: State = { basis: null, standing: [], problem: null, waiting: page.after === "purchase", asks: 0, timer: null };
    void load(services, state, context);
    return () => ({
      title: t("forYou.title"),
      tall: true,
      wide: true,
      body: body(services, state, context),
      leave: () => {
        if (state.timer !== null) clearTimeout(state.timer);
        state.timer = null;
      },
    });
  };
}

async function load(services: Services, state: State, context: PageContext): Promise<void> {
  const answer = await call<ForYou>("GET", "/api/for-you");
  const standing = answer.ok ? await withProducts(services, answer.value.picks.slice(0, picksMax)) : [];
  if (!context.alive()) return;
  state.asks += 1;
  state.problem = answer.ok ? null : answer.problem;
  if (answer.ok) {
    state.basis = answer.value.basis;
    state.standing = standing;
  }
  state.waiting = state.waiting && answer.ok && state.basis === "newcomer" && state.asks < asksMax;
  if (state.waiting) state.timer = setTimeout(() => void load(services, state, context), again_ms);
  context.redraw();
}

/** A piece that came into the shop after this page was opened is asked for; one that is gone is left out. */
async function withProducts(services: Services, picks: readonly Pick[]): Promise<Standing[]> {
  const { catalogue } = services;
  const unknown = picks.filter((pick) => catalogue.product(pick.product_id) === undefined);
  await Promise.all(unknown.map(async ({ product_id }) => {
    const answer = await call<Product>("GET", `/api/products/${product_id}`);
    if (answer.ok) catalogue.remember(answer.value);
  }));
  return picks.flatMap((pick) => {
    const product = catalogue.product(pick.product_id);
    return product === undefined ? [] : [{ pick, product }];
  });
}

function body(services: Services, state: State, context: PageContext): Child[] {
  if (state.problem !== null) return [h("p", { class: "note warn", role: "alert" }, problemText(state.problem)), tryAgain(services, state, context)];
  if (state.basis === null || state.waiting) return [h("p", { class: "soft", role: "status" }, t("progress.shelf")), shelf([emptyNiche(), emptyNiche(), emptyNiche()])];
  if (state.standing.length === 0) return [h("p", {}, t("forYou.empty")), toDirectory(context)];
  return [lead(services, state.basis), shelf(state.standing.map((one) => pieceOnShelf(services, context, one)))];
}

function lead(services: Services, basis: ForYou["basis"]): HTMLElement {
  if (basis === "purchases") return h("p", { class: "shelf-lead" }, t("forYou.lead"));
  const offered = mayOffer(services.features, thisBrowser());
  return h("div", { class: "shelf-lead" }, h("h2", {}, t("forYou.newcomer")),
    h("p", {}, t("forYou.newcomerLead"), " ", offered && t("forYou.newcomerHow")));
}

function tryAgain(services: Services, state: State, context: PageContext): HTMLElement {
  const run = (): void => {
    state.problem = null;
    state.basis = null;
    context.redraw();
    void load(services, state, context);
  };
  return h("div", {}, h("button", { class: "chip", type: "button", "data-key": "again", onClick: run }, t("error.retryNow")));
}

function toDirectory(context: PageContext): HTMLElement {
  return h("div", {}, h("button", { class: "chip", type: "button", onClick: () => context.panel.instead({ kind: "directory" }) }, t("hud.directory")));
}

function shelf(pieces: readonly Child[]): HTMLElement {
  return h("ul", { class: "shelf", "data-test": "shelf" }, ...pieces);
}

function emptyNiche(): HTMLElement {
  return h("li", { class: "shelf-piece", "aria-hidden": "true" }, h("span", { class: "shelf-open" }, h("span", { class: "niche" })));
}

function pieceOnShelf(services: Services, context: PageContext, { pick, product }: Standing): HTMLElement {
  const { world, catalogue } = services;
  const price = priceOf(product);
  const money = price === null ? "" : formatMoney(price.price);
  const priceText = price?.from === true ? t("piece.from", { price: money }) : money;
  const look = (): void => context.panel.deeper({ kind: "piece", productId: product.id });
  const walk = (): void => {
    context.panel.close();
    world?.walkToProduct(product.id);
  };
  const stands = world !== null && catalogue.displayOf(product.id) !== undefined;
  return h("li", { class: "shelf-piece", "data-test": `pick-${product.slug}` },
    h("button", { class: "shelf-open", type: "button", "data-key": `look-${product.id}`, "aria-label": `${t("directory.openPiece", { name: product.name })}, ${priceText}`, onClick: look },
      h("span", { class: "niche" }, product.thumb_url !== "" && h("img", { src: product.thumb_url, alt: "", width: 256, height: 256 })),
      h("span", { class: "price-tag" }, priceText)),
    h("div", { class: "shelf-words" },
      h("strong", {}, product.name),
      h("span", { class: "shop" }, catalogue.boutique(product.boutique)?.name ?? ""),
      h("p", { class: "reason" }, reasonText(pick.reason))),
    stands && h("button", { class: "walk", type: "button", "aria-label": t("directory.takeTo", { name: product.name }), onClick: walk }, icon("walk"), t("directory.take")));
}
