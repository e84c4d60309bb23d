// Somebody asks one to come along: who, yes or no, and how long there is time to answer.
import { t } from "../i18n/index.ts";
import { h } from "../ui/dom.ts";
import type { Invitation } from "./party.ts";

export class InvitationToast {
  readonly element = h("div", { class: "invitation hidden", role: "alertdialog", "aria-live": "assertive", "data-test": "invitation" });
  private readonly answer: (from: number, yes: boolean) => void;
  private readonly words = h("p", { dir: "auto" });
  private readonly left = h("span", { class: "left", role: "timer", "aria-live": "off" });
  private readonly line = h("i", {});
  private from: number | null = null;
  private whole_ms = 1;

  constructor(answer: (from: number, yes: boolean) => void) {
    this.answer = answer;
    const button = (yes: boolean): HTMLElement =>
      h("button", { class: `button ${yes ? "primary" : "outline"}`, type: "button", onClick: () => this.from !== null && this.answer(this.from, yes) },
        t(yes ? "party.accept" : "party.decline"));
    this.element.append(this.words, h("div", { class: "answers" }, button(true), button(false)), h("div", { class: "time" }, h("span", { class: "bar" }, this.line), this.left));
  }

  /** The oldest one that waits, or nothing. */
  show(invitation: Invitation | null, now_ms: number): void {
    this.element.classList.toggle("hidden", invitation === null);
    if (invitation === null) {
      this.from = null;
      return;
    }
    const left_ms = Math.max(invitation.until_ms - now_ms, 0);
    if (invitation.from !== this.from) {
      this.from = invitation.from;
      this.whole_ms = Math.max(left_ms, 1);
      this.words.textContent = t("party.asks", { name: invitation.name });
    }
    const seconds = t("party.timeLeft", { n: Math.ceil(left_ms / 1_000) });
    if (this.left.textContent !== seconds) this.left.textContent = seconds;
    this.line.style.transform = `scaleX(${(left_ms / this.whole_ms).toFixed(3)})`;
  }
}
