// Paying an order from a wallet: connect, be on the right chain, sign what the shop asks for, hand it in. Each step waits
// for the one before; the first that fails ends the try with a sentence, and the order stays open for another one.
import type { Key } from "../i18n/index.ts";
import type { Answer, Problem } from "../net/api.ts";
import type { Authorisation, Order } from "../net/types.ts";
import { codeOf, walletProblem } from "./wallet_problem.ts";
import type { Provider } from "./wallets.ts";

export type WalletStep = "connect" | "ask" | "chain" | "sign" | "send";

export type WalletOutcome =
  | { readonly kind: "paid"; readonly order: Order }
  /** The wallet, or the person behind it, said no. */
  | { readonly kind: "wallet"; readonly sentence: Key }
  | { readonly kind: "shop"; readonly problem: Problem };

/** The shop's side of it. */
export interface Till {
  authorisation(address: string): Promise<Answer<Authorisation>>;
  payment(address: string, signature: string): Promise<Answer<Order>>;
}

class Refused extends Error {
  readonly sentence: Key;
  constructor(sentence: Key) {
    super(sentence);
    this.sentence = sentence;
  }
}

export async function payFromWallet(provider: Provider, till: Till, step: (now: WalletStep) => void): Promise<WalletOutcome> {
  try {
    step("connect");
    const address = firstAddress(await provider.request({ method: "eth_requestAccounts" }));
    step("ask");
    const asked = await till.authorisation(address);
    if (!asked.ok) return { kind: "shop", problem: asked.problem };
    step("chain");
    await useChain(provider, asked.value.chain_id);
    step("sign");
    const typedData = JSON.stringify(asked.value.typed_data);
    const signature = asSignature(await provider.request({ method: "eth_signTypedData_v4", params: [address, typedData] }));
    step("send");
    const paid = await till.payment(address, signature);
    return paid.ok ? { kind: "paid", order: paid.value } : { kind: "shop", problem: paid.problem };
  } catch (error) {
    return { kind: "wallet", sentence: error instanceof Refused ? error.sentence : walletProblem(error) };
  }
}

/** The shop does not say how to reach its chain, so a wallet that does not know it cannot be taught here. */
async function useChain(provider: Provider, chainId: number): Promise<void> {
  if (await chainOf(provider) === chainId) return;
  try {
    await provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId: `0x${chainId.toString(16)}` }] });
  } catch (error) {
    const code = codeOf(error);
    // A wallet without the call (4200, -32601) leaves the choice to its owner.
    throw new Refused(code === 4001 || code === 4100 || code === -32002 ? walletProblem(error) : "wallet.unknownChain");
  }
  if (await chainOf(provider) !== chainId) throw new Refused("wallet.unknownChain");
}

async function chainOf(provider: Provider): Promise<number> {
  const answer = await provider.request({ method: "eth_chainId" });
  // Most answer "0x7a69", as the standard says; some a number.
  return typeof answer === "number" ? answer : Number(answer);
}

function firstAddress(answer: unknown): string {
  const address: unknown = Array.isArray(answer) ? answer[0] : undefined;
  if (typeof address !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(address)) throw new Refused("wallet.locked");
  return address;
}

/** 65 bytes; the longer signatures of accounts that are contracts are not taken by the shop. */
function asSignature(answer: unknown): string {
  if (typeof answer !== "string" || !/^0x[0-9a-fA-F]{130}$/.test(answer)) throw new Refused("wallet.cannotSign");
  return answer;
}
