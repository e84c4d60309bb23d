// Which wallets this browser has. Wallets announce themselves (EIP-6963); one that only puts itself at `window.ethereum`
// is taken when nobody else has spoken. A wallet's name and picture are its own claim and prove nothing: they are shown,
// never trusted.

/** EIP-1193: everything a wallet does is asked for by name. */
export interface Provider {
  request(call: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
}

export interface Wallet {
  readonly id: string;
  /** Empty when the wallet did not say. */
  readonly name: string;
  /** A picture inside the announcement itself, or empty: nothing is fetched for it. */
  readonly icon: string;
  readonly provider: Provider;
}

/** A page where more speak up than this is not a shopper's browser. */
const walletsMax = 8;
const nameMax_chars = 40;
const iconMax_chars = 65_536;

/** What of `window` is used, so that tests need no browser. */
export interface WalletWindow extends EventTarget {
  readonly ethereum?: unknown;
}

export class Wallets {
  private readonly announced: Wallet[] = [];
  private readonly window: WalletWindow;
  private readonly changed: () => void;

  constructor(window: WalletWindow, changed: () => void) {
    this.window = window;
    this.changed = changed;
    window.addEventListener("eip6963:announceProvider", (event) => this.take((event as CustomEvent<unknown>).detail));
    window.dispatchEvent(new Event("eip6963:requestProvider"));
  }

  list(): readonly Wallet[] {
    if (this.announced.length > 0) return this.announced;
    const { ethereum } = this.window;
    return isProvider(ethereum) ? [{ id: "window.ethereum", name: "", icon: "", provider: ethereum }] : [];
  }

  private take(detail: unknown): void {
    const wallet = readAnnouncement(detail);
    if (wallet === null || this.announced.length >= walletsMax || this.announced.some((known) => known.id === wallet.id)) return;
    this.announced.push(wallet);
    this.changed();
  }
}

/** Null for what is no announcement. */
export function readAnnouncement(detail: unknown): Wallet | null {
  if (typeof detail !== "object" || detail === null) return null;
  const { info, provider } = detail as { info?: unknown; provider?: unknown };
  if (typeof info !== "object" || info === null || !isProvider(provider)) return null;
  const { uuid, name, icon } = info as Readonly<Record<string, unknown>>;
  if (typeof uuid !== "string" || uuid === "") return null;
  const picture = typeof icon === "string" && icon.length <= iconMax_chars && /^data:image\/(png|webp|jpeg|gif|svg\+xml)[;,]/.test(icon);
  return { id: uuid, name: typeof name === "string" ? name.trim().slice(0, nameMax_chars) : "", icon: picture ? icon : "", provider };
}

function isProvider(value: unknown): value is Provider {
  return typeof value === "object" && value !== null && typeof (value as Partial<Provider>).request === "function";
}
