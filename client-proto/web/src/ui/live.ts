// The live region: what a screen reader is told of things that happen elsewhere (somebody arrives, tries something on).
// Messages are spaced so that one does not swallow the next, and a crowd cannot fill the queue.
import { h } from "./dom.ts";

const gap_ms = 900;
const waiting_max = 4;

export class LiveRegion {
  readonly element = h("div", { class: "sr-only", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  private readonly waiting: string[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  say(text: string): void {
    if (this.waiting.length >= waiting_max) this.waiting.shift();
    this.waiting.push(text);
    if (this.timer === null) this.next();
  }

  private next(): void {
    const text = this.waiting.shift();
    if (text === undefined) {
      this.timer = null;
      return;
    }
    this.element.textContent = text;
    this.timer = setTimeout(() => this.next(), gap_ms);
  }
}
