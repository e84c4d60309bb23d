// Whether one hears others and is heard, as a pure rule: what happened goes in, the next state and what to say about it
// come out. Both directions are off at first. One is heard only while a key or a button is held, voice is on and the
// microphone is open; nothing else opens it.
import type { Key } from "../i18n/index.ts";

export type Microphone = "closed" | "asking" | "open" | "denied" | "missing";

export interface VoiceState {
  readonly supported: boolean;
  readonly hears: boolean;
  readonly microphone: Microphone;
  /** The key or the button is held. */
  readonly holds: boolean;
  /** The sentence that explains voice has been said. */
  readonly explained: boolean;
}

export type VoiceEvent = "switch" | "press" | "release" | "granted" | "denied" | "missing" | "idle";

export interface VoiceStep {
  readonly state: VoiceState;
  readonly say: Key | null;
}

export function firstState(supported: boolean): VoiceState {
  return { supported, hears: false, microphone: "closed", holds: false, explained: false };
}

export function isTalking(state: VoiceState): boolean {
  return state.hears && state.holds && state.microphone === "open";
}

export function after(state: VoiceState, event: VoiceEvent): VoiceStep {
  if (!state.supported) return { state, say: event === "press" || event === "switch" ? "voice.unsupported" : null };
  switch (event) {
    case "switch":
      return switched(state);
    case "press":
      return pressed(state);
    case "release":
      return { state: { ...state, holds: false }, say: null };
    case "granted":
      if (state.microphone !== "asking") return { state, say: null };
      return { state: { ...state, microphone: "open" }, say: state.holds ? null : "voice.ready" };
    case "denied":
    case "missing":
      return { state: { ...state, microphone: event, holds: false }, say: event === "denied" ? "voice.denied" : "voice.missing" };
    case "idle":
      return { state: state.holds ? state : { ...state, microphone: state.microphone === "open" ? "closed" : state.microphone }, say: null };
  }
}

function switched(state: VoiceState): VoiceStep {
  if (state.hears) return { state: { ...state, hears: false, holds: false, microphone: "closed" }, say: "voice.off" };
  return { state: { ...state, hears: true, explained: true }, say: state.explained ? "voice.on" : "voice.first" };
}

/** Who was refused before may have changed their mind since: the browser is asked again. */
function pressed(state: VoiceState): VoiceStep {
  if (!state.hears) return { state, say: "voice.isOff" };
  if (state.microphone === "open" || state.microphone === "asking") return { state: { ...state, holds: true }, say: null };
  return { state: { ...state, holds: true, microphone: "asking" }, say: null };
}
