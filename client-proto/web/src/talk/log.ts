// The lines of the conversation: what was said, by whom and for whom, and short notes about what people do. A line shows for a while,
// fades, and can be read again while the field is open. Time is an argument, milliseconds of one clock.
import type { SpeechLane } from "../net/brain.ts";

export interface Line {
  readonly id: number;
  /** Who said it; empty for a note. */
  readonly name: string;
  readonly own: boolean;
  readonly lane: SpeechLane | "note";
  readonly text: string;
  readonly at_ms: number;
}

const linesMax = 100;
const shownMax = 6;
const shows_ms = 12_000;
const fades_ms = 2_000;

export class TalkLog {
  private readonly all: Line[] = [];
  private next = 1;

  get lines(): readonly Line[] {
    return this.all;
  }

  add(line: Omit<Line, "id">): Line {
    const added = { ...line, id: this.next };
    this.next += 1;
    this.all.push(added);
    if (this.all.length > linesMax) this.all.shift();
    return added;
  }

  /** The newest lines that still show, oldest first. */
  recent(now_ms: number): readonly Line[] {
    return this.all.slice(-shownMax).filter((line) => lineOpacity(line, now_ms) > 0);
  }
}

export function lineOpacity(line: Line, now_ms: number): number {
  const left_ms = line.at_ms + shows_ms + fades_ms - now_ms;
  return Math.min(Math.max(left_ms / fades_ms, 0), 1);
}

/** How long a sentence hangs over a head: as long as it takes to read, within bounds. */
export function bubbleTime_ms(text: string): number {
  return Math.min(2_500 + [...text].length * 55, 9_000);
}
