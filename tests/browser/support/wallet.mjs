// A browser wallet for tests: announces itself to the page (EIP-6963) and signs with a real key, which stays in Node. It
// behaves as real ones do: it starts on another chain, knows only the chains it was given, and its owner may say no.
import { createPublicClient, createWalletClient, defineChain, http, parseAbi } from "viem";
import { generatePrivateKey, mnemonicToAccount, privateKeyToAccount } from "viem/accounts";

const DEVELOPMENT_OWNER = mnemonicToAccount("test test test test test test test test test test test junk");
const TEST_EURO = parseAbi(["function mint(address to, uint256 value)"]);
const EURO = 1_000_000n;
const RECEIPT_MS_MAX = 30_000;

class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Puts a wallet into every page that `context` opens from now on.
 * `refuse` may be filled at any time: method name to error code, for instance `wallet.refuse.eth_signTypedData_v4 = 4001`.
 * @returns {Promise<{address: string, name: string, refuse: Record<string, number>, calls: string[], chain: number}>}
 */
export async function injectWallet(context, { name = "Test Purse", knownChains = [1, 31337], privateKey = generatePrivateKey() } = {}) {
  const account = privateKeyToAccount(privateKey);
  const wallet = { address: account.address, name, refuse: {}, calls: [], chain: 1 };
  const answers = {
    eth_requestAccounts: () => [account.address],
    eth_accounts: () => [account.address],
    eth_chainId: () => `0x${wallet.chain.toString(16)}`,
    wallet_switchEthereumChain: ([{ chainId }]) => {
      if (!knownChains.includes(Number(chainId))) throw new Refusal(4902, "Unrecognized chain ID");
      wallet.chain = Number(chainId);
      return null;
    },
    eth_signTypedData_v4: ([from, text]) => {
      const { types, domain, primaryType, message } = JSON.parse(text);
      if (from.toLowerCase() !== account.address.toLowerCase()) throw new Refusal(4100, "Not my account");
      if (Number(domain.chainId) !== wallet.chain) throw new Refusal(-32603, "Provided chainId must match the active chainId");
      return account.signTypedData({ types, domain, primaryType, message });
    },
  };
  // Errors cross into the page as data, so that the page can throw them with their code.
  await context.exposeFunction("testWalletCall", async (method, params) => {
    wallet.calls.push(method);
    try {
      if (wallet.refuse[method] !== undefined) throw new Refusal(wallet.refuse[method], "refused by the test");
      if (answers[method] === undefined) throw new Refusal(4200, `The wallet has no ${method}`);
      return { value: await answers[method](params) };
    } catch (error) {
      return { code: error.code ?? -32603, message: error.message };
    }
  });
  await context.addInitScript((called) => {
    const icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Crect width='24' height='24' rx='6' fill='%23355e57'/%3E%3C/svg%3E";
    const provider = {
      async request({ method, params = [] }) {
        const answer = await window.testWalletCall(method, params);
        if ("value" in answer) return answer.value;
        throw Object.assign(new Error(answer.message), { code: answer.code });
      },
    };
    const detail = Object.freeze({ info: { uuid: "c1c5b3b4-5f0e-4f5e-9d0b-2f3f6a6d7c11", name: called, icon, rdns: "test.purse" }, provider });
    const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    window.addEventListener("eip6963:requestProvider", announce);
    announce();
  }, name);
  return wallet;
}

/** Gives `address` test euros; `deployment` is what stands in the data folder's chain/shop.json. */
export async function fund(rpc, deployment, address, euros) {
  const chain = defineChain({
    id: deployment.chain_id, name: "shop", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [rpc] } },
  });
  const owner = createWalletClient({ account: DEVELOPMENT_OWNER, chain, transport: http(rpc) });
  const hash = await owner.writeContract({
    address: deployment.currency.token, abi: TEST_EURO, functionName: "mint", args: [address, BigInt(euros) * EURO],
  });
  const node = createPublicClient({ chain, transport: http(rpc) });
  const receipt = await node.waitForTransactionReceipt({ hash, timeout: RECEIPT_MS_MAX, pollingInterval: 200 });
  if (receipt.status !== "success") throw new Error("the test euros could not be made");
}
