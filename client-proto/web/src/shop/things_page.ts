// My things: what one owns, as certificates, and what is still under way. Somebody on a new device signs in by e-mail.
import { formatMoney, t } from "../i18n/index.ts";
import type { Services } from "../app/services.ts";
import { call, type Problem } from "../net/api.ts";
import type { Certificate, Order, Things } from "../net/types.ts";
import { h, type Child } from "../ui/dom.ts";
import type { PageContext, PageMaker } from "../ui/panel.ts";
import { problemText } from "../ui/problem.ts";
import { phase } from "./buy_state.ts";
import { certificateCard } from "./certificate.ts";
import { openPayment } from "./payment_window.ts";

const poll_ms = 2_000;
/** While something is under way the page looks again, but not for ever. */
const pollsMax = 150;

interface State {
  things: Things | null;
  problem: Problem | null;
  /** Why an order could not be given up. */
  notCancelled: Problem | null;
  timer: ReturnType<typeof setTimeout> | null;
  polls: number;
}

export function thingsPage(services: Services): PageMaker<"things"> {
  return (_page, context) => {
    const state: State = { things: null, problem: null, notCancelled: null, timer: null, polls: 0 };
    void load(state, context);
    return () => ({
      title: t("things.title"),
      tall: true,
      body: body(services, state, context),
      leave: () => {
        if (state.timer !== null) clearTimeout(state.timer);
        state.timer = null;
      },
    });
  };
}

async function load(state: State, context: PageContext): Promise<void> {
  const answer = await call<Things>("GET", "/api/things");
  if (!context.alive()) return;
  if (answer.ok) state.things = answer.value;
  state.problem = answer.ok ? null : answer.problem;
  context.redraw();
  if (state.timer !== null) clearTimeout(state.timer);
  const underWay = state.things?.orders.some((order) => phase(order) === "payment" || phase(order) === "certificate") ?? false;
  state.polls += 1;
  if (underWay && state.polls < pollsMax) state.timer = setTimeout(() => void load(state, context), poll_ms);
}

/** What was set aside and not paid can be given up here too, where the page that ordered it is gone. */
async function cancel(services: Services, state: State, context: PageContext, order: Order): Promise<void> {
  const answer = await call<Order>("POST", `/api/orders/${order.id}/cancel`);
  state.notCancelled = answer.ok ? null : answer.problem;
  services.say(answer.ok ? t(`order.state.${answer.value.state}`) : problemText(answer.problem));
  await load(state, context);
}

function body(services: Services, state: State, context: PageContext): Child[] {
  const { things, problem } = state;
  if (problem !== null && problem.status !== 401) return [h("p", { class: "note warn", role: "alert" }, problemText(problem))];
  const account = services.session()?.account ?? null;
  const signIn = account === null && services.features.has("email_login") &&
    h("div", { class: "rows" }, h("p", { class: "soft" }, t("things.signIn")),
      h("div", {}, h("button", { class: "chip", type: "button", "data-key": "login", onClick: () => context.panel.deeper({ kind: "login" }) }, t("login.title"))));
  const signedIn = account !== null && h("p", { class: "soft" }, t("login.done", { email: account.email }));
  const known = services.features.has("for_you") &&
    h("div", {}, h("button", { class: "chip", type: "button", "data-key": "known", onClick: () => context.panel.deeper({ kind: "known" }) }, t("known.title")));
  if (things === null) return problem === null ? [] : [h("p", {}, t("things.empty")), signIn];
  const open = things.orders.filter((order) => phase(order) !== "done");
  const empty = things.certificates.length === 0 && open.length === 0;
  return [
    // Said once, when it happened; this page is drawn again every few seconds.
    state.notCancelled !== null && h("p", { class: "note warn" }, problemText(state.notCancelled)),
    signedIn,
    known,
    empty && h("p", {}, t("things.empty")),
    open.length > 0 && h("section", { class: "rows" }, h("h2", {}, t("things.pending")), h("ul", { class: "rows" },
      ...open.map((order) => orderRow(order, () => void cancel(services, state, context, order))))),
    ...things.certificates.map((certificate) => certificateCard(services, certificate, payOf(things, certificate))),
    signIn,
  ];
}

function payOf(things: Things, certificate: Certificate): Order["pay"] | null {
  return things.orders.find((order) => order.id === certificate.order_id)?.pay ?? null;
}

function orderRow(order: Order, cancelIt: () => void): HTMLElement {
  const line = order.lines[0];
  const url = order.payment?.redirect_url;
  const canPay = phase(order) === "payment" && url !== undefined;
  const canCancel = order.state === "reserved";
  return h("li", { class: "row", style: "grid-template-columns:1fr" },
    h("div", {}, h("strong", {}, line?.name ?? ""), h("span", { class: "soft" }, `${formatMoney(order.total)} · ${t(`order.state.${order.state}`)}`)),
    (canPay || canCancel) && h("div", { class: "actions" },
      canPay && h("button", { class: "chip", type: "button", onClick: () => openPayment(url, null) }, t("buy.openPayment")),
      canCancel && h("button", { class: "chip", type: "button", "data-key": `cancel-${order.id}`, onClick: cancelIt }, t("buy.cancel"))));
}
