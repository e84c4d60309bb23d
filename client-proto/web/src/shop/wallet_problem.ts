// What a wallet refuses, as a sentence that says what to do. Codes: EIP-1193 (4001 to 4901), EIP-3326 (4902: the wallet
// does not know the chain), JSON-RPC (-32002: it is still asking about something else).
import type { Key } from "../i18n/index.ts";

const sentences: ReadonlyMap<number, Key> = new Map([
  [4001, "wallet.refused"],
  [4100, "wallet.locked"],
  [4200, "wallet.cannotSign"],
  [4900, "wallet.offline"],
  [4901, "wallet.offChain"],
  [4902, "wallet.unknownChain"],
  [-32002, "wallet.stillAsking"],
  [-32601, "wallet.cannotSign"],
]);

/** Wallets on phones wrap the error of the wallet behind them. */
const wrappedDeep = 3;

/** The code of an error that a wallet threw, or null. */
export function codeOf(error: unknown): number | null {
  let here = error;
  for (let depth = 0; depth < wrappedDeep; depth += 1) {
    if (typeof here !== "object" || here === null) return null;
    const { code, data } = here as { code?: unknown; data?: unknown };
    if (typeof code === "number" && sentences.has(code)) return code;
    here = typeof data === "object" && data !== null && "originalError" in data ? data.originalError : data;
  }
  return null;
}

export function walletProblem(error: unknown): Key {
  return sentences.get(codeOf(error) ?? 0) ?? "wallet.failed";
}
