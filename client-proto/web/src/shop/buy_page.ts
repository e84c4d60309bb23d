// Buying on one panel in three steps: what, how to pay, done. This draws them; purchase.ts does what the buttons say.
import { shareBox } from "../agree/share_box.ts";
import { formatMoney, t, type Key } from "../i18n/index.ts";
import type { Services } from "../app/services.ts";
import { newIdempotencyKey } from "../net/api.ts";
import type { Order, PayWay } from "../net/types.ts";
import { h, uid, type Child } from "../ui/dom.ts";
import type { PageMaker, PageView } from "../ui/panel.ts";
import { again, begin, change, overText, phase, toPay, toWhat, waitsForWallet, type Step } from "./buy_state.ts";
import { certificateCard } from "./certificate.ts";
import { openPayment } from "./payment_window.ts";
import { Purchase } from "./purchase.ts";
import type { WalletStep } from "./wallet_payment.ts";
import type { Wallet } from "./wallets.ts";

const steps: readonly Step[] = ["what", "pay", "done"];

/** One row of the choice; a browser may have several wallets. */
interface Way {
  readonly way: PayWay;
  readonly wallet: Wallet | null;
}

export function buyPage(services: Services): PageMaker<"buy"> {
  return (page, context) => {
    const product = services.catalogue.product(page.productId);
    const variant = services.catalogue.variant(page.variantId);
    const [first] = waysToPay(services);
    if (product === undefined || variant === undefined || first === undefined) return () => ({ title: t("buy.title"), body: [h("p", {}, t("buy.noWay"))] });
    const email = services.session()?.account?.email ?? "";
    const purchase = new Purchase(services, context, product, variant, begin(first.way, first.wallet?.id ?? "", email, newIdempotencyKey()));
    return () => view(purchase);
  };
}

/** A wallet is offered only to those who have one. */
function waysToPay(services: Services): Way[] {
  const card: Way[] = services.features.has("card") ? [{ way: "card", wallet: null }] : [];
  const wallets = services.features.has("wallet") ? services.wallets() : [];
  return [...card, ...wallets.map((wallet): Way => ({ way: "wallet", wallet }))];
}

