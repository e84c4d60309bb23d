// Waiting at the door of a full mall: which place, how many, how long about. The welcome follows by itself, so there is nothing to do
// but to see that the line moves.
import { count, formatNumber, t } from "../i18n/index.ts";
import type { QueuePlace } from "../net/brain.ts";
import { h, uid } from "../ui/dom.ts";

const soon_s = 45;
const hour_s = 3_600;

/** How long it takes, as somebody would say it. */
export function estimateText(estimate_s: number | null): string {
  if (estimate_s === null) return t("door.unknown");
  if (estimate_s < soon_s) return t("door.soon");
  if (estimate_s < 90) return t("door.minute");
  if (estimate_s < hour_s) return t("door.minutes", { n: formatNumber(Math.round(estimate_s / 60)) });
  return t("door.long");
}

export class DoorScreen {
  private readonly parent: HTMLElement;
  private readonly leave: () => void;
  private element: HTMLElement | null = null;
  private readonly place = h("strong", { class: "door-place" });
  private readonly text = h("p", {});
  private readonly estimate = h("p", { class: "soft" });

  constructor(parent: HTMLElement, leave: () => void) {
    this.parent = parent;
    this.leave = leave;
  }

  show(queue: QueuePlace): void {
    this.place.textContent = formatNumber(queue.place);
    this.text.textContent = queue.place === 1 ? t("door.next") : count("door.before", queue.place - 1);
    this.estimate.textContent = estimateText(queue.estimate_s);
    if (this.element !== null) return;
    const titleId = uid("door");
    const title = h("h1", { id: titleId, tabindex: -1 }, t("door.title"));
    this.element = h("div", { class: "screen", role: "dialog", "aria-modal": "true", "aria-labelledby": titleId, "data-test": "door" },
      h("div", { class: "screen-card door-card" }, title,
        h("div", { class: "door-line", role: "status", "aria-live": "polite" }, this.place, h("div", {}, this.text, this.estimate)),
        h("p", {}, t("door.byItself")),
        h("button", { class: "button outline", type: "button", onClick: this.leave }, t("door.leave"))));
    this.parent.append(this.element);
    title.focus();
  }

  close(): void {
    this.element?.remove();
    this.element = null;
  }
}
