import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Brain, decodeBase64Url, ticketBytes } from "./brain.ts";

const module = new URL("../../../../build/wasm/brain.wasm", import.meta.url);
const built = existsSync(module);

/** A message as the wire has it, from the golden vectors. */
function golden(name: string): Uint8Array {
  return new Uint8Array(Buffer.from(readFileSync(new URL(`../../../../tests/golden/${name}.hex`, import.meta.url), "utf8").trim(), "hex"));
}

/** The same as it comes in a WebSocket frame, alone. */
function framed(name: string): Uint8Array {
  const bytes = golden(name);
  const size = bytes.length < 128 ? [bytes.length] : [0x80 | (bytes.length & 0x7f), bytes.length >> 7];
  return Uint8Array.from([...size, ...bytes]);
}

/** The same bytes that the browser loads; without them (nothing is built yet) the tests are skipped, and say so. */
describe.skipIf(!built)("the brain as WebAssembly", () => {
  const load = (): Promise<Brain> => Brain.load(readFileSync(module));

  it("is idle at first, knows no walls and has nothing to say", async () => {
    const brain = await load();
    const frame = brain.frame(1e6);
    expect(frame).toMatchObject({ state: "idle", reason: null, own: null, avatars: [], props: [], appearances: [], gone: [], events: [] });
    expect(brain.poll(1e6)).toBeNull();
    expect(brain.ray(0, 1, 0, 0, 0, 1, 10)).toBeNull();
    expect(brain.collisionMatches()).toBe("unknown");
  });

  it("says hello with the ticket, reliably, once", async () => {
    const brain = await load();
    const ticket = Uint8Array.from({ length: ticketBytes }, (_, i) => i);
    expect(brain.hello(ticket, 1e6)).toBe(true);
    expect(brain.frame(1e6).state).toBe("connecting");
    const message = brain.poll(1e6);
    expect(message?.lane).toBe(1);
    expect(message?.bytes[0]).toBe(1);
    expect([...(message?.bytes.slice(3) ?? [])]).toEqual([...ticket]);
    expect(brain.poll(1e6)).toBeNull();
  });

  it("refuses a ticket of the wrong length and walls that are not walls", async () => {
    const brain = await load();
    expect(brain.hello(new Uint8Array(47), 1e6)).toBe(false);
    expect(brain.loadCollision(new Uint8Array([1, 2, 3]))).not.toBe(0);
    expect(brain.resume(1e6)).toBe(false);
  });

  it("tells which boutiques are closed, and forgets it for a new connection", async () => {
    const brain = await load();
    brain.hello(new Uint8Array(ticketBytes), 1e6);
    expect([...brain.frame(1e6).closed]).toEqual([]);
    expect(brain.onBundle(Uint8Array.from([...framed("welcome"), ...framed("doors")]), 1e6)).toBe(0);
    expect([...brain.frame(1e6).closed]).toEqual([0, 2, 63]);
    brain.hello(new Uint8Array(ticketBytes), 2e6);
    expect([...brain.frame(2e6).closed]).toEqual([]);
  });

  it("counts a message that it cannot read and changes nothing", async () => {
    const brain = await load();
    brain.hello(new Uint8Array(ticketBytes), 1e6);
    expect(brain.onBundle(new Uint8Array([3, 200, 1, 2]), 1e6)).not.toBe(0);
    expect(brain.statistics().refused).toBe(1);
    expect(brain.frame(1e6).state).toBe("connecting");
  });

  it("sends and hears voices once it is in and wants to", async () => {
    const brain = await load();
    const frame = Uint8Array.of(120, 1, 2);
    expect(brain.speak(frame, true, 1e6)).toBe(false);
    brain.hello(new Uint8Array(ticketBytes), 1e6);
    brain.poll(1e6);
    expect(brain.onBundle(framed("welcome"), 1e6)).toBe(0);
    expect(brain.onBundle(framed("voiced"), 1e6)).toBe(0);
    expect(brain.voices(2e6)).toEqual([]);

    brain.hear(true);
    expect([...(brain.poll(1e6)?.bytes ?? [])]).toEqual([15, 1]);
    expect(brain.speak(frame, true, 1e6)).toBe(true);
    expect(brain.speak(Uint8Array.of(0), false, 1e6)).toBe(false);
    expect(brain.poll(1e6)).toMatchObject({ lane: 0 });
    expect(brain.onBundle(framed("voiced"), 2e6)).toBe(0);
    const [piece, ...rest] = brain.voices(2.1e6);
    expect(rest).toEqual([]);
    expect(piece).toMatchObject({ avatar: 2 * 65_536 + 17, playAt_us: 2.06e6, startsSpurt: true });
    expect([...(piece?.frame ?? [])]).toEqual([248, 0, 128]);
    expect(brain.voices(2.2e6)).toEqual([]);
  });
});

