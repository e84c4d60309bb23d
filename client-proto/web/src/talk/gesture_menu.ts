// The board of gestures: nine of them, by click, touch, arrow keys or number. It closes with the choice.
import { t } from "../i18n/index.ts";
import { emoteKinds, type EmoteKind } from "../net/brain.ts";
import { h } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";

export type Gesture = EmoteKind | "wave";
export const gestures: readonly Gesture[] = ["wave", ...emoteKinds];
const columns = 3;

export class GestureMenu {
  readonly element: HTMLElement;
  private readonly buttons: readonly HTMLButtonElement[];
  private readonly choose: (gesture: Gesture) => void;
  private readonly closed: () => void;

  constructor(choose: (gesture: Gesture) => void, closed: () => void) {
    this.choose = choose;
    this.closed = closed;
    this.buttons = gestures.map((gesture, i) =>
      h("button", { type: "button", role: "menuitem", tabindex: -1, "data-test": `gesture-${gesture}`, onClick: () => this.pick(i) },
        icon(gesture, 30), h("span", {}, t(`gesture.${gesture}`)), h("kbd", { "aria-hidden": "true" }, i + 1)));
    this.element = h("div", { class: "gesture-menu glassy hidden", role: "menu", "aria-label": t("gesture.title"), onKeydown: (event: KeyboardEvent) => this.key(event) }, ...this.buttons);
  }

  get open(): boolean {
    return !this.element.classList.contains("hidden");
  }

  show(): void {
    this.element.classList.remove("hidden");
    this.buttons[0]?.focus();
  }

  close(): void {
    if (!this.open) return;
    this.element.classList.add("hidden");
    this.closed();
  }

  private pick(index: number): void {
    const gesture = gestures[index];
    this.close();
    if (gesture !== undefined) this.choose(gesture);
  }

  private key(event: KeyboardEvent): void {
    const at = this.buttons.findIndex((button) => button === document.activeElement);
    const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const step = steps[event.key];
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (event.key === "Escape" || event.code === "KeyQ") this.close();
    else if (step !== undefined) this.buttons[(at + step + gestures.length) % gestures.length]?.focus();
    else if (digit !== undefined) this.pick(Number(digit) - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