function view(purchase: Purchase): PageView {
  const { state, product, services } = purchase;
  const body = state.step === "what" ? whatStep(purchase) : state.step === "pay" ? payStep(purchase) : doneStep(purchase);
  const done = state.order !== null && phase(state.order) === "done";
  const back = { back: () => purchase.set(toWhat(purchase.state)) };
  return {
    ...(state.step === "pay" ? back : {}),
    eyebrow: services.catalogue.boutique(product.boutique)?.name ?? "",
    title: done ? t("buy.doneTitle") : t("buy.title"),
    tall: true,
    body: [done ? null : stepLine(state.step === "done" ? "pay" : state.step), ...body],
    foot: foot(purchase),
    footStacked: !done,
    leave: () => purchase.leave(),
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
  const card = state.way === "card";
  const emailId = uid("email");
  const email = h("input", { id: emailId, name: "email", type: "email", autocomplete: "email", value: state.email, maxlength: 254 });
  email.addEventListener("input", () => {
    purchase.state = change(purchase.state, { email: email.value.trim() }, newIdempotencyKey());
  });
  return [
    ways.length > 1 && h("div", { class: "rows", role: "radiogroup", "aria-label": t("buy.step.pay") }, ...ways.map((way) => wayChoice(purchase, way))),
    h("p", { class: "soft" }, t(card ? "buy.cardHelp" : "buy.walletHelp")),
    card && h("div", { class: "field" }, h("label", { for: emailId }, t("buy.email")), email),
    shareBox(services, state.share, (share) => {
      purchase.state = change(purchase.state, { share }, newIdempotencyKey());
    }),
    h("p", { class: "soft" }, t(card ? "buy.publicNote" : "buy.publicNoteWallet")),
    problemLine(purchase),
  ];
}

function problemLine({ state }: Purchase): Child {
  return state.problem !== "" && h("p", { class: "note warn", role: "alert" }, state.problem);
}

function wayChoice(purchase: Purchase, { way, wallet }: Way): HTMLElement {
  const walletId = wallet?.id ?? "";
  const choose = (): void => purchase.set(change(purchase.state, { way, walletId }, newIdempotencyKey()));
  const input = h("input", { type: "radio", name: "way", value: wallet === null ? way : `${way} ${walletId}`, onChange: choose });
  input.checked = purchase.state.way === way && purchase.state.walletId === walletId;
  const name = wallet !== null && wallet.name !== "" && h("span", { class: "soft block" }, wallet.name);
  const picture = wallet !== null && wallet.icon !== "" && h("img", { class: "wallet-icon", src: wallet.icon, alt: "", width: 24, height: 24 });
  return h("label", { class: "choice framed", "data-test": `pay-${way}` }, input, 
    h("span", { class: "choice-line" }, h("span", {}, t(way === "card" ? "buy.card" : "buy.wallet"), name), picture));
}

function doneStep(purchase: Purchase): Child[] {
  const { order } = purchase.state;
  if (order === null) return [];
  const now = phase(order);
  if (now !== "done" && now !== "over") purchase.follow();
  if (now === "done" && order.certificate !== null) {
    const shared = purchase.services.features.has("share") && h("p", { class: "soft" }, t(order.share ? "buy.shared" : "buy.notShared"));
    return [certificateCard(purchase.services, order.certificate, order.pay), shared];
  }
  if (now === "over") return [pieceLine(purchase), h("p", { class: "note warn", role: "alert" }, t(overText(order)))];
  // One message at a time: what went wrong says what to do as well.
  if (purchase.state.problem !== "") return [pieceLine(purchase), problemLine(purchase)];
  const [title, help] = waiting(purchase, order);
  return [pieceLine(purchase), h("div", { class: "note", role: "status" }, h("strong", {}, t(title)), h("p", {}, t(help)))];
}

const walletTexts: Readonly<Record<WalletStep, readonly [Key, Key]>> = {
  connect: ["wallet.connect", "wallet.connectHelp"],
  ask: ["wallet.working", "wallet.workingHelp"],
  chain: ["wallet.chain", "wallet.chainHelp"],
  sign: ["buy.confirmWallet", "wallet.signHelp"],
  send: ["wallet.working", "wallet.workingHelp"],
};

/** What is being waited for, and what somebody can do meanwhile. */
function waiting({ state }: Purchase, order: Order): readonly [Key, Key] {
  if (waitsForWallet(state)) return state.busy === "no" || state.busy === "sending" ? ["wallet.waits", "wallet.waitsHelp"] : walletTexts[state.busy];
  if (order.state === "awaiting_payment" && order.pay === "wallet") return ["wallet.paying", "wallet.payingHelp"];
  return phase(order) === "payment" ? ["buy.waitPayment", "buy.waitPaymentHelp"] : ["buy.waitTwin", "buy.waitTwinHelp"];
}

function button(kind: "primary" | "outline", key: string, label: string, run: () => void, disabled = false): HTMLElement {
  return h("button", { class: `button ${kind}`, type: "button", "data-key": key, disabled, onClick: run }, label);
}

function foot(purchase: Purchase): Child[] {
  const { state, variant, context, services } = purchase;
  if (state.step === "what") return [button("primary", "next", t("buy.next"), () => purchase.set(toPay(purchase.state)))];
  if (state.step === "pay") {
    const busy = state.busy !== "no";
    const label = t(state.way === "card" ? "buy.toProvider" : "buy.fromWallet", { price: formatMoney(variant.price) });
    return [button("primary", "pay", busy ? t("progress.order") : label, () => void purchase.pay(), busy)];
  }
  if (state.order === null) return [];
  switch (phase(state.order)) {
    case "payment":
      return paymentFoot(purchase, state.order);
    case "certificate":
      return [];
    case "over":
      return [button("primary", "again", t("buy.again"), () => purchase.set(again(purchase.state, newIdempotencyKey())))];
    case "done": {
      const things = (kind: "primary" | "outline"): HTMLElement => button(kind, "things", t("buy.toThings"), () => context.panel.instead({ kind: "things" }));
      if (!state.order.share || !services.features.has("for_you")) return [things("primary"), button("outline", "on", t("buy.keepLooking"), () => context.panel.close())];
      return [button("primary", "for-you", t("buy.toForYou"), () => context.panel.instead({ kind: "forYou", after: "purchase" })), things("outline")];
    }
  }
}

/** While the payment page stands open the order is left by that page's own button. */
function paymentFoot(purchase: Purchase, order: Order): Child[] {
  const { busy } = purchase.state;
  const url = order.payment?.redirect_url;
  return [
    waitsForWallet(purchase.state) && button("primary", "ask-wallet", t(busy === "no" ? "wallet.askAgain" : walletTexts[busy === "sending" ? "send" : busy][0]),
      () => void purchase.askWallet(), busy !== "no"),
    url !== undefined && button("primary", "open-payment", t("buy.openPayment"), () => openPayment(url, null)),
    order.state === "reserved" && button("outline", "cancel", t("buy.cancel"), () => void purchase.cancel()),
  ];
}
