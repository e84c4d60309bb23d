// From Opus frames to the ears: one decoder and one place in space for each person who is heard. Frames come with the
// time at which the brain wants them played; on the sound card's own clock they follow one another without a seam, and
// that clock is set anew at the start of each spurt.
import type { VoicePiece } from "../net/brain.ts";
import { sampleRate_hz } from "./microphone.ts";

const config: AudioDecoderConfig = { codec: "opus", sampleRate: sampleRate_hz, numberOfChannels: 1 };
/** For decoding, and for a picture that takes its time, between the brain's word and the sound. */
const ready_s = 0.04;
const frame_us = 20_000;
/** As far as the server lets a voice carry, with a little left at its end. */
const reach_m = 16;
const clearUntil_m = 2;
const silentFor_ms = 250;
/** A person who has not been heard for so long needs no decoder. */
const forgottenAfter_ms = 30_000;

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export async function canHear(): Promise<boolean> {
  if (typeof AudioDecoder === "undefined" || typeof EncodedAudioChunk === "undefined") return false;
  return (await AudioDecoder.isConfigSupported(config)).supported === true;
}

export interface Heard {
  /** Frames decoded, and the energy of the loudest, as a mean square: silence is 0. */
  readonly frames: number;
  readonly energy: number;
}

class Speaker {
  readonly panner: PannerNode;
  heard_ms = 0;
  private readonly context: AudioContext;
  private readonly measured: (energy: number) => void;
  private decoder: AudioDecoder | null = null;
  /** When each frame under way to the decoder is to be played, in µs on the brain's clock. */
  private readonly due_us: number[] = [];
  /** Seconds of the sound card's clock less those of the brain's. */
  private offset_s: number | null = null;
  private timestamp_us = 0;

  constructor(context: AudioContext, out: AudioNode, measured: (energy: number) => void) {
    this.context = context;
    this.measured = measured;
    this.panner = new PannerNode(context, {
      panningModel: "equalpower", distanceModel: "linear", refDistance: clearUntil_m, maxDistance: reach_m, rolloffFactor: 1,
    });
    this.panner.connect(out);
  }

  play(piece: VoicePiece, now_us: number): void {
    this.heard_ms = now_us / 1000;
    if (piece.startsSpurt || this.offset_s === null) this.offset_s = this.context.currentTime - now_us / 1e6 + ready_s;
    if (piece.frame.length === 0) return;
    if (this.decoder?.state !== "configured") this.restart();
    this.due_us.push(piece.playAt_us);
    this.decoder?.decode(new EncodedAudioChunk({ type: "key", timestamp: this.timestamp_us, duration: frame_us, data: piece.frame }));
    this.timestamp_us += frame_us;
  }

  end(): void {
    if (this.decoder?.state === "configured") this.decoder.close();
    this.panner.disconnect();
  }

  private restart(): void {
    this.due_us.length = 0;
    this.decoder = new AudioDecoder({ output: (data) => this.sound(data), error: reportError });
    this.decoder.configure(config);
  }

  private sound(data: AudioData): void {
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    const rate_hz = data.sampleRate;
    data.close();
    const due_us = this.due_us.shift();
    if (due_us === undefined || this.offset_s === null || samples.length === 0) return;
    this.measured(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    const late_s = this.context.currentTime - (due_us / 1e6 + this.offset_s);
    // Better a short pause than that all that follows is cut.
    if (late_s > 0) this.offset_s += late_s + ready_s / 2;
    const buffer = this.context.createBuffer(1, samples.length, rate_hz);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(this.panner);
    source.start(due_us / 1e6 + this.offset_s);
  }
}

export class Loudspeaker {
  private readonly context: AudioContext;
  private readonly out: GainNode;
  private readonly speakers = new Map<number, Speaker>();
  private frames = 0;
  private energy = 0;

  constructor(context: AudioContext) {
    this.context = context;
    this.out = new GainNode(context);
    this.out.connect(context.destination);
  }

  play(pieces: readonly VoicePiece[], now_us: number): void {
    for (const piece of pieces) this.speaker(piece.avatar).play(piece, now_us);
    for (const [avatar, speaker] of this.speakers) {
      if (now_us / 1000 - speaker.heard_ms < forgottenAfter_ms) continue;
      speaker.end();
      this.speakers.delete(avatar);
    }
  }

  /** Who is heard at this moment. */
  speaking(now_ms: number): number[] {
    return [...this.speakers].filter(([, speaker]) => now_ms - speaker.heard_ms < silentFor_ms).map(([avatar]) => avatar);
  }

  place(avatar: number, at: Place): void {
    const speaker = this.speakers.get(avatar);
    if (speaker === undefined) return;
    speaker.panner.positionX.value = at.x;
    speaker.panner.positionY.value = at.y;
    speaker.panner.positionZ.value = at.z;
  }

  /** Where the listener stands and looks. */
  listenAt(at: Place, yaw_rad: number): void {
    const { listener } = this.context;
    const [forwardX, forwardZ] = [Math.sin(yaw_rad), Math.cos(yaw_rad)];
    // Firefox has only the older way.
    if ((listener as Partial<AudioListener>).positionX === undefined) {
      listener.setPosition(at.x, at.y, at.z);
      listener.setOrientation(forwardX, 0, forwardZ, 0, 1, 0);
      return;
    }
    listener.positionX.value = at.x;
    listener.positionY.value = at.y;
    listener.positionZ.value = at.z;
    listener.forwardX.value = forwardX;
    listener.forwardY.value = 0;
    listener.forwardZ.value = forwardZ;
  }

  silence(): void {
    for (const speaker of this.speakers.values()) speaker.end();
    this.speakers.clear();
  }

  heard(): Heard {
    return { frames: this.frames, energy: this.energy };
  }

  private speaker(avatar: number): Speaker {
    let speaker = this.speakers.get(avatar);
    if (speaker === undefined) {
      speaker = new Speaker(this.context, this.out, (energy) => {
        this.frames += 1;
        this.energy = Math.max(this.energy, energy);
      });
      this.speakers.set(avatar, speaker);
    }
    return speaker;
  }
}
