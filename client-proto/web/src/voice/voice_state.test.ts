import { describe, expect, it } from "vitest";
import { after, firstState, isTalking, type VoiceEvent, type VoiceState } from "./voice_state.ts";

/** Everything that is said on the way, and the state at its end. */
function go(events: readonly VoiceEvent[], from: VoiceState = firstState(true)): { state: VoiceState; said: (string | null)[] } {
  const said: (string | null)[] = [];
  let state = from;
  for (const event of events) {
    const step = after(state, event);
    state = step.state;
    said.push(step.say);
  }
  return { state, said };
}

describe("voice", () => {
  it("is off in both directions at first, and holding the key changes nothing but says so", () => {
    const { state, said } = go(["press"]);
    expect(state).toMatchObject({ hears: false, microphone: "closed", holds: false });
    expect(isTalking(state)).toBe(false);
    expect(said).toEqual(["voice.isOff"]);
  });

  it("explains itself when it is switched on for the first time, and opens no microphone", () => {
    const { state, said } = go(["switch", "switch", "switch"]);
    expect(said).toEqual(["voice.first", "voice.off", "voice.on"]);
    expect(state).toMatchObject({ hears: true, microphone: "closed" });
  });

  it("is heard only while it is held", () => {
    const asked = go(["switch", "press"]).state;
    expect(asked.microphone).toBe("asking");
    expect(isTalking(asked)).toBe(false);
    const open = go(["granted"], asked).state;
    expect(isTalking(open)).toBe(true);
    expect(isTalking(go(["release"], open).state)).toBe(false);
    expect(isTalking(go(["release", "press"], open).state)).toBe(true);
  });

  it("does not begin to talk when the key was let go while the browser asked", () => {
    const { state, said } = go(["switch", "press", "release", "granted"]);
    expect(isTalking(state)).toBe(false);
    expect(said.at(-1)).toBe("voice.ready");
  });

  it("closes the microphone when it is switched off, also while somebody talks or the browser still asks", () => {
    const talking = go(["switch", "press", "granted"]).state;
    expect(go(["switch"], talking).state).toMatchObject({ hears: false, microphone: "closed", holds: false });
    const late = go(["switch", "press", "switch", "granted"]).state;
    expect(late.microphone).toBe("closed");
    expect(isTalking(late)).toBe(false);
  });

  it("closes a microphone that nobody uses, never one that is held", () => {
    const talking = go(["switch", "press", "granted"]).state;
    expect(go(["idle"], talking).state.microphone).toBe("open");
    expect(go(["release", "idle"], talking).state.microphone).toBe("closed");
  });

  it("goes on hearing when the microphone is refused or missing, says so, and asks again when asked to", () => {
    for (const why of ["denied", "missing"] as const) {
      const { state, said } = go(["switch", "press", why]);
      expect(said.at(-1)).toBe(`voice.${why}`);
      expect(state).toMatchObject({ hears: true, holds: false, microphone: why });
      expect(go(["press"], state).state.microphone).toBe("asking");
    }
  });

  it("says kindly that a browser cannot, and does nothing else", () => {
    const { state, said } = go(["press", "switch", "release", "granted"], firstState(false));
    expect(said).toEqual(["voice.unsupported", "voice.unsupported", null, null]);
    expect(state).toEqual(firstState(false));
  });
});
