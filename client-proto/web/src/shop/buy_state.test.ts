import { describe, expect, it } from "vitest";
import type { Order, OrderState } from "../net/types.ts";
import { again, asking, begin, change, emailIsFine, notSent, ordered, overText, phase, refused, sending, toPay, toWhat, waitsForWallet, walletRefused } from "./buy_state.ts";

const order = (state: OrderState, pay: Order["pay"] = "card"): Order => ({
  id: "ab", state, pay, total: { minor: 100, currency: "EUR" }, created: "", share: false, email: null, lines: [],
  reserved_until: null, mint_tx: null, payment: null, reason: null, certificate: null,
});

describe("buying", () => {
  it("goes through what, how to pay, done, with the box unticked", () => {
    let state = begin("card", "", "", "k1");
    expect([state.step, state.share]).toEqual(["what", false]);
    state = toPay(state);
    expect(state.step).toBe("pay");
    state = ordered(sending(state), order("awaiting_payment"));
    expect([state.step, state.busy]).toEqual(["done", "no"]);
  });

  it("keeps its key when no answer came, so that a repeat buys once", () => {
    const sent = sending(toPay(begin("card", "", "a@b.de", "k1")));
    expect(refused(sent, "offline", false, "k2").key).toBe("k1");
    expect(refused(sent, "sold out", true, "k2").key).toBe("k2");
  });

  it("keeps its key, its tick and its place when the purchase could not be noted: nothing was ordered", () => {
    const ticked = change(toPay(begin("card", "", "a@b.de", "k1")), { share: true }, "k2");
    expect(notSent(sending(ticked), "not noted")).toEqual({ ...ticked, problem: "not noted" });
  });

  it("draws a new key when something about the purchase changes, and only then", () => {
    const state = toPay(begin("card", "", "a@b.de", "k1"));
    expect(change(state, { email: "a@b.de" }, "k2")).toBe(state);
    expect(change(state, { share: true }, "k2")).toMatchObject({ share: true, key: "k2" });
  });

  it("cannot be changed or left while a request is under way", () => {
    const sent = sending(toPay(begin("card", "", "a@b.de", "k1")));
    expect(change(sent, { share: true }, "k2")).toBe(sent);
    expect(toWhat(sent)).toBe(sent);
  });

  it("starts again only after an order that came to nothing", () => {
    const paid = ordered(toPay(begin("card", "", "", "k1")), order("paid"));
    expect(again(paid, "k2")).toBe(paid);
    const over = ordered(toPay(begin("card", "", "", "k1")), order("expired"));
    expect(again(over, "k2")).toMatchObject({ step: "pay", order: null, key: "k2" });
  });

  it("knows for every state of an order what the buyer waits for", () => {
    const phases = (["reserved", "awaiting_payment", "paid", "minting", "issued", "cancelled", "expired", "refund_due", "refunded", "failed"] as const).map((state) => phase(order(state)));
    expect(phases).toEqual(["payment", "payment", "certificate", "certificate", "done", "over", "over", "over", "over", "over"]);
  });

  it("says of an order that is over why, where its state does not say it", () => {
    const over = (state: OrderState, reason: Order["reason"]) => overText({ ...order(state), reason });
    expect(over("failed", "not_enough_money")).toBe("wallet.notEnough");
    expect(over("failed", "wrong_account")).toBe("wallet.wrongAccount");
    expect(over("refund_due", "late_payment")).toBe("order.reason.latePayment");
    expect(over("refund_due", "wrong_amount")).toBe("order.reason.wrongAmount");
    expect(over("refund_due", "no_certificate")).toBe("order.reason.noCertificate");
    expect(over("refunded", "no_certificate")).toBe("order.state.refunded");
    expect(over("expired", "time_over")).toBe("order.state.expired");
    expect(over("cancelled", null)).toBe("order.state.cancelled");
  });

  it("asks a wallet only for an order that waits for one, and lets it be asked again", () => {
    const card = ordered(toPay(begin("card", "", "", "k1")), order("reserved"));
    expect(asking(card, "sign")).toBe(card);
    const waiting = ordered(toPay(begin("wallet", "w", "", "k1")), order("reserved", "wallet"));
    const asked = asking(waiting, "sign");
    expect([asked.busy, asked.step]).toEqual(["sign", "done"]);
    const no = walletRefused(asked, "You said no.");
    expect([no.busy, no.problem, waitsForWallet(no)]).toEqual(["no", "You said no.", true]);
    expect(asking(no, "connect")).toMatchObject({ busy: "connect", problem: "" });
  });

  it("does not bring a wallet's late answer into an order that is over", () => {
    const over = ordered(asking(ordered(toPay(begin("wallet", "w", "", "k1")), order("reserved", "wallet")), "sign"), order("cancelled", "wallet"));
    expect(walletRefused(over, "late")).toBe(over);
    expect(asking(over, "send")).toBe(over);
  });

  it("takes what a wallet has signed for paid: nobody can do more about it", () => {
    expect(phase(order("awaiting_payment", "wallet"))).toBe("certificate");
  });
});

describe("e-mail addresses", () => {
  it("are checked for slips only", () => {
    for (const good of ["a@b.de", "first.last+tag@sub.example.com", "shopper@localhost"]) expect(emailIsFine(good), good).toBe(true);
    for (const bad of ["", "a", "a@", "@b.de", "a b@c.de", "a@b..de", `${"x".repeat(65)}@b.de`]) expect(emailIsFine(bad), bad).toBe(false);
  });
});
