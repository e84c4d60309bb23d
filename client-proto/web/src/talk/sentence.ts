// What somebody is about to say, and what somebody has said: brought into the form that may be said (PROTOCOL.md), and held to the pace
// that the server keeps anyway, so that nobody types into the void. Time is an argument, milliseconds of one clock.
import type { SpeechLane } from "../net/brain.ts";

export const sentenceMax_chars = 160;
const sentenceMax_bytes = 320;
const marksMax = 3;
/** One sentence in this time, so many at once after a silence, and one only after coming in. */
const pace_ms = 1_500;
const burst = 5;
/** The speaker hears every sentence that was taken: one that has not come back by then was not. */
const echoWithin_ms = 4_000;

// Control characters, separators of lines, what turns the direction of writing round, and what cannot be seen.
const hidden = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\u{e0000}-\u{e0fff}]/gu;
const heaped = new RegExp(`(\\p{M}|[\\u200c\\u200d]){${marksMax + 1},}`, "gu");

/** Text as it may be shown: the server has checked it, and is not trusted with it. */
export function plainText(text: string, max_chars = sentenceMax_chars): string {
  const clean = text.replace(/[\t\n\r\u2028\u2029]+/g, " ").replace(hidden, "").replace(heaped, (marks) => [...marks].slice(0, marksMax).join(""));
  return [...clean].slice(0, max_chars).join("");
}

/** What is sent for what was typed; empty when nothing is left of it. */
export function sentenceOf(typed: string): string {
  let sentence = plainText(typed.normalize("NFC").replace(/^[\s\p{M}\u200c\u200d]+/u, "").trimEnd());
  const bytes = new TextEncoder();
  while (bytes.encode(sentence).length > sentenceMax_bytes) sentence = [...sentence].slice(0, -1).join("");
  return sentence.trimEnd();
}

/** Counts as the server counts. */
export class Pace {
  private tokens = 1;
  private since_ms: number;

  constructor(now_ms: number) {
    this.since_ms = now_ms;
  }

  /** How long until the next sentence may be said; 0: now. */
  wait_ms(now_ms: number): number {
    this.fill(now_ms);
    return this.tokens > 0 ? 0 : this.since_ms + pace_ms - now_ms;
  }

  take(now_ms: number): boolean {
    this.fill(now_ms);
    if (this.tokens === 0) return false;
    this.tokens -= 1;
    return true;
  }

  private fill(now_ms: number): void {
    const filled = Math.floor((now_ms - this.since_ms) / pace_ms);
    this.since_ms += filled * pace_ms;
    this.tokens = Math.min(burst, this.tokens + filled);
  }
}

interface Sent {
  readonly lane: SpeechLane;
  readonly text: string;
  readonly until_ms: number;
}

/** What was sent and has not come back yet. */
export class Unheard {
  private readonly waiting: Sent[] = [];

  sent(lane: SpeechLane, text: string, now_ms: number): void {
    this.waiting.push({ lane, text, until_ms: now_ms + echoWithin_ms });
  }

  /** Whether it was waited for. */
  heard(lane: SpeechLane, text: string): boolean {
    const at = this.waiting.findIndex((sent) => sent.lane === lane && sent.text === text);
    if (at >= 0) this.waiting.splice(at, 1);
    return at >= 0;
  }

  /** Sentences that nobody has heard, once each. */
  lost(now_ms: number): string[] {
    const lost: string[] = [];
    while (this.waiting[0] !== undefined && this.waiting[0].until_ms <= now_ms) lost.push(this.waiting.shift()?.text ?? "");
    return lost;
  }
}
