// The state behind what people do with each other: sentences and their pace, lines that fade, the party, bonds, the door, and who is
// under the pointer. How it looks is for the browser test.
import { describe, expect, it } from "vitest";
import type { PartyMember } from "../net/brain.ts";
import { bondAfter, Bonds } from "./bonds.ts";
import { estimateText } from "./door_screen.ts";
import { bubbleTime_ms, lineOpacity, TalkLog } from "./log.ts";
import { PartyBook } from "./party.ts";
import { personAlong, type Figure } from "./pick.ts";
import { Pace, plainText, sentenceOf, Unheard } from "./sentence.ts";

describe("a sentence", () => {
  it("becomes what may be said: one line, trimmed, without what hides or turns text", () => {
    expect(sentenceOf("  Hello \n there\t! ")).toBe("Hello   there !");
    expect(sentenceOf("a\u202eb\u200bc\u0000d\ufeff")).toBe("abcd");
    expect(sentenceOf("\u0301\u200d leading marks")).toBe("leading marks");
    expect(sentenceOf(" \u2066\u2069 ")).toBe("");
    expect(sentenceOf(`x${"\u0489".repeat(40)}y`)).toBe(`x${"\u0489".repeat(3)}y`);
    expect(sentenceOf("Grüße 🙂 字")).toBe("Grüße 🙂 字");
  });

  it("is cut between letters, by letters and by bytes", () => {
    expect([...sentenceOf("a".repeat(500))]).toHaveLength(160);
    const wide = sentenceOf("字".repeat(500));
    expect(new TextEncoder().encode(wide).length).toBeLessThanOrEqual(320);
    expect(wide).toMatch(/^字+$/);
  });

  it("is shown as text whatever it contains, and a heap of marks does not climb", () => {
    expect(plainText("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
    expect([...plainText(`a${"\u0301".repeat(90)}`)]).toHaveLength(4);
    expect(plainText("\u{e0041}\u{e007f}tag")).toBe("tag");
    expect([...plainText("n".repeat(99), 24)]).toHaveLength(24);
  });
});

describe("the pace", () => {
  it("lets one sentence pass after coming in, five after a silence, then one in a second and a half", () => {
    const pace = new Pace(0);
    const said = (now_ms: number): number => Array.from({ length: 9 }, () => pace.take(now_ms)).filter(Boolean).length;
    expect(said(10)).toBe(1);
    expect(pace.wait_ms(10)).toBe(1_490);
    expect(said(1_499)).toBe(0);
    expect(said(1_501)).toBe(1);
    expect(said(60_000)).toBe(5);
    expect(pace.wait_ms(60_000)).toBeGreaterThan(0);
  });

  it("gives back what nobody heard, once, and nothing that came back", () => {
    const unheard = new Unheard();
    unheard.sent("near", "one", 0);
    unheard.sent("party", "two", 100);
    expect(unheard.heard("near", "two")).toBe(false);
    expect(unheard.heard("party", "two")).toBe(true);
    expect(unheard.lost(3_999)).toEqual([]);
    expect(unheard.lost(4_000)).toEqual(["one"]);
    expect(unheard.lost(9_000)).toEqual([]);
  });
});

describe("the lines", () => {
  const line = (text: string, at_ms: number) => ({ name: "Ben", own: false, lane: "near", text, at_ms }) as const;

  it("show for a while, fade, and stay to be read again", () => {
    const log = new TalkLog();
    const said = log.add(line("Hello", 1_000));
    expect(lineOpacity(said, 1_000)).toBe(1);
    expect(lineOpacity(said, 14_000)).toBeCloseTo(0.5);
    expect(log.recent(14_999)).toHaveLength(1);
    expect(log.recent(15_000)).toHaveLength(0);
    expect(log.lines).toHaveLength(1);
  });

  it("are bounded, and only the newest show", () => {
    const log = new TalkLog();
    for (let i = 0; i < 300; i += 1) log.add(line(`${i}`, 0));
    expect(log.lines).toHaveLength(100);
    expect(log.recent(1).map(({ text }) => text)).toEqual(["294", "295", "296", "297", "298", "299"]);
  });

  it("hang over a head as long as they take to read, within bounds", () => {
    expect(bubbleTime_ms("Hi")).toBeLessThan(bubbleTime_ms("A longer sentence than that"));
    expect(bubbleTime_ms("n".repeat(5_000))).toBe(9_000);
  });
});

describe("the party", () => {
  const own = 1;
  const member = (avatar: number, name = `N${avatar}`, here = true): PartyMember => ({ avatar, name, here, place: 0 });

  it("tells who comes, goes, is away and is back, and never of oneself", () => {
    const party = new PartyBook();
    expect(party.update([], own)).toEqual([]);
    expect(party.update([member(1), member(2)], own)).toEqual([{ kind: "begun" }]);
    expect(party.update([member(1), member(2), member(3)], own)).toEqual([{ kind: "joined", name: "N3" }]);
    expect(party.update([member(1, "N1", false), member(2, "N2", false), member(3)], own)).toEqual([{ kind: "lost", name: "N2" }]);
    expect(party.update([member(1), member(2)], own)).toEqual([{ kind: "back", name: "N2" }, { kind: "left", name: "N3" }]);
    expect(party.update([member(1), { ...member(2), place: 4 }], own)).toEqual([]);
    expect(party.update([], own)).toEqual([{ kind: "ended" }]);
  });

  it("calls members whose name is not told yet as they are called in the world", () => {
    const party = new PartyBook();
    party.knows(2, "Ben");
    party.update([member(1), member(2, "")], own);
    expect(party.members.map(({ name }) => name)).toEqual(["N1", "Ben"]);
  });

  it("shows an invitation until it is answered or its time is over, one for each person", () => {
    const party = new PartyBook();
    party.invited(2, "Ben", 60, 0);
    party.invited(3, "Eve", 10, 0);
    party.invited(2, "Ben", 60, 5_000);
    expect(party.invitations(5_000).map(({ from }) => from)).toEqual([3, 2]);
    expect(party.invitations(10_000).map(({ from }) => from)).toEqual([2]);
    party.answered(2);
    expect(party.invitations(10_000)).toEqual([]);
  });

  it("remembers whom one has asked, until they come, refuse or a minute is over", () => {
    const party = new PartyBook();
    for (const avatar of [2, 3, 4]) party.ask(avatar, 0);
    party.refused(3, "declined");
    party.update([member(1), member(4)], own);
    expect([2, 3, 4].map((avatar) => party.isAsked(avatar, 1_000))).toEqual([true, false, false]);
    expect(party.isAsked(2, 60_000)).toBe(false);
  });

  it("lets one be brought to a friend every ten seconds, and at once again when there was no room", () => {
    const party = new PartyBook();
    expect(party.mayCome(0)).toBe(true);
    party.come(0);
    expect([party.mayCome(9_999), party.mayCome(10_000)]).toEqual([false, true]);
    party.come(20_000);
    party.refused(2, "noRoom");
    expect(party.mayCome(20_001)).toBe(true);
  });
});

describe("bonds", () => {
  it("follow what one wishes, each for itself", () => {
    const muted = bondAfter({ muted: false, blocked: false }, "mute");
    expect(bondAfter(muted, "block")).toEqual({ muted: true, blocked: true });
    expect(bondAfter(bondAfter(muted, "block"), "unmute")).toEqual({ muted: false, blocked: true });
  });

  it("are told by the world of who is in sight, and anew of who has come back", () => {
    const bonds = new Bonds();
    bonds.told(7, true);
    expect(bonds.of(7)).toEqual({ muted: true, blocked: false });
    bonds.came(7);  // only changed clothes
    expect(bonds.of(7)).toEqual({ muted: true, blocked: false });
    bonds.wish(7, "block");
    bonds.left(7);
    expect(bonds.of(7)).toEqual({ muted: true, blocked: true });  // the card still offers to undo it
    bonds.came(7);
    expect(bonds.of(7)).toEqual({ muted: false, blocked: false });
  });
});

describe("the door", () => {
  it("says in words how long it takes about", () => {
    expect([10, 60, 300, 9_000, null].map(estimateText)).toEqual([
      "It should be your turn any moment.", "About a minute.", "About 5 minutes.", "More than an hour, by the look of it.", "We cannot say yet how long it takes.",
    ]);
  });
});

describe("who is under the pointer", () => {
  const eye = { x: 0, y: 1.6, z: 0 };
  const ahead = { x: 0, y: 0, z: 1 };
  const stands = (id: number, x: number, z: number): Figure => ({ id, x, y: 0, z, seated: false });
  const people = [stands(2, 0.1, 6), stands(3, -0.1, 4), stands(4, 2, 3), stands(5, 0, -2)];

  it("is the nearest whose figure the ray meets, and nobody behind a wall or above the head", () => {
    expect(personAlong(eye, ahead, people, 60)).toBe(3);
    expect(personAlong(eye, ahead, people, 3)).toBeNull();
    expect(personAlong(eye, { x: 0, y: 0.6, z: 0.8 }, people, 60)).toBeNull();
    expect(personAlong(eye, { x: 0, y: 0, z: -1 }, people, 60)).toBe(5);
    expect(personAlong({ ...eye, z: 5 }, ahead, people, 60)).toBe(2);
  });

  it("is met from the floor to the head also when sitting, and not where the head of a standing one would be", () => {
    const sits = [{ id: 7, x: 0, y: 0.45, z: 4, seated: true }];
    expect(personAlong({ x: 0, y: 1.2, z: 0 }, ahead, sits, 60)).toBe(7);
    expect(personAlong({ x: 0, y: 0.15, z: 0 }, ahead, sits, 60)).toBe(7);
    expect(personAlong({ x: 0, y: 1.7, z: 0 }, ahead, sits, 60)).toBeNull();
  });
});
