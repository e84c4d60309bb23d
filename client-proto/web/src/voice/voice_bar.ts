// The two buttons of voice: one switches it on and off, the other is held while one speaks. The key V does the same as the
// second. Whoever types into a field keeps the letter.
import { t } from "../i18n/index.ts";
import { focusOwner, worldGets } from "../input/keyboard.ts";
import { h } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";
import type { VoiceEvent, VoiceState } from "./voice_state.ts";
import { isTalking } from "./voice_state.ts";
import "./voice.css";

export const talkCode = "KeyV";

export class VoiceBar {
  readonly element: HTMLElement;
  private readonly turn = h("button", { class: "icon-button glassy", type: "button", "aria-pressed": "false" }, icon("voice"));
  private readonly hold = h("button", { class: "icon-button glassy talk hidden", type: "button", "aria-pressed": "false" }, icon("microphone"));

  constructor(happened: (event: VoiceEvent) => void) {
    this.turn.addEventListener("click", () => happened("switch"));
    this.element = h("div", { class: "voice-bar hidden", role: "group", "aria-label": t("voice.switch") }, this.hold, this.turn);
    this.listenToButton(happened);
    this.listenToKey(happened);
  }

  show(state: VoiceState): void {
    this.element.classList.toggle("hidden", !state.supported);
    this.turn.setAttribute("aria-pressed", String(state.hears));
    label(this.turn, t(state.hears ? "voice.switchOff" : "voice.switchOn"));
    this.hold.classList.toggle("hidden", !state.hears);
    this.hold.setAttribute("aria-pressed", String(isTalking(state)));
    label(this.hold, t(isTalking(state) ? "voice.talking" : "voice.talk"));
  }

  private listenToButton(happened: (event: VoiceEvent) => void): void {
    this.hold.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.hold.setPointerCapture(event.pointerId);
      happened("press");
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) this.hold.addEventListener(end, () => happened("release"));
    this.hold.addEventListener("contextmenu", (event) => event.preventDefault());
    // With a keyboard alone the button is held as well.
    const holds = (event: KeyboardEvent): boolean => event.code === "Space" || event.code === "Enter";
    this.hold.addEventListener("keydown", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      if (!event.repeat) happened("press");
    });
    this.hold.addEventListener("keyup", (event) => {
      if (holds(event)) happened("release");
    });
  }

  private listenToKey(happened: (event: VoiceEvent) => void): void {
    window.addEventListener("keydown", (event) => {
      if (event.code !== talkCode || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!this.element.isConnected || !worldGets(event.code, focusOwner(document.activeElement))) return;
      event.preventDefault();
      happened("press");
    });
    window.addEventListener("keyup", (event) => {
      if (event.code === talkCode) happened("release");
    });
    for (const end of ["blur", "pagehide"]) window.addEventListener(end, () => happened("release"));
  }
}

function label(button: HTMLElement, text: string): void {
  button.setAttribute("aria-label", text);
  button.title = text;
}
