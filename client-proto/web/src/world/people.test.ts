import { describe, expect, it } from "vitest";
import { Catalogue } from "../goods/catalogue.ts";
import type { Appearance, Frame } from "../net/brain.ts";
import type { Mall } from "../net/types.ts";
import { People, type PeopleNews } from "./people.ts";
import type { Crowd } from "./seams.ts";

const mall: Mall = {
  name: "", boutiques: [], displays: [], props: [], seats: [], visitors_wear: ["coat"], collision: { url: "", hash: "" },
  products: [{
    id: 1, slug: "jacket", brand: "b", boutique: "b", name: "Jacket", description: "", author: "", licence: "", category: null, size_m: [1, 1, 1], model_url: "", thumb_url: "",
    variants: [{ id: 11, size: "M", colour: { name: "Navy", hex: "#223344" }, price: { minor: 1, currency: "EUR" }, stock: 1 }],
    wear: { slot: 2, hides: ["jacket"], models: ["/0", "/1", "/2"] },
  }, {
    id: 2, slug: "coat", brand: "b", boutique: "b", name: "Coat", description: "", author: "", licence: "", category: null, size_m: [1, 1, 1], model_url: "", thumb_url: "",
    variants: [{ id: 21, size: "M", colour: { name: "Grey", hex: "#777777" }, price: { minor: 1, currency: "EUR" }, stock: 1 }],
    wear: { slot: 2, hides: [], models: ["/0", "/1", "/2"] },
  }],
};

/** Writes down what the crowd is told. */
class Recorder implements Crowd {
  readonly lines: string[] = [];
  add(id: number, person: { name: string; marked?: boolean }): void {
    this.lines.push(`add ${id} ${person.name}${person.marked === true ? " marked" : ""}`);
  }
  remove(id: number): void {
    this.lines.push(`remove ${id}`);
  }
  pose(id: number, pose: { y: number }): void {
    this.lines.push(`pose ${id} ${pose.y}`);
  }
  wear(id: number, slot: number, garment: { colour: string | null } | null): void {
    this.lines.push(`wear ${id} ${slot} ${garment?.colour ?? "nothing"}`);
  }
  wave(id: number): void {
    this.lines.push(`wave ${id}`);
  }
  gesture(id: number, name: string): void {
    this.lines.push(`gesture ${id} ${name}`);
  }
  fade(id: number, opacity: number): void {
    if (opacity < 1) this.lines.push(`fade ${id} ${opacity.toFixed(2)}`);
  }
  update(): void {
    this.lines.push("update");
  }
}

const someone = (id: number, part: Partial<Appearance> = {}): Appearance => ({
  id, version: 1, shape: 0, tint: 0, staff: false, keepsOrder: false, outfit: [0, 0, 0, 0, 0], name: `N${id}`, ...part,
});
const frame = (part: Partial<Frame>): Frame => ({
  state: "joined", reason: null, retryable: false, retryAfter_ms: 0, ownId: 1, own: null, avatars: [], props: [], appearances: [], gone: [], closed: new Set(), events: [], said: [], party: null, queue: null, ...part,
});

function begin(): { people: People; crowd: Recorder; news: PeopleNews[] } {
  const crowd = new Recorder();
  const news: PeopleNews[] = [];
  const people = new People(crowd, new Catalogue(mall), (item) => news.push(item));
  people.quiet(0);
  return { people, crowd, news };
}

