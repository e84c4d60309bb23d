// Words over heads: short-lived, few at a time, and text only. They hang above the name, are nobody's obstacle (no pointer meets them),
// and those who cannot see them read the same in the log.
import { h } from "../ui/dom.ts";
import { bubbleTime_ms } from "./log.ts";

interface Bubble {
  readonly element: HTMLElement;
  readonly until_ms: number;
}

/** Where the head of somebody is in the window; null while it is not to be seen. */
export type HeadOf = (avatar: number) => { readonly x_px: number; readonly y_px: number; readonly distance_m: number } | null;

const bubblesMax = 8;
const reach_m = 18;
const leaves_ms = 250;
const edge_px = 8;
/** The tip keeps this from the rounded corners. */
const tip_px = 32;
/** What the menu at the top takes. */
const menu_px = 70;

export class Bubbles {
  readonly element = h("div", { class: "bubbles", "aria-hidden": "true" });
  private readonly shown = new Map<number, Bubble>();

  /** A newer sentence takes the older one's place. */
  say(avatar: number, text: string, toParty: boolean, now_ms: number): void {
    this.remove(avatar);
    const [oldest] = this.shown.keys();
    if (this.shown.size >= bubblesMax && oldest !== undefined) this.remove(oldest);
    const words = h("p", { dir: "auto" }, text);
    const element = h("div", { class: `bubble${toParty ? " party" : ""}`, "data-test": "bubble" }, words);
    this.shown.set(avatar, { element, until_ms: now_ms + bubbleTime_ms(text) });
    this.element.append(element);
  }

  remove(avatar: number): void {
    this.shown.get(avatar)?.element.remove();
    this.shown.delete(avatar);
  }
  clear(): void {
    for (const avatar of [...this.shown.keys()]) this.remove(avatar);
  }

  draw(headOf: HeadOf, now_ms: number): void {
    for (const [avatar, { element, until_ms }] of this.shown) {
      if (now_ms > until_ms + leaves_ms) {
        this.remove(avatar);
        continue;
      }
      const head = headOf(avatar);
      if (head !== null) {
        place(element, head.x_px, head.y_px);
        element.style.zIndex = String(Math.round(100 - head.distance_m));
      }
      element.classList.toggle("out", head === null || head.distance_m > reach_m || now_ms > until_ms);
    }
  }
}

/** Its tip above the name, the whole of it in the window. */
function place(element: HTMLElement, x_px: number, y_px: number): void {
  const half = element.offsetWidth / 2 + edge_px;
  const left = Math.min(Math.max(x_px, half), window.innerWidth - half);
  const top = Math.max(y_px, element.offsetHeight + menu_px);
  const tip = Math.min(Math.max(x_px - left, tip_px - half), half - tip_px);
  element.style.setProperty("--tip", `${tip.toFixed(0)}px`);
  element.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px) translate(-50%, -100%)`;
}
