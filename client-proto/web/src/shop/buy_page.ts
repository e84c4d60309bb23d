// Buying on one panel in three steps. The state machine is buy_state.ts; this draws it and talks to the API. An order
// that is under way is followed by polling, also when somebody closes the panel and comes back to My things.
import { formatMoney, t, type Key } from "../i18n/index.ts";
import type { Services } from "../app/services.ts";
import { call, newIdempotencyKey } from "../net/api.ts";
import type { Order, Product, Variant } from "../net/types.ts";
import { h, uid, type Child } from "../ui/dom.ts";
import type { PageContext, PageMaker, PageView } from "../ui/panel.ts";
import { problemText } from "../ui/problem.ts";
import { again, begin, change, emailIsFine, ordered, phase, refused, sending, toPay, toWhat, type BuyState, type PayWay, type Step } from "./buy_state.ts";
import { certificateCard } from "./certificate.ts";
import { openPayment, reservePaymentWindow } from "./payment_window.ts";

const poll_ms = 1_000;
const steps: readonly Step[] = ["what", "pay", "done"];

interface Purchase {
  readonly services: Services;
  readonly context: PageContext;
  readonly product: Product;
  readonly variant: Variant;
  state: BuyState;
  timer: ReturnType<typeof setTimeout> | null;
  /** Opened during the click, waiting for the address of the payment page. */
  reserved: Window | null;
}

export function buyPage(services: Services): PageMaker<"buy"> {
  return (page, context) => {
    const product = services.catalogue.product(page.productId);
    const variant = services.catalogue.variant(page.variantId);
    if (product === undefined || variant === undefined) return () => ({ title: t("buy.title"), body: [h("p", {}, t("buy.noWay"))] });
    const [way] = waysToPay(services);
    const email = services.session()?.account?.email ?? "";
    const purchase: Purchase = { services, context, product, variant, state: begin(way ?? "card", email, newIdempotencyKey()), timer: null, reserved: null };
    return () => view(purchase);
  };
}

function waysToPay(services: Services): PayWay[] {
  return (["card", "wallet"] as const).filter((way) => services.features.has(way));
}

function set(purchase: Purchase, state: BuyState): void {
  purchase.state = state;
  purchase.context.redraw();
}

function view(purchase: Purchase): PageView {
  const { state, product, services } = purchase;
  const body = state.step === "what" ? whatStep(purchase) : state.step === "pay" ? payStep(purchase) : doneStep(purchase);
  const leave = (): void => {
    if (purchase.timer !== null) clearTimeout(purchase.timer);
    purchase.timer = null;
  };
  const done = state.order !== null && phase(state.order) === "done";
  const back = { back: () => set(purchase, toWhat(purchase.state)) };
  return {
    ...(state.step === "pay" ? back : {}),
    eyebrow: services.catalogue.boutique(product.boutique)?.name ?? "",
    title: done ? t("buy.doneTitle") : t("buy.title"),
    tall: true,
    body: [stepLine(state.step === "done" && !done ? "pay" : state.step), ...body],
    foot: foot(purchase),
    footStacked: true,
    leave,
  };
}

function stepLine(now: Step): HTMLElement {
  const names: Readonly<Record<Step, Key>> = { what: "buy.step.what", pay: "buy.step.pay", done: "buy.step.done" };
  return h("ol", { class: "steps", "aria-label": t("buy.stepsLabel") },
    ...steps.map((step) => h("li", { "aria-current": step === now ? "step" : null }, t(names[step]))));
}

function pieceLine({ product, variant }: Purchase): HTMLElement {
  const options = [variant.colour?.name, variant.size].filter((part) => part !== undefined && part !== "").join(", ");
  return h("div", { class: "row" },
    product.thumb_url === "" ? h("span", { class: "thumb" }) : h("img", { class: "thumb", src: product.thumb_url, alt: "", width: 72, height: 72 }),
    h("div", {}, h("strong", {}, product.name), options !== "" && h("div", { class: "soft" }, options), h("div", {}, formatMoney(variant.price))));
}

function whatStep(purchase: Purchase): Child[] {
  return [pieceLine(purchase),
    h("dl", { class: "facts" }, h("dt", {}, t("buy.total")), h("dd", { class: "price" }, formatMoney(purchase.variant.price)))];
}

function payStep(purchase: Purchase): Child[] {
  const { state, services } = purchase;
  const ways = waysToPay(services);
  const emailId = uid("email");
  const email = h("input", { id: emailId, name: "email", type: "email", autocomplete: "email", value: state.email, maxlength: 254 });
  email.addEventListener("input", () => {
    purchase.state = change(purchase.state, { email: email.value.trim() }, newIdempotencyKey());
  });
  return [
    ways.length > 1 && h("div", { class: "rows", role: "radiogroup", "aria-label": t("buy.step.pay") }, ...ways.map((way) => wayChoice(purchase, way))),
    h("p", { class: "soft" }, t(state.way === "card" ? "buy.cardHelp" : "buy.walletHelp")),
    state.way === "card" && h("div", { class: "field" }, h("label", { for: emailId }, t("buy.email")), email),
    shareBox(purchase),
    h("p", { class: "soft" }, t("buy.publicNote")),
    state.problem !== "" && h("p", { class: "note warn", role: "alert" }, state.problem),
  ];
}

function wayChoice(purchase: Purchase, way: PayWay): HTMLElement {
  const choose = (): void => set(purchase, change(purchase.state, { way }, newIdempotencyKey()));
  const input = h("input", { type: "radio", name: "way", value: way, onChange: choose });
  input.checked = purchase.state.way === way;
  return h("label", { class: "choice framed" }, input, h("span", {}, t(way === "card" ? "buy.card" : "buy.wallet")));
}

