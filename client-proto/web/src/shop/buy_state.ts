// Buying, as a state machine without pictures: what, how to pay, done. Each function takes a state and gives the next.
// One intended purchase has one idempotency key; repeating a request that got no answer repeats the key, and changing
// anything about the purchase draws a new one. A wallet is asked once the order stands, and may be asked again.
import type { Key } from "../i18n/index.ts";
import type { Order, OrderReason, PayWay } from "../net/types.ts";
import type { WalletStep } from "./wallet_payment.ts";

export type Step = "what" | "pay" | "done";

export interface BuyState {
  readonly step: Step;
  readonly way: PayWay;
  /** Which wallet, where the browser has several. */
  readonly walletId: string;
  readonly email: string;
  readonly share: boolean;
  readonly key: string;
  readonly busy: "no" | "sending" | WalletStep;
  readonly problem: string;
  readonly order: Order | null;
}

/** Where an order stands for the person who waits for it. */
export type Phase = "payment" | "certificate" | "done" | "over";

export function begin(way: PayWay, walletId: string, email: string, key: string): BuyState {
  return { step: "what", way, walletId, email, share: false, key, busy: "no", problem: "", order: null };
}

export function toPay(state: BuyState): BuyState {
  return state.step === "what" ? { ...state, step: "pay", problem: "" } : state;
}

export function toWhat(state: BuyState): BuyState {
  return state.step === "pay" && state.busy === "no" ? { ...state, step: "what", problem: "" } : state;
}

/** Changes what is bought or how; a request that was already sent belonged to the old key. */
export function change(state: BuyState, part: Partial<Pick<BuyState, "way" | "walletId" | "email" | "share">>, freshKey: string): BuyState {
  if (state.busy !== "no") return state;
  const same = (Object.keys(part) as (keyof typeof part)[]).every((name) => state[name] === part[name]);
  return same ? state : { ...state, ...part, key: freshKey, problem: "" };
}

export function sending(state: BuyState): BuyState {
  return state.step === "pay" ? { ...state, busy: "sending", problem: "" } : state;
}

/** True while the order waits for a wallet that may be asked (again). */
export function waitsForWallet(state: BuyState): boolean {
  return state.order !== null && state.order.pay === "wallet" && state.order.state === "reserved";
}

/** The wallet is being asked; only an order that waits for one can be in this. */
export function asking(state: BuyState, now: WalletStep): BuyState {
  return waitsForWallet(state) ? { ...state, busy: now, problem: "" } : state;
}

/** The wallet said no: the order waits on, and the sentence says what to do. */
export function walletRefused(state: BuyState, problem: string): BuyState {
  return waitsForWallet(state) ? { ...state, busy: "no", problem } : state;
}

/** No answer keeps the key (the same order may already exist); a refusal draws a new one. */
export function refused(state: BuyState, problem: string, answered: boolean, freshKey: string): BuyState {
  return { ...state, busy: "no", problem, key: answered ? freshKey : state.key };
}

/** Something that comes before the order did not work: nothing was ordered, so the key is still fresh. */
export function notSent(state: BuyState, problem: string): BuyState {
  return state.step === "pay" ? { ...state, busy: "no", problem } : state;
}

/** The order as the server knows it now; it never goes back to the steps before it. */
export function ordered(state: BuyState, order: Order): BuyState {
  return { ...state, busy: "no", problem: "", order, step: "done" };
}

export function phase(order: Order): Phase {
  switch (order.state) {
    case "reserved":
      return "payment";
    case "awaiting_payment":
      // What a wallet signed is on its way already; a card is paid on a page that somebody still has to fill in.
      return order.pay === "wallet" ? "certificate" : "payment";
    case "paid":
    case "minting":
      return "certificate";
    case "issued":
      return "done";
    case "cancelled":
    case "expired":
    case "refund_due":
    case "refunded":
    case "failed":
      return "over";
  }
}

const reasons: Readonly<Partial<Record<OrderReason, Key>>> = {
  late_payment: "order.reason.latePayment",
  wrong_amount: "order.reason.wrongAmount",
  no_certificate: "order.reason.noCertificate",
  not_enough_money: "wallet.notEnough",
  wrong_account: "wallet.wrongAccount",
};

/** What became of an order that is over: its reason where that says more than its state. */
export function overText({ reason, state }: Order): Key {
  if (state === "refunded") return "order.state.refunded";
  return (reason === null ? undefined : reasons[reason]) ?? `order.state.${state}`;
}

/** After an order that came to nothing: choose again how to pay, with a new key. */
export function again(state: BuyState, freshKey: string): BuyState {
  if (state.order === null || phase(state.order) !== "over") return state;
  return { ...state, step: "pay", order: null, key: freshKey, problem: "" };
}

/** Good enough to catch slips; whether the address exists, only a mail can tell. */
export function emailIsFine(text: string): boolean {
  return text.length <= 254 && /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)*$/.test(text.trim());
}
