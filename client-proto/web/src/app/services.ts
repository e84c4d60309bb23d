// What the pages of the panel may use. The world is missing when the mall is shown as a list; then pages leave out what
// needs it, and everything else is the same.
import type { Agreements } from "../agree/agreements.ts";
import type { Catalogue } from "../goods/catalogue.ts";
import type { Session } from "../net/types.ts";
import type { Wallet } from "../shop/wallets.ts";

export interface WorldActions {
  tryOn(variantId: number): void;
  takeOff(slot: number): void;
  /** Variant id per slot, 0 for nothing. */
  wearing(): readonly number[];
  lookAtPiece(productId: number): void;
  lookAtMe(): void;
  lookingAtMe(): boolean;
  showVariant(productId: number, variantId: number): void;
  /** Share of the piece that has arrived while it is being fetched; null otherwise. */
  fetching(productId: number): number | null;
  failed(productId: number): boolean;
  walkToProduct(productId: number): void;
  walkToDoor(boutiqueId: string): void;
  wave(): void;
  /** Names of those in view, staff last. */
  othersNames(): readonly string[];
}

export interface Services {
  readonly catalogue: Catalogue;
  readonly features: ReadonlySet<string>;
  readonly world: WorldActions | null;
  /** Those of this browser; they may speak up late. */
  readonly wallets: () => readonly Wallet[];
  /** What one agreed to, and how to take it back. */
  readonly agreements: Agreements;
  readonly session: () => Session | null;
  readonly setSession: (session: Session) => void;
  readonly say: (text: string) => void;
}
