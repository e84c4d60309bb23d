// What the page about people may ask and do; talk.ts does it.
import type { Somebody } from "./person_card.ts";

export interface MemberView {
  readonly avatar: number;
  readonly name: string;
  /** Where they are, in words. */
  readonly where: string;
  readonly own: boolean;
  readonly mayCome: boolean;
}

export interface Company {
  members(): readonly MemberView[];
  /** Shoppers first, by name. */
  near(): readonly Somebody[];
  openCard(who: Somebody): void;
  come(avatar: number): void;
  leaveParty(): void;
  personalBubble(): boolean;
  setPersonalBubble(on: boolean): void;
}
