// The company that one is in: who belongs to it, where they are, who asks one to join, and whom one has asked. What happens comes out
// as news for people to read. Time is an argument, milliseconds of one clock.
import type { PartyMember, PartyRefusal } from "../net/brain.ts";

export const partyMax = 8;
const invitation_ms = 60_000;
/** How often one may be brought to a friend. */
const comeAgain_ms = 10_000;

export interface Invitation {
  readonly from: number;
  readonly name: string;
  readonly until_ms: number;
}

export type PartyNews =
  | { readonly kind: "joined" | "left" | "lost" | "back"; readonly name: string }
  | { readonly kind: "begun" | "ended" };

export class PartyBook {
  private all: readonly PartyMember[] = [];
  private readonly asking: Invitation[] = [];
  private readonly asked = new Map<number, number>();
  private mayComeAt_ms = 0;
  private readonly names = new Map<number, string>();

  /** Oneself included; nobody while one is in none. */
  get members(): readonly PartyMember[] {
    return this.all;
  }
  has(avatar: number): boolean {
    return this.all.some((member) => member.avatar === avatar);
  }

  /** What has changed for somebody who reads it. Places change without news. */
  update(next: readonly PartyMember[], own: number): PartyNews[] {
    const before = this.all;
    this.all = next.map((member) => (member.name === "" ? { ...member, name: this.names.get(member.avatar) ?? "" } : member));
    for (const member of this.all) this.asked.delete(member.avatar);
    if (next.length === 0) return before.length === 0 ? [] : [{ kind: "ended" }];
    if (before.length === 0) return [{ kind: "begun" }];
    const news: PartyNews[] = [];
    const others = (list: readonly PartyMember[]): PartyMember[] => list.filter((member) => member.avatar !== own);
    for (const member of others(this.all)) {
      const was = before.find((other) => other.avatar === member.avatar);
      if (was === undefined) news.push({ kind: "joined", name: member.name });
      else if (was.here !== member.here) news.push({ kind: member.here ? "back" : "lost", name: member.name });
    }
    for (const member of others(before)) if (!this.has(member.avatar)) news.push({ kind: "left", name: member.name });
    return news;
  }

  /** Names are told a few at a time: until then the one that was seen in the world is good. */
  knows(avatar: number, name: string): void {
    this.names.set(avatar, name);
  }
  /** Somebody went out of sight. */
  gone(avatar: number): void {
    if (!this.has(avatar)) this.names.delete(avatar);
  }

  invited(from: number, name: string, seconds: number, now_ms: number): void {
    this.answered(from);
    this.asking.push({ from, name, until_ms: now_ms + seconds * 1_000 });
  }
  answered(from: number): void {
    const at = this.asking.findIndex((invitation) => invitation.from === from);
    if (at >= 0) this.asking.splice(at, 1);
  }
  /** Those that can still be answered, oldest first. */
  invitations(now_ms: number): readonly Invitation[] {
    while (this.asking[0] !== undefined && this.asking[0].until_ms <= now_ms) this.asking.shift();
    return this.asking.filter((invitation) => invitation.until_ms > now_ms);
  }

  ask(avatar: number, now_ms: number): void {
    this.asked.set(avatar, now_ms + invitation_ms);
  }
  /** Whether somebody has been asked and may still answer. */
  isAsked(avatar: number, now_ms: number): boolean {
    return (this.asked.get(avatar) ?? 0) > now_ms;
  }
  /** What was asked of somebody came to nothing. */
  refused(avatar: number, why: PartyRefusal): void {
    if (why === "declined" || why === "expired" || why === "notPossible" || why === "full") this.asked.delete(avatar);
    if (why === "noRoom") this.mayComeAt_ms = 0;
  }

  come(now_ms: number): void {
    this.mayComeAt_ms = now_ms + comeAgain_ms;
  }
  mayCome(now_ms: number): boolean {
    return now_ms >= this.mayComeAt_ms;
  }

  /** The visit has ended, or begins again: everything is told anew. */
  forget(): void {
    this.all = [];
    this.asking.length = 0;
    this.asked.clear();
    this.mayComeAt_ms = 0;
  }
}