/** The one box, unticked. A browser that says "do not share" (Global Privacy Control) has answered already. */
function shareBox(purchase: Purchase): Child {
  const refusedByBrowser = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
  if (!purchase.services.features.has("share") || refusedByBrowser) return null;
  const input = h("input", { type: "checkbox", name: "share", onChange: () => {
    purchase.state = change(purchase.state, { share: input.checked }, newIdempotencyKey());
  } });
  input.checked = purchase.state.share;
  return h("label", { class: "choice" }, input, h("span", {}, t("buy.share")));
}

function doneStep(purchase: Purchase): Child[] {
  const { order } = purchase.state;
  if (order === null) return [];
  const now = phase(order);
  if (now !== "done" && now !== "over") follow(purchase);
  if (now === "done" && order.certificate !== null) {
    return [certificateCard(purchase.services, order.certificate, order.pay), h("p", { class: "soft" }, t(order.share ? "buy.shared" : "buy.notShared"))];
  }
  if (now === "over") return [pieceLine(purchase), h("p", { class: "note warn", role: "alert" }, t(`order.state.${order.state}`))];
  const waiting: readonly [Key, Key] = now === "payment" ? ["buy.waitPayment", "buy.waitPaymentHelp"] : ["buy.waitTwin", "buy.waitTwinHelp"];
  return [pieceLine(purchase), h("div", { class: "note", role: "status" }, h("strong", {}, t(waiting[0])), h("p", {}, t(waiting[1]))),
    purchase.state.problem !== "" && h("p", { class: "note warn", role: "alert" }, purchase.state.problem)];
}

function foot(purchase: Purchase): Child[] {
  const { state, variant, context } = purchase;
  const button = (kind: "primary" | "outline", key: string, label: string, run: () => void, disabled = false): HTMLElement =>
    h("button", { class: `button ${kind}`, type: "button", "data-key": key, disabled, onClick: run }, label);
  if (state.step === "what") return [button("primary", "next", t("buy.next"), () => set(purchase, toPay(purchase.state)))];
  if (state.step === "pay") {
    const busy = state.busy !== "no";
    const label = busy ? t(state.busy === "wallet" ? "buy.confirmWallet" : "progress.order") : t("buy.toProvider", { price: formatMoney(variant.price) });
    return [button("primary", "pay", label, () => void pay(purchase), busy)];
  }
  if (state.order === null) return [];
  const { order } = state;
  switch (phase(order)) {
    case "payment":
      return [
        order.payment !== null && button("primary", "open-payment", t("buy.openPayment"), () => openPayment(order.payment?.redirect_url ?? "", null)),
        button("outline", "cancel", t("buy.cancel"), () => void cancel(purchase, order)),
      ];
    case "certificate":
      return [];
    case "over":
      return [button("primary", "again", t("buy.again"), () => set(purchase, again(purchase.state, newIdempotencyKey())))];
    case "done":
      return [button("primary", "things", t("buy.toThings"), () => context.panel.instead({ kind: "things" })),
        button("outline", "on", t("buy.keepLooking"), () => context.panel.close())];
  }
}

async function pay(purchase: Purchase): Promise<void> {
  const { state } = purchase;
  if (state.way === "card" && !emailIsFine(state.email)) {
    set(purchase, { ...state, problem: t("buy.emailInvalid") });
    return;
  }
  // A browser opens a window only during the click itself, so it is opened now and led to the payment page later.
  purchase.reserved = state.way === "card" ? reservePaymentWindow() : null;
  set(purchase, sending(state, "sending"));
  const body = { variant_id: purchase.variant.id, pay: state.way, email: state.way === "card" ? state.email : null, share: state.share };
  const answer = await call<Order>("POST", "/api/checkout", body, { idempotencyKey: state.key });
  if (!answer.ok) {
    giveUpWindow(purchase);
    set(purchase, refused(purchase.state, problemText(answer.problem), answer.problem.status !== 0, newIdempotencyKey()));
    return;
  }
  leadToPayment(purchase, answer.value);
  set(purchase, ordered(purchase.state, answer.value));
}

/** The provider's page may take a moment to be ready; the window waits for it. */
function leadToPayment(purchase: Purchase, order: Order): void {
  if (purchase.reserved === null) return;
  const url = order.payment?.redirect_url;
  if (phase(order) !== "payment") giveUpWindow(purchase);
  else if (url !== undefined) {
    openPayment(url, purchase.reserved);
    purchase.reserved = null;
  }
}

function giveUpWindow(purchase: Purchase): void {
  purchase.reserved?.close();
  purchase.reserved = null;
}

async function cancel(purchase: Purchase, order: Order): Promise<void> {
  giveUpWindow(purchase);
  const answer = await call<Order>("POST", `/api/orders/${order.id}/cancel`);
  if (answer.ok) announce(purchase, answer.value);
  else set(purchase, { ...purchase.state, problem: problemText(answer.problem) });
}

/** Asks for the order again in a moment, for as long as the page is open. */
function follow(purchase: Purchase): void {
  if (purchase.timer !== null) return;
  purchase.timer = setTimeout(async () => {
    purchase.timer = null;
    const { order } = purchase.state;
    if (order === null || !purchase.context.alive()) return;
    const answer = await call<Order>("GET", `/api/orders/${order.id}`);
    if (!purchase.context.alive()) return;
    const next = answer.ok ? answer.value : order;
    if (next.state !== order.state || next.payment?.redirect_url !== order.payment?.redirect_url) announce(purchase, next);
    else follow(purchase);
  }, poll_ms);
}

function announce(purchase: Purchase, order: Order): void {
  leadToPayment(purchase, order);
  set(purchase, ordered(purchase.state, order));
  purchase.services.say(t(`order.state.${order.state}`));
}