describe("people", () => {
  it("bear a mark while they keep order", () => {
    const { people, crowd } = begin();
    people.update(frame({ appearances: [someone(4)] }), true, 0);
    people.update(frame({ appearances: [someone(4, { keepsOrder: true, version: 2 })] }), true, 0);
    people.update(frame({ appearances: [someone(4, { version: 3 })] }), true, 0);
    expect(crowd.lines.filter((line) => line.startsWith("add"))).toEqual(["add 4 N4", "add 4 N4 marked", "add 4 N4"]);
  });

  it("are no news when they were there before oneself, and staff never is", () => {
    const { people, news } = begin();
    people.update(frame({ appearances: [someone(1), someone(2)] }), true, 100);
    people.update(frame({ appearances: [someone(3)] }), true, 10_000);
    people.update(frame({ appearances: [someone(4, { staff: true })] }), true, 10_000);
    expect(news).toEqual([{ kind: "arrived", name: "N3" }]);
  });

  it("are dressed by their variants, and taking off is told too", () => {
    const { people, crowd, news } = begin();
    people.update(frame({ appearances: [someone(2)] }), true, 10_000);
    people.update(frame({ appearances: [someone(2, { version: 2, outfit: [0, 0, 11, 0, 0] })] }), true, 10_000);
    people.update(frame({ appearances: [someone(2, { version: 3 })] }), true, 10_000);
    expect(crowd.lines).toEqual(["add 2 N2", "wear 2 2 #223344", "wear 2 2 nothing"]);
    expect(news.slice(1)).toEqual([{ kind: "wears", name: "N2", variantId: 11 }, { kind: "takesOff", name: "N2", variantId: 11 }]);
  });

  it("put back what was lent when they have their own clothes on again, and their own are no news", () => {
    const { people, news } = begin();
    const wearing = (version: number, variant: number): Frame => frame({ appearances: [someone(2, { version, outfit: [0, 0, variant, 0, 0] })] });
    for (const next of [wearing(1, 21), wearing(2, 11), wearing(3, 21), wearing(4, 0), wearing(5, 21)]) people.update(next, true, 10_000);
    expect(news.slice(1)).toEqual([{ kind: "wears", name: "N2", variantId: 11 }, { kind: "takesOff", name: "N2", variantId: 11 }]);
  });

  it("leave, and a new body replaces the old one with its clothes", () => {
    const { people, crowd, news } = begin();
    people.update(frame({ appearances: [someone(2, { outfit: [0, 0, 11, 0, 0] })] }), true, 100);
    people.update(frame({ appearances: [someone(2, { version: 2, shape: 1, outfit: [0, 0, 11, 0, 0] })] }), true, 100);
    people.update(frame({ gone: [2] }), true, 10_000);
    expect(crowd.lines).toEqual(["add 2 N2", "wear 2 2 #223344", "remove 2", "add 2 N2", "wear 2 2 #223344", "remove 2"]);
    expect(news.at(-1)).toEqual({ kind: "left", name: "N2" });
  });

  it("shows oneself without a name tag, and not at all in first person", () => {
    const { people, crowd } = begin();
    const own = { id: 1, x: 0, y: 0, z: 0, yaw: 0, speed: 0, grounded: true, seated: false };
    people.update(frame({ appearances: [someone(1)], own }), true, 100);
    people.update(frame({ own }), false, 100);
    expect(crowd.lines).toEqual(["add 1 ", "pose 1 0", "pose 1 -50"]);
  });

  it("does not show whoever walks through the camera", () => {
    const { people, crowd } = begin();
    const avatar = (id: number, x: number): Frame["avatars"][number] => ({ id, x, y: 0, z: 4, yaw: 0, speed: 1, grounded: true, seated: false });
    const walking = { eye: { x: 0, z: 4 }, goal: null };
    people.update(frame({ appearances: [someone(2), someone(3)], avatars: [avatar(2, 0.5), avatar(3, 1.5)] }), true, 100, walking);
    people.update(frame({ avatars: [avatar(2, 1)] }), true, 100, walking);
    people.update(frame({ avatars: [avatar(2, 1.1)] }), true, 100, walking);
    people.update(frame({ avatars: [avatar(2, 1)] }), true, 100, walking);
    people.update(frame({ avatars: [avatar(2, 0.5)] }), true, 100, null);
    expect(crowd.lines.filter((line) => line.startsWith("pose"))).toEqual(["pose 2 -50", "pose 3 0", "pose 2 -50", "pose 2 0", "pose 2 0", "pose 2 0"]);
  });

  it("does not show whoever stands before what is looked at, but does whoever stands beside or behind it", () => {
    const { people, crowd } = begin();
    const avatar = (id: number, x: number, z: number): Frame["avatars"][number] => ({ id, x, y: 0, z, yaw: 0, speed: 0, grounded: true, seated: false });
    const looking = { eye: { x: 0, z: 4 }, goal: { x: 0, z: 0, half_m: 0.4 } };
    const three = [avatar(2, 0.3, 2), avatar(3, 1, 2), avatar(4, 0.3, -1)];
    people.update(frame({ appearances: [someone(2), someone(3), someone(4)], avatars: three }), true, 100, looking);
    people.update(frame({ avatars: [avatar(2, 0.6, 2)] }), true, 100, looking);
    people.update(frame({ avatars: [avatar(2, 0.75, 2)] }), true, 100, looking);
    people.update(frame({ avatars: [avatar(2, 0.75, 2)] }), true, 100, { ...looking, goal: { ...looking.goal, half_m: 1 } });
    people.update(frame({ avatars: [avatar(2, 0.3, 2)] }), true, 100, { ...looking, goal: null });
    expect(crowd.lines.filter((line) => line.startsWith("pose"))).toEqual(["pose 2 -50", "pose 3 0", "pose 4 0", "pose 2 -50", "pose 2 0", "pose 2 -50", "pose 2 0"]);
  });

  it("fade out when they come too near, if one wishes so, to oneself and to the camera", () => {
    const { people, crowd } = begin();
    const own = { id: 1, x: 0, y: 0, z: 0, yaw: 0, speed: 0, grounded: true, seated: false };
    const avatar = (id: number, x: number): Frame["avatars"][number] => ({ id, x, y: 0, z: 0, yaw: 0, speed: 0, grounded: true, seated: false });
    const near = frame({ own, avatars: [avatar(2, 0.5), avatar(3, 0.7), avatar(4, 0.9)] });
    people.update({ ...near, appearances: [someone(2), someone(3), someone(4)] }, true, 100);
    const faded = (): string[] => crowd.lines.filter((line) => line.startsWith("fade"));
    expect(faded()).toEqual([]);
    people.personalBubble = true;
    people.update(near, true, 100);
    expect(faded()).toEqual(["fade 2 0.00", "fade 3 0.50"]);
    people.update(frame({ own, avatars: [avatar(4, 3)] }), true, 100, { eye: { x: 3.7, z: 0 }, goal: null });
    expect(faded().slice(2)).toEqual(["fade 4 0.50"]);
  });

  it("show the gestures that they make", () => {
    const { people, crowd } = begin();
    people.update(frame({ events: [{ kind: "emote", avatar: 2, value: 6 }, { kind: "emote", avatar: 2, value: 99 }, { kind: "waveAt", avatar: 3, value: 1 }] }), true, 100);
    expect(crowd.lines).toEqual(["gesture 2 dance", "wave 3"]);
  });

  it("wave, and others are told who", () => {
    const { people, crowd, news } = begin();
    people.update(frame({ appearances: [someone(1), someone(2)] }), true, 100);
    people.update(frame({ events: [{ kind: "wave", avatar: 2, value: 0 }, { kind: "wave", avatar: 1, value: 0 }] }), true, 200);
    expect(crowd.lines.slice(-2)).toEqual(["wave 2", "wave 1"]);
    expect(news).toEqual([{ kind: "waves", name: "N2" }]);
  });
});
