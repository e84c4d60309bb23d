// Runs beside the sound card: cuts what the microphone gives into frames of 20 ms and hands them over.
const frame_samples = 960;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frame = new Float32Array(frame_samples);
    this.filled = 0;
    this.wanted = true;
    this.port.onmessage = () => {
      this.wanted = false;
    };
  }

  process(inputs) {
    const samples = inputs[0]?.[0];
    if (samples === undefined) return this.wanted;
    for (const sample of samples) {
      this.frame[this.filled] = sample;
      this.filled += 1;
      if (this.filled < frame_samples) continue;
      this.port.postMessage(this.frame, [this.frame.buffer]);
      this.frame = new Float32Array(frame_samples);
      this.filled = 0;
    }
    return this.wanted;
  }
}

registerProcessor("galleria-capture", Capture);
