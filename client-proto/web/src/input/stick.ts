// The stick under the left thumb. It appears with the first touch, and pushing it to the rim runs.
import { t } from "../i18n/index.ts";
import { h } from "../ui/dom.ts";
import { still, type Intent } from "./intent.ts";

const reach_px = 44;
const deadZone = 0.12;
const runFrom = 0.97;

/** Pure part: how far the thumb is from the middle, in px, to an intent. */
export function stickIntent(dx_px: number, dy_px: number): Intent {
  const length = Math.hypot(dx_px, dy_px) / reach_px;
  if (length < deadZone) return still;
  const strength = Math.min(length, 1) / length / reach_px;
  return { right: dx_px * strength, ahead: -dy_px * strength, run: length >= runFrom, jump: false };
}

export class Stick {
  readonly element: HTMLElement;
  private readonly knob = h("i");
  private pointer: number | null = null;
  private current: Intent = still;

  constructor() {
    this.element = h("div", { class: "stick glassy", "aria-label": t("stick.label"), role: "img" }, this.knob);
    this.element.addEventListener("pointerdown", (event) => {
      this.pointer = event.pointerId;
      this.element.setPointerCapture(event.pointerId);
      this.follow(event);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (event.pointerId === this.pointer) this.follow(event);
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.element.addEventListener(end, () => this.release());
    }
  }

  intent(): Intent {
    return this.current;
  }

  private follow(event: PointerEvent): void {
    const box = this.element.getBoundingClientRect();
    const dx = event.clientX - box.left - box.width / 2;
    const dy = event.clientY - box.top - box.height / 2;
    const scale = Math.min(1, reach_px / Math.max(Math.hypot(dx, dy), 1));
    this.knob.style.transform = `translate(${dx * scale}px, ${dy * scale}px)`;
    this.current = stickIntent(dx, dy);
  }

  private release(): void {
    this.pointer = null;
    this.current = still;
    this.knob.style.transform = "";
  }
}
