// One purchase under way: what the panel's three steps do. The state machine is buy_state.ts, the pictures are
// buy_page.ts. An order is followed by polling for as long as its page is open; afterwards My things takes over.
import { t } from "../i18n/index.ts";
import type { Services } from "../app/services.ts";
import { call, newIdempotencyKey } from "../net/api.ts";
import type { Authorisation, Order, Product, Variant } from "../net/types.ts";
import type { PageContext } from "../ui/panel.ts";
import { problemText } from "../ui/problem.ts";
import { asking, emailIsFine, notSent, ordered, phase, refused, sending, waitsForWallet, walletRefused, type BuyState } from "./buy_state.ts";
import { openPayment, reservePaymentWindow } from "./payment_window.ts";
import { payFromWallet, type Till } from "./wallet_payment.ts";

const poll_ms = 1_000;

export class Purchase {
  readonly services: Services;
  readonly product: Product;
  readonly variant: Variant;
  readonly context: PageContext;
  state: BuyState;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Opened during the click, waiting for the address of the payment page. */
  private reserved: Window | null = null;

  constructor(services: Services, context: PageContext, product: Product, variant: Variant, state: BuyState) {
    this.services = services;
    this.context = context;
    this.product = product;
    this.variant = variant;
    this.state = state;
  }

  set(state: BuyState): void {
    this.state = state;
    this.context.redraw();
  }

  leave(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    // No page would lead it to the payment any more; My things does that for the order.
    this.giveUpWindow();
  }

  async pay(): Promise<void> {
    const { way, email, key, share } = this.state;
    if (way === "card" && !emailIsFine(email)) {
      this.set({ ...this.state, problem: t("buy.emailInvalid") });
      return;
    }
    // A browser opens a window only during the click itself, so it is opened now and led to the payment page later.
    this.reserved = way === "card" ? reservePaymentWindow() : null;
    this.set(sending(this.state));
    if (share && !(await this.agree())) return;
    const body = { variant_id: this.variant.id, pay: way, email: way === "card" ? email : null, share };
    const answer = await call<Order>("POST", "/api/checkout", body, { idempotencyKey: key });
    if (!answer.ok) {
      this.giveUpWindow();
      this.set(refused(this.state, problemText(answer.problem), answer.problem.status !== 0, newIdempotencyKey()));
      return;
    }
    this.announce(answer.value);
    if (waitsForWallet(this.state)) await this.askWallet();
  }

  /** Noting a purchase needs an agreement with its boutique; without one nothing is ordered. */
  private async agree(): Promise<boolean> {
    const agreed = await this.services.agreements.agree(this.product.brand);
    if (agreed.ok) return true;
    this.giveUpWindow();
    this.set(notSent(this.state, t("buy.shareFailed", { reason: problemText(agreed.problem) })));
    return false;
  }

  /** Asks the chosen wallet to pay the order that stands; after a refusal it may be asked again. */
  async askWallet(): Promise<void> {
    const { order, walletId } = this.state;
    const wallet = this.services.wallets().find((one) => one.id === walletId);
    if (order === null || !waitsForWallet(this.state) || this.state.busy !== "no") return;
    if (wallet === undefined) {
      this.set(walletRefused(this.state, t("wallet.gone")));
      return;
    }
    // An answer to a question that was overtaken (cancelled, closed) is not shown.
    const current = (): boolean => this.context.alive() && this.state.order?.id === order.id;
    const outcome = await payFromWallet(wallet.provider, till(order), (now) => current() && this.set(asking(this.state, now)));
    if (!current()) return;
    if (outcome.kind === "paid") this.announce(outcome.order);
    else this.set(walletRefused(this.state, outcome.kind === "wallet" ? t(outcome.sentence) : problemText(outcome.problem)));
  }

  async cancel(): Promise<void> {
    const { order } = this.state;
    if (order === null) return;
    this.giveUpWindow();
    const answer = await call<Order>("POST", `/api/orders/${order.id}/cancel`);
    if (answer.ok) this.announce(answer.value);
    else this.set({ ...this.state, problem: problemText(answer.problem) });
  }

  /** Asks for the order again in a moment, for as long as the page is open. */
  follow(): void {
    if (this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.look();
    }, poll_ms);
  }

  private async look(): Promise<void> {
    const { order } = this.state;
    if (order === null || !this.context.alive()) return;
    const answer = await call<Order>("GET", `/api/orders/${order.id}`);
    if (!this.context.alive() || this.state.order?.id !== order.id) return;
    const next = answer.ok ? answer.value : order;
    if (next.state !== order.state || next.payment?.redirect_url !== order.payment?.redirect_url) this.announce(next);
    else this.follow();
  }

  private announce(order: Order): void {
    const news = order.state !== this.state.order?.state;
    this.leadToPayment(order);
    this.set(ordered(this.state, order));
    if (news) this.services.say(t(`order.state.${order.state}`));
  }

  /** The provider's page may take a moment to be ready; the window waits for it. */
  private leadToPayment(order: Order): void {
    if (this.reserved === null) return;
    const url = order.payment?.redirect_url;
    if (phase(order) !== "payment") this.giveUpWindow();
    else if (url !== undefined) {
      openPayment(url, this.reserved);
      this.reserved = null;
    }
  }

  private giveUpWindow(): void {
    this.reserved?.close();
    this.reserved = null;
  }
}

function till(order: Order): Till {
  const path = `/api/orders/${order.id}`;
  return {
    authorisation: (address) => call<Authorisation>("POST", `${path}/authorisation`, { address }),
    payment: (address, signature) => call<Order>("POST", `${path}/payment`, { address, signature }, { idempotencyKey: newIdempotencyKey() }),
  };
}
