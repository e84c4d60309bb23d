// Full screens for what stops a visit: the mall is full, the connection broke, the visit ended, WebGL is missing. Each
// says what happened and what to do, and those that retry by themselves count down in the open.
import { t, type Key } from "../i18n/index.ts";
import { h, uid } from "../ui/dom.ts";

export interface ScreenAction {
  readonly label: Key;
  readonly primary: boolean;
  readonly run: () => void;
}

export interface ScreenContent {
  readonly title: Key;
  readonly text: string;
  readonly extra?: string;
  readonly actions: readonly ScreenAction[];
  /** When set, the screen counts down to this moment (performance.now() clock) and then says "Trying now". */
  readonly retryAt_ms?: number;
}

export class Screens {
  private element: HTMLElement | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private before: Element | null = null;
  private readonly parent: HTMLElement;

  constructor(parent: HTMLElement) {
    this.parent = parent;
  }

  get open(): boolean {
    return this.element !== null;
  }

  show(content: ScreenContent): void {
    if (this.element === null) this.before = document.activeElement;
    this.clear();
    const titleId = uid("screen");
    const title = h("h1", { id: titleId, tabindex: -1 }, t(content.title));
    const countdown = content.retryAt_ms === undefined ? null : h("p", { class: "countdown", role: "timer" });
    const buttons = content.actions.map((action) =>
      h("button", { class: `button ${action.primary ? "primary" : "outline"}`, type: "button", onClick: action.run }, t(action.label)));
    this.element = h("div", { class: "screen", role: "alertdialog", "aria-modal": "true", "aria-labelledby": titleId },
      h("div", { class: "screen-card" }, title, h("p", {}, content.text),
        content.extra !== undefined && h("p", { class: "note" }, content.extra), countdown, ...buttons));
    this.parent.append(this.element);
    title.focus();
    if (countdown !== null && content.retryAt_ms !== undefined) this.countDown(countdown, content.retryAt_ms);
  }

  close(): void {
    if (this.element === null) return;
    this.clear();
    if (this.before instanceof HTMLElement) this.before.focus();
    this.before = null;
  }

  private clear(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.element?.remove();
    this.element = null;
  }

  private countDown(line: HTMLElement, retryAt_ms: number): void {
    const show = (): void => {
      const left_s = Math.ceil((retryAt_ms - performance.now()) / 1000);
      line.textContent = left_s > 0 ? t("error.retryIn", { n: left_s }) : t("error.retrying");
    };
    show();
    this.timer = setInterval(show, 250);
  }
}
