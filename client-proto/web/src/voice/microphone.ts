// From the microphone to Opus frames. The microphone is open only between `open` and `close`; what it hears is encoded
// only while `talk` is on, and everything else is forgotten where it arises.
import workletUrl from "./capture_worklet.js?url&no-inline";

export const sampleRate_hz = 48_000;
const frame_samples = 960;
const frame_us = 20_000;
/** The server passes on a little more than this; it has four times as much for one frame. */
const bitrate_bps = 20_000;
/** An encoder that falls behind is given nothing more. */
const encodingMax_frames = 10;

export type Opened = "granted" | "denied" | "missing";

/** What is not in the standard's type yet. */
interface OpusConfig extends AudioEncoderConfig {
  readonly opus: { readonly frameDuration: number; readonly application: string; readonly signal: string };
}
const config: OpusConfig = {
  codec: "opus", sampleRate: sampleRate_hz, numberOfChannels: 1, bitrate: bitrate_bps,
  opus: { frameDuration: frame_us, application: "voip", signal: "voice" },
};

export async function canSpeak(): Promise<boolean> {
  if (typeof AudioEncoder === "undefined" || typeof AudioWorkletNode === "undefined" || navigator.mediaDevices === undefined) return false;
  return (await AudioEncoder.isConfigSupported(config)).supported === true;
}

export class MicrophoneInput {
  private readonly context: AudioContext;
  private readonly frame: (bytes: Uint8Array, startsSpurt: boolean) => void;
  private stream: MediaStream | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private worklet: AudioWorkletNode | null = null;
  private encoder: AudioEncoder | null = null;
  private talking = false;
  private starts = false;
  private time_us = 0;
  /** Counts openings: one that was closed meanwhile must not come to life late. */
  private readonly unplugged: () => void;
  private opening = 0;

  constructor(context: AudioContext, frame: (bytes: Uint8Array, startsSpurt: boolean) => void, unplugged: () => void) {
    this.context = context;
    this.frame = frame;
    this.unplugged = unplugged;
  }

  async open(): Promise<Opened | "closed"> {
    const opening = ++this.opening;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
      if (opening !== this.opening) return this.giveUp(stream);
      this.stream = stream;
      for (const track of stream.getAudioTracks()) track.onended = () => this.unplugged();
      await this.context.audioWorklet.addModule(workletUrl);
      if (opening !== this.opening) return this.giveUp(stream);
      this.source = this.context.createMediaStreamSource(stream);
      this.worklet = new AudioWorkletNode(this.context, "galleria-capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
      this.worklet.port.onmessage = (event: MessageEvent<Float32Array<ArrayBuffer>>) => this.encode(event.data);
      this.source.connect(this.worklet);
      return "granted";
    } catch (error) {
      if (opening !== this.opening) return "closed";
      this.close();
      return error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "SecurityError") ? "denied" : "missing";
    }
  }

  close(): void {
    this.opening += 1;
    this.talk(false);
    this.source?.disconnect();
    this.worklet?.port.postMessage("end");
    this.worklet?.port.close();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    if (this.encoder?.state === "configured") this.encoder.close();
    this.stream = this.source = this.worklet = this.encoder = null;
  }

  talk(on: boolean): void {
    if (on && !this.talking) this.starts = true;
    this.talking = on;
  }

  private giveUp(stream: MediaStream): "closed" {
    for (const track of stream.getTracks()) track.stop();
    return "closed";
  }

  private encode(samples: Float32Array<ArrayBuffer>): void {
    if (!this.talking) return;
    if (this.encoder?.state !== "configured") this.encoder = this.newEncoder();
    if (this.encoder.encodeQueueSize > encodingMax_frames) return;
    const data = new AudioData({
      format: "f32-planar", sampleRate: sampleRate_hz, numberOfFrames: frame_samples, numberOfChannels: 1, timestamp: this.time_us, data: samples,
    });
    this.time_us += frame_us;
    this.encoder.encode(data);
    data.close();
  }

  private newEncoder(): AudioEncoder {
    const encoder = new AudioEncoder({
      output: (chunk) => {
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        // What is ready only after the key was let go was said before.
        this.frame(bytes, this.starts);
        this.starts = false;
      },
      error: reportError,
    });
    encoder.configure(config);
    return encoder;
  }
}
