import { describe, expect, it } from "vitest";
import type { Answer, Problem } from "../net/api.ts";
import type { Authorisation, Order } from "../net/types.ts";
import { payFromWallet, type Till, type WalletStep } from "./wallet_payment.ts";
import { codeOf, walletProblem } from "./wallet_problem.ts";
import type { Provider } from "./wallets.ts";

const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const signature = `0x${"ab".repeat(65)}`;
const typedData = { primaryType: "ReceiveWithAuthorization", message: { from: address } };
const paid = { id: "ab", state: "awaiting_payment", pay: "wallet" } as Order;
const problem: Problem = { status: 409, code: "reservation_ended", retryAfter_s: null, fields: {} };

/** A wallet on chain 1 that knows chain 31337; single answers can be replaced, an Error is thrown. */
class Purse implements Provider {
  readonly calls: { method: string; params: readonly unknown[] }[] = [];
  private chain = "0x1";
  private readonly answers: Readonly<Record<string, unknown>>;

  constructor(answers: Readonly<Record<string, unknown>> = {}) {
    this.answers = answers;
  }

  request({ method, params = [] }: { method: string; params?: readonly unknown[] }): Promise<unknown> {
    this.calls.push({ method, params });
    if (method in this.answers) {
      const answer = this.answers[method];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }
    if (method === "eth_requestAccounts") return Promise.resolve([address]);
    if (method === "eth_chainId") return Promise.resolve(this.chain);
    if (method === "wallet_switchEthereumChain") this.chain = "0x7a69";
    return Promise.resolve(method === "eth_signTypedData_v4" ? signature : null);
  }
}

class Shop implements Till {
  readonly calls: string[][] = [];
  private readonly refusing: "authorisation" | "payment" | null;

  constructor(refusing: "authorisation" | "payment" | null = null) {
    this.refusing = refusing;
  }
  authorisation(who: string): Promise<Answer<Authorisation>> {
    this.calls.push(["authorisation", who]);
    if (this.refusing === "authorisation") return Promise.resolve({ ok: false, problem });
    return Promise.resolve({ ok: true, value: { chain_id: 31337, valid_before: "", typed_data: typedData } });
  }
  payment(who: string, what: string): Promise<Answer<Order>> {
    this.calls.push(["payment", who, what]);
    return Promise.resolve(this.refusing === "payment" ? { ok: false, problem } : { ok: true, value: paid });
  }
}

const refusal = (code: number): Error => Object.assign(new Error("no"), { code });

async function run(purse: Purse, shop = new Shop()): Promise<{ outcome: Awaited<ReturnType<typeof payFromWallet>>; steps: WalletStep[] }> {
  const steps: WalletStep[] = [];
  return { outcome: await payFromWallet(purse, shop, (now) => steps.push(now)), steps };
}

describe("paying from a wallet", () => {
  it("connects, asks the shop, changes the chain, signs exactly what was given, and hands it in", async () => {
    const purse = new Purse();
    const shop = new Shop();
    const { outcome, steps } = await run(purse, shop);
    expect(outcome).toEqual({ kind: "paid", order: paid });
    expect(steps).toEqual(["connect", "ask", "chain", "sign", "send"]);
    expect(purse.calls.map((call) => call.method)).toEqual(["eth_requestAccounts", "eth_chainId", "wallet_switchEthereumChain", "eth_chainId", "eth_signTypedData_v4"]);
    expect(purse.calls[2]?.params).toEqual([{ chainId: "0x7a69" }]);
    expect(purse.calls[4]?.params).toEqual([address, JSON.stringify(typedData)]);
    expect(shop.calls).toEqual([["authorisation", address], ["payment", address, signature]]);
  });

  it("leaves the chain alone when it is the right one, however the wallet writes it", async () => {
    for (const chain of ["0x7a69", 31337, "31337"]) {
      const purse = new Purse({ eth_chainId: chain });
      expect((await run(purse)).outcome.kind).toBe("paid");
      expect(purse.calls.map((call) => call.method)).not.toContain("wallet_switchEthereumChain");
    }
  });

  it("hands nothing in when the shopper says no, at whichever question", async () => {
    for (const method of ["eth_requestAccounts", "wallet_switchEthereumChain", "eth_signTypedData_v4"]) {
      const shop = new Shop();
      const { outcome } = await run(new Purse({ [method]: refusal(4001) }), shop);
      expect(outcome, method).toEqual({ kind: "wallet", sentence: "wallet.refused" });
      expect(shop.calls.some(([what]) => what === "payment")).toBe(false);
    }
  });

  it("says so when the wallet does not know the chain, cannot change it, or says it did and did not", async () => {
    for (const answer of [refusal(4902), refusal(-32601), refusal(4200), null]) {
      const { outcome, steps } = await run(new Purse({ wallet_switchEthereumChain: answer, eth_chainId: "0x1" }));
      expect(outcome).toEqual({ kind: "wallet", sentence: "wallet.unknownChain" });
      expect(steps.at(-1)).toBe("chain");
    }
  });

  it("takes an empty or strange account for a locked wallet, and a strange signature for none", async () => {
    for (const accounts of [[], ["0x12"], null, "0x"]) {
      expect((await run(new Purse({ eth_requestAccounts: accounts }))).outcome).toEqual({ kind: "wallet", sentence: "wallet.locked" });
    }
    for (const signed of [null, "0x", `${signature}00`]) {
      expect((await run(new Purse({ eth_signTypedData_v4: signed }))).outcome).toEqual({ kind: "wallet", sentence: "wallet.cannotSign" });
    }
  });

  it("passes on what the shop says, and asks the wallet for nothing more then", async () => {
    const purse = new Purse();
    expect((await run(purse, new Shop("authorisation"))).outcome).toEqual({ kind: "shop", problem });
    expect(purse.calls.map((call) => call.method)).toEqual(["eth_requestAccounts"]);
    expect((await run(new Purse(), new Shop("payment"))).outcome).toEqual({ kind: "shop", problem });
  });
});

describe("what a wallet refuses", () => {
  it("has a sentence for every code of the standards", () => {
    const keys = [4001, 4100, 4200, 4900, 4901, 4902, -32002, -32601, -32603].map((code) => walletProblem(refusal(code)));
    expect(keys).toEqual(["wallet.refused", "wallet.locked", "wallet.cannotSign", "wallet.offline", "wallet.offChain", "wallet.unknownChain",
      "wallet.stillAsking", "wallet.cannotSign", "wallet.failed"]);
  });

  it("is found inside the error of another wallet, and nowhere without end", () => {
    expect(codeOf({ code: -32603, data: { originalError: { code: 4902 } } })).toBe(4902);
    const loop: { data?: unknown } = {};
    loop.data = loop;
    for (const error of [loop, null, "no", undefined, new Error("no")]) expect(codeOf(error)).toBeNull();
  });
});
