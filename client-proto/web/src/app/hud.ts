// What lies over the world: the name of the place, the menu, a hint, notices, and the tools to turn a piece by buttons.
import { formatPercent, t } from "../i18n/index.ts";
import { h, replace } from "../ui/dom.ts";
import { icon, type IconName } from "../ui/icons.ts";
import type { PageKind } from "../ui/panel_state.ts";
import type { Key } from "../i18n/index.ts";

type MenuKind = "directory" | "forYou" | "things";

export interface HudActions {
  readonly open: (kind: MenuKind) => void;
  readonly turn: (steps: number) => void;
  readonly zoom: (steps: number) => void;
}

const menu: readonly { kind: MenuKind; label: Key; feature: string | null }[] = [
  { kind: "directory", label: "hud.directory", feature: null },
  { kind: "forYou", label: "hud.forYou", feature: "for_you" },
  { kind: "things", label: "hud.things", feature: "card" },
];
const noticeTime_ms = 3_500;

export class Hud {
  readonly element: HTMLElement;
  private readonly hint = h("div", { class: "hint glassy gone" });
  private readonly notice = h("div", { class: "notice glassy hidden", role: "status" });
  private readonly pills = new Map<PageKind, HTMLButtonElement>();
  private readonly tools: HTMLElement;
  private noticeTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(features: ReadonlySet<string>, actions: HudActions) {
    const pills = h("nav", { class: "pills", "aria-label": t("hud.menu") });
    for (const { kind, label, feature } of menu) {
      if (feature !== null && !features.has(feature)) continue;
      const pill = h("button", { class: "pill glassy", type: "button", "aria-expanded": "false", onClick: () => actions.open(kind) }, t(label));
      this.pills.set(kind, pill);
      pills.append(pill);
    }
    const tool = (name: IconName, label: Key, run: () => void): HTMLElement =>
      h("button", { class: "icon-button", type: "button", "aria-label": t(label), title: t(label), onClick: run }, icon(name));
    this.tools = h("div", { class: "turn-tools glassy hidden", role: "group", "aria-label": t("piece.tools") },
      tool("turnLeft", "piece.turnLeft", () => actions.turn(-1)), tool("turnRight", "piece.turnRight", () => actions.turn(1)),
      tool("minus", "piece.zoomOut", () => actions.zoom(1)), tool("plus", "piece.zoomIn", () => actions.zoom(-1)));
    this.element = h("div", {}, h("header", { class: "hud-top" }, h("div", { class: "brand" }, t("app.title")), pills), this.hint, this.notice, this.tools);
  }

  showHint(text: string): void {
    this.hint.textContent = text;
    this.hint.classList.remove("gone");
  }
  hideHint(): void {
    this.hint.classList.add("gone");
  }

  /** A short sentence at the top; with a fraction it shows progress and stays until it is replaced or cleared. */
  say(text: string, fraction: number | null = null): void {
    if (this.noticeTimer !== null) clearTimeout(this.noticeTimer);
    this.noticeTimer = fraction === null ? setTimeout(() => this.clear(), noticeTime_ms) : null;
    const shown = fraction === null ? text : t("progress.percent", { what: text, percent: formatPercent(fraction) });
    replace(this.notice, shown, fraction !== null && h("span", { class: "bar" }, h("i", { style: `transform:scaleX(${fraction.toFixed(2)})` })));
    this.notice.classList.remove("hidden");
  }
  clear(): void {
    this.notice.classList.add("hidden");
  }

  panelChanged(kind: PageKind | null): void {
    for (const [name, pill] of this.pills) pill.setAttribute("aria-expanded", String(name === kind));
    document.documentElement.classList.toggle("with-panel", kind !== null);
  }

  showTools(visible: boolean): void {
    this.tools.classList.toggle("hidden", !visible);
  }
}
