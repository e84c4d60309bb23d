// The hosted payment page: plain, readable, without scripts.
import { escapeHtml } from "../lib/http.ts";
import { testCards, type CardAnswer } from "./cards.ts";
import type { Money, Session, SessionState } from "./journal.ts";

const style = `
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;background:#f3f1ec;color:#22252a;font:16px/1.5 system-ui,sans-serif;display:grid;min-height:100vh;place-items:center;padding:16px}
main{width:100%;max-width:420px;background:#fff;border-radius:14px;padding:28px;box-shadow:0 1px 3px #0002,0 12px 40px #0000000f}
header{display:flex;justify-content:space-between;align-items:baseline;gap:16px;border-bottom:1px solid #e6e2d9;padding-bottom:16px;margin-bottom:20px}
h1{font-size:17px;font-weight:600;margin:0}strong.sum{font-size:22px;white-space:nowrap}
label{display:block;font-size:14px;margin:14px 0 4px}input{width:100%;font:inherit;padding:11px 12px;border:1px solid #b9b4a8;border-radius:8px}
input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #2f6f6a66;outline-offset:1px}
.two{display:grid;grid-template-columns:1fr 1fr;gap:12px}
button{width:100%;font:inherit;font-weight:600;border:0;border-radius:8px;padding:13px;margin-top:20px;background:#1f5c57;color:#fff;cursor:pointer}
button.quiet{background:none;color:#5a5f66;font-weight:400;margin-top:8px}
.hint{font-size:13px;color:#5a5f66;background:#f7f5f0;border-radius:8px;padding:12px;margin-top:20px}.hint code{white-space:nowrap}
.warn{background:#fdeceb;color:#8a1f17;border-radius:8px;padding:12px;font-size:14px}`;

const answers: Readonly<Record<Exclude<CardAnswer, "accepted">, string>> = {
  declined: "The bank declined this card. Nothing was taken; try another one.",
  no_funds: "There is too little money on this card. Nothing was taken; try another one.",
  not_a_card: "Number, expiry date or security code are not right. Look at the card again.",
};

export function payPage(session: Session, action: string, answer: Exclude<CardAnswer, "accepted"> | null): string {
  const hints = testCards.map((card) => `<code>${card.number}</code> ${card.says}`).join("<br>");
  return document_(`${moneyText(session.amount)} to pay`, `
<header><h1>${escapeHtml(session.description)}</h1><strong class="sum">${moneyText(session.amount)}</strong></header>
${answer === null ? "" : `<p class="warn" role="alert">${answers[answer]}</p>`}
<form method="post" action="${escapeHtml(action)}">
  <label for="number">Card number</label>
  <input id="number" name="number" inputmode="numeric" autocomplete="cc-number" required maxlength="23">
  <div class="two">
    <div><label for="expiry">Expires (MM/YY)</label><input id="expiry" name="expiry" autocomplete="cc-exp" required maxlength="7" placeholder="12/30"></div>
    <div><label for="cvc">Security code</label><input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" required maxlength="4" placeholder="123"></div>
  </div>
  <button name="do" value="pay">Pay ${moneyText(session.amount)}</button>
</form>
<form method="post" action="${escapeHtml(action)}"><button class="quiet" name="do" value="cancel">Cancel and go back</button></form>
<p class="hint">This is a development page: no money moves. ${session.email === "" ? "" : `Receipt to ${escapeHtml(session.email)}.`}<br>${hints}<br>with any later date and code.</p>`);
}

export function closedPage(session: Session, state: SessionState): string {
  const texts: Readonly<Record<SessionState, string>> = {
    open: "This page is open.",
    paid: "This is paid. Thank you.",
    cancelled: "This payment was cancelled. Nothing was taken.",
    expired: "This page has closed, because its time was over. Nothing was taken.",
  };
  return document_("Payment", `<header><h1>${escapeHtml(session.description)}</h1><strong class="sum">${moneyText(session.amount)}</strong></header>
<p role="status">${texts[state]}</p><p><a href="${escapeHtml(session.return_url)}">Back to the shop</a></p>`);
}

export function notFoundPage(): string {
  return document_("Payment", "<p>There is no such payment.</p>");
}

function moneyText(money: Money): string {
  return escapeHtml(new Intl.NumberFormat("en", { style: "currency", currency: money.currency }).format(money.minor / 100));
}

function document_(title: string, main: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head><body><main>${main}</main></body></html>`;
}
