// Voice by distance: what one says while holding the key goes to those near, and theirs comes from where they stand. The
// rule is in voice_state.ts; this joins it with microphone, loudspeaker, the brain (numbers, order, evenness) and the
// picture. Sound is set up only once somebody switches voice on.
import type { PerspectiveCamera, Scene } from "three";
import { mouth_m, overFeet, voice_m } from "../avatar/head.ts";
import { t } from "../i18n/index.ts";
import type { Brain, Frame } from "../net/brain.ts";
import { now_us, type Connection } from "../net/connection.ts";
import { canHear, Loudspeaker } from "./loudspeaker.ts";
import { canSpeak, MicrophoneInput, sampleRate_hz } from "./microphone.ts";
import { Signs } from "./signs.ts";
import { VoiceBar } from "./voice_bar.ts";
import { after, firstState, isTalking, type VoiceEvent, type VoiceState } from "./voice_state.ts";

/** How often the brain is asked what is to be played. */
const playEvery_ms = 10;
/** A microphone that nobody speaks into for so long is closed. */
const idleAfter_ms = 60_000;

export interface VoiceProbe {
  readonly supported: boolean;
  readonly hears: boolean;
  readonly microphone: string;
  readonly talking: boolean;
  readonly sent: number;
  readonly heard: number;
  readonly energy: number;
  /** Avatars that are heard at this moment. */
  readonly speaking: readonly number[];
}

export interface VoiceOptions {
  readonly brain: Brain;
  readonly connection: Connection;
  readonly scene: Scene;
  readonly camera: PerspectiveCamera;
}

export class Voice {
  readonly bar: VoiceBar;
  /** Said to the visitor; whoever shows the notices takes it over. */
  say: (text: string) => void = () => undefined;
  private readonly o: VoiceOptions;
  private readonly signs: Signs;
  private state: VoiceState = firstState(false);
  private context: AudioContext | null = null;
  private loudspeaker: Loudspeaker | null = null;
  private microphone: MicrophoneInput | null = null;
  private sent = 0;
  private talked_ms = 0;

  constructor(options: VoiceOptions) {
    this.o = options;
    this.signs = new Signs(options.scene);
    this.bar = new VoiceBar((event) => this.happened(event));
    this.bar.show(this.state);
    void this.lookWhatIsThere();
    setInterval(() => this.play(), playEvery_ms);
  }

  /** Once for each picture. */
  update(frame: Frame | null, now_ms: number): void {
    if (!this.state.hears || frame === null || frame.own === null) {
      this.signs.show([], this.o.camera, window.innerHeight);
      return;
    }
    const poses = new Map(frame.avatars.map((pose) => [pose.id, pose]));
    const speaking = (this.loudspeaker?.speaking(now_ms) ?? []).flatMap((avatar) => poses.get(avatar) ?? []);
    for (const pose of speaking) this.loudspeaker?.place(pose.id, overFeet(pose, mouth_m));
    const eye = this.o.camera.matrixWorld.elements;
    this.loudspeaker?.listenAt(overFeet(frame.own, mouth_m), Math.atan2(-(eye[8] ?? 0), -(eye[10] ?? 0)));
    this.signs.show(speaking.map((pose) => overFeet(pose, voice_m)), this.o.camera, window.innerHeight);
  }

  probe(): VoiceProbe {
    const heard = this.loudspeaker?.heard() ?? { frames: 0, energy: 0 };
    return {
      supported: this.state.supported, hears: this.state.hears, microphone: this.state.microphone, talking: isTalking(this.state),
      sent: this.sent, heard: heard.frames, energy: heard.energy, speaking: this.loudspeaker?.speaking(performance.now()) ?? [],
    };
  }

  private async lookWhatIsThere(): Promise<void> {
    const [speak, hear] = await Promise.all([canSpeak(), canHear()]).catch(() => [false, false] as const);
    this.state = firstState(speak && hear);
    this.bar.show(this.state);
  }

  private happened(event: VoiceEvent): void {
    const before = this.state;
    const { state, say } = after(before, event);
    this.state = state;
    if (state.hears !== before.hears) this.switchTo(state.hears);
    if (state.microphone === "asking" && before.microphone !== "asking") void this.openMicrophone();
    if (state.microphone === "closed" && before.microphone !== "closed") this.microphone?.close();
    this.microphone?.talk(isTalking(state));
    if (isTalking(state) || state.microphone !== before.microphone) this.talked_ms = performance.now();
    this.bar.show(state);
    if (say !== null) this.say(sentence(say));
  }

  private switchTo(hears: boolean): void {
    this.o.brain.hear(hears);
    this.o.connection.pump();
    if (!hears) {
      this.loudspeaker?.silence();
      void this.context?.suspend();
      return;
    }
    this.context ??= new AudioContext({ sampleRate: sampleRate_hz, latencyHint: "interactive" });
    void this.context.resume();
    this.loudspeaker ??= new Loudspeaker(this.context);
    this.microphone ??= new MicrophoneInput(this.context, (bytes, starts) => this.send(bytes, starts), () => this.happened("missing"));
  }

  private async openMicrophone(): Promise<void> {
    const opened = await this.microphone?.open();
    if (opened !== undefined && opened !== "closed") this.happened(opened);
  }

  private send(bytes: Uint8Array, starts: boolean): void {
    if (!this.o.brain.speak(bytes, starts, now_us())) return;
    this.sent += 1;
    this.o.connection.pump();
  }

  private play(): void {
    const now_ms = performance.now();
    if (isTalking(this.state)) this.talked_ms = now_ms;
    else if (this.state.microphone === "open" && now_ms - this.talked_ms > idleAfter_ms) this.happened("idle");
    if (this.loudspeaker === null || !this.state.hears) return;
    const now = now_us();
    this.loudspeaker.play(this.o.brain.voices(now), now);
  }
}

/** On a screen that is touched there is no key. */
function sentence(key: Parameters<typeof t>[0]): string {
  const touch = document.documentElement.classList.contains("touch");
  if (touch && key === "voice.first") return t("voice.firstTouch");
  if (touch && key === "voice.ready") return t("voice.readyTouch");
  return t(key);
}
