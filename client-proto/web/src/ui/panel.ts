// The one panel on the screen: a frame with title, Back and Close, a scrolling body and a foot for the actions. Pages
// fill it; the frame keeps focus where a keyboard or screen reader expects it and gives it back on closing.
import { t } from "../i18n/index.ts";
import { coveredBySheet, uncovered, type Covered } from "./covered.ts";
import { h, replace, uid, type Child } from "./dom.ts";
import { icon } from "./icons.ts";
import { back, closed, deeper, instead, open, top, type Page, type PageKind, type PanelState } from "./panel_state.ts";

/** What a page gives the frame. `leave` runs when the page goes away, for timers and requests of its own. */
export interface PageView {
  readonly eyebrow?: string;
  readonly title: string;
  readonly body: Child[];
  readonly foot?: Child[];
  readonly footStacked?: boolean;
  readonly tall?: boolean;
  /** For pictures side by side, where the window has room. */
  readonly wide?: boolean;
  /** Where Back leads inside the page itself; without it, to the page before. */
  readonly back?: () => void;
  readonly leave?: () => void;
}

/** Lets a page redraw itself: the frame stays, focus stays where it was if its element is still there. */
export interface PageContext {
  readonly panel: Panel;
  readonly redraw: () => void;
  readonly alive: () => boolean;
}

export type PageMaker<K extends PageKind> = (page: Extract<Page, { kind: K }>, context: PageContext) => () => PageView;
export type PageMakers = { readonly [K in PageKind]: PageMaker<K> };

export class Panel {
  private state: PanelState = closed;
  private element: HTMLElement | null = null;
  private draw: (() => PageView) | null = null;
  private leave: (() => void) | null = null;
  private before: HTMLElement | null = null;
  private serial = 0;
  private readonly parent: HTMLElement;
  private readonly makers: PageMakers;
  private readonly changed: (page: Page | null) => void;

  constructor(parent: HTMLElement, makers: PageMakers, changed: (page: Page | null) => void) {
    this.parent = parent;
    this.makers = makers;
    this.changed = changed;
  }

  page(): Page | null {
    return top(this.state);
  }

  /** So that the camera can centre what is left. */
  covered(): Covered {
    if (this.element === null) return uncovered;
    const box = this.element.getBoundingClientRect();
    if (box.width > window.innerWidth * 0.8) return coveredBySheet(this.element);
    return { ...uncovered, right_px: window.innerWidth - box.left };
  }

  open(page: Page): void {
    this.go(open(page));
  }
  deeper(page: Page): void {
    this.go(deeper(this.state, page));
  }
  instead(page: Page): void {
    this.go(instead(this.state, page));
  }
  back(): void {
    this.go(back(this.state));
  }
  close(): void {
    this.go(closed);
  }

  redraw(): void {
    if (this.element === null || this.draw === null) return;
    const focused = focusKey(document.activeElement, this.element);
    const saidBefore = this.element.querySelector("[role=alert]")?.textContent;
    this.fill(this.draw());
    const alert = this.element.querySelector("[role=alert]");
    // What went wrong is of no use below the edge.
    if (alert !== null && alert.textContent !== saidBefore) alert.scrollIntoView({ block: "nearest" });
    if (focused !== null) this.element.querySelector<HTMLElement>(focused)?.focus();
  }

  private go(state: PanelState): void {
    this.leave?.();
    this.leave = null;
    this.draw = null;
    this.serial += 1;
    const wasOpen = this.element !== null;
    this.state = state;
    const page = top(state);
    if (page === null) this.remove();
    else this.show(page, wasOpen);
    this.changed(page);
  }

  private show(page: Page, wasOpen: boolean): void {
    if (!wasOpen) {
      this.before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      this.element = h("section", { class: "panel", role: "dialog", "aria-modal": "false" });
      this.parent.append(this.element);
    }
    const serial = this.serial;
    const context: PageContext = {
      panel: this,
      redraw: () => {
        if (serial === this.serial) this.redraw();
      },
      alive: () => serial === this.serial,
    };
    const make = this.makers[page.kind] as PageMaker<PageKind>;
    this.draw = make(page, context);
    this.fill(this.draw());
    // A redraw stays where somebody had scrolled to; another page begins at its top.
    this.element?.querySelector(".panel-body")?.scrollTo(0, 0);
    this.focusTitle();
  }

  /** A page that goes on to another step lets readers start at its title again. */
  focusTitle(): void {
    this.element?.querySelector<HTMLElement>("h1")?.focus();
  }

  private fill(view: PageView): void {
    if (this.element === null) return;
    this.leave = view.leave ?? null;
    const scrolled = this.element.querySelector(".panel-body")?.scrollTop ?? 0;
    const titleId = uid("panel");
    this.element.setAttribute("aria-labelledby", titleId);
    this.element.classList.toggle("tall", view.tall === true);
    this.element.classList.toggle("wide", view.wide === true);
    const goBack = view.back ?? (this.state.length > 1 ? () => this.back() : null);
    replace(this.element,
      h("header", { class: "panel-head" },
        goBack !== null && h("button", { class: "icon-button", type: "button", "aria-label": t("panel.back"), "data-key": "back", onClick: goBack }, icon("back")),
        h("div", { class: "titles" },
          view.eyebrow !== undefined && h("div", { class: "eyebrow" }, view.eyebrow),
          h("h1", { id: titleId, tabindex: -1 }, view.title)),
        h("button", { class: "icon-button", type: "button", "aria-label": t("panel.close"), "data-key": "close", onClick: () => this.close() }, icon("close"))),
      h("div", { class: "panel-body" }, ...view.body),
      h("footer", { class: `panel-foot${view.footStacked === true ? " stacked" : ""}` }, ...(view.foot ?? [])));
    const body = this.element.querySelector(".panel-body");
    if (body !== null) body.scrollTop = scrolled;
  }

  private remove(): void {
    const hadFocus = this.element?.contains(document.activeElement) ?? false;
    this.element?.remove();
    this.element = null;
    if (hadFocus && this.before?.isConnected === true) this.before.focus();
    this.before = null;
  }
}

/** Elements that survive a redraw carry `data-key` or are inputs with a name; others lose focus to nobody. */
function focusKey(active: Element | null, within: Element): string | null {
  if (active === null || !within.contains(active)) return null;
  const key = active.getAttribute("data-key");
  if (key !== null) return `[data-key="${CSS.escape(key)}"]`;
  const name = active.getAttribute("name");
  if (name === null) return null;
  const value = active instanceof HTMLInputElement && active.type === "radio" ? `[value="${CSS.escape(active.value)}"]` : "";
  return `[name="${CSS.escape(name)}"]${value}`;
}