/** The very packets that the wire's own tests are held to. */
describe.skipIf(!built)("what people do with each other, over the bytes of the wire", () => {
  const hello = async (): Promise<Brain> => {
    const brain = await Brain.load(readFileSync(module));
    brain.hello(new Uint8Array(ticketBytes), 1e6);
    brain.poll(1e6);
    return brain;
  };

  it("reads what was said, the party, and the place at the door, each once", async () => {
    const brain = await hello();
    expect(brain.onBundle(framed("queue_place"), 1e6)).toBe(0);
    expect(brain.frame(1e6).queue).toEqual({ place: 3, waiting: 12, estimate_s: 40 });
    for (const name of ["welcome", "said", "party_state"]) expect(brain.onBundle(framed(name), 1e6)).toBe(0);
    const frame = brain.frame(1e6);
    expect(frame).toMatchObject({ state: "joined", queue: null });
    expect(frame.said).toEqual([{ avatar: 2 * 65536 + 17, lane: "near", text: "Zoë, 字 🙂!" }]);
    expect(frame.party).toEqual([
      { avatar: 2 * 65536 + 17, here: true, place: 3, name: "Zoë 字" }, { avatar: 9 * 65536 + 400, here: false, place: 0, name: "" },
    ]);
    expect(brain.frame(1e6)).toMatchObject({ said: [], party: null });
  });

  it("writes each wish as the wire has it, and nothing that may not be said", async () => {
    const brain = await hello();
    expect(brain.say("near", "Hello")).toBe(false);
    brain.onBundle(framed("welcome"), 1e6);
    expect(brain.say("party", "Zoë, 字 🙂!")).toBe(true);
    expect(brain.say("near", "turned \u202eround")).toBe(false);
    expect(brain.say("party", "")).toBe(false);
    const somebody = 2 * 65536 + 17;
    expect(brain.emote("dance")).toBe(true);
    expect(brain.relate(somebody, "block")).toBe(true);
    expect(brain.party("come", somebody)).toBe(true);
    expect(brain.waveAt(somebody)).toBe(true);
    expect(brain.moderate(somebody, "ban", 1440)).toBe(true);
    expect(brain.moderate(somebody, "ban", 0)).toBe(false);
    expect(brain.party("leave")).toBe(true);
    const sent: string[] = [];
    for (let message = brain.poll(1e6); message !== null; message = brain.poll(1e6)) sent.push(Buffer.from(message.bytes).toString("hex"));
    const wanted = ["say", "emote", "relate", "party", "wave", "moderate"].map((name) => Buffer.from(golden(name)).toString("hex"));
    expect(sent.slice(0, -1)).toEqual(wanted);
    expect(sent.at(-1)).toBe("0904");
  });
});

describe("the ticket's text", () => {
  it("is base64url without padding", () => {
    expect([...decodeBase64Url("_-8")]).toEqual([255, 239]);
    expect(decodeBase64Url("A".repeat(64))).toHaveLength(48);
  });
});
