// The card of somebody one has clicked on: who it is, and what one can do, each with one plain sentence. What was done can be undone
// right there, also when the other is not to be seen any more. Who keeps order can send others away from here, after one more question.
import { t, type Key } from "../i18n/index.ts";
import type { ModerateAction, RelateAction } from "../net/brain.ts";
import { h, replace, uid, type Child } from "../ui/dom.ts";
import { icon, type IconName } from "../ui/icons.ts";
import type { Bond } from "./bonds.ts";

export interface Somebody {
  readonly id: number;
  readonly name: string;
  readonly staff: boolean;
  readonly keepsOrder: boolean;
}

export interface CardFacts {
  readonly bond: Bond;
  readonly inParty: boolean;
  readonly isAsked: boolean;
  readonly partyFull: boolean;
  readonly mayCome: boolean;
  readonly mayModerate: boolean;
}

export interface CardActions {
  readonly facts: (id: number) => CardFacts;
  readonly wave: (id: number) => void;
  readonly invite: (id: number) => void;
  readonly come: (id: number) => void;
  readonly relate: (who: Somebody, action: RelateAction) => void;
  readonly moderate: (who: Somebody, action: ModerateAction, minutes: number) => void;
}

type Row = (key: string, sign: IconName, label: string, text: string, run: (() => void) | null) => Child;

const day_min = 24 * 60;
/** For how long somebody can be sent away; the words are in the catalogue. */
const terms: Readonly<Record<ModerateAction, readonly { readonly label: Key; readonly minutes: number }[]>> = {
  kick: [{ label: "person.kickYes", minutes: 10 }],
  ban: [{ label: "person.banDay", minutes: day_min }, { label: "person.banWeek", minutes: 7 * day_min }, { label: "person.banMonth", minutes: 30 * day_min }],
};

const edge_px = 12;
/** So that the figure itself stays in view. */
const beside_px = 56;
const narrow_px = 640;

export class PersonCard {
  readonly element = h("section", { class: "person-card hidden", role: "dialog", "data-test": "person-card" });
  private readonly actions: CardActions;
  private who: Somebody | null = null;
  private before: HTMLElement | null = null;
  /** What is asked about once more. */
  private asking: ModerateAction | null = null;

  constructor(actions: CardActions) {
    this.actions = actions;
  }

  get shown(): Somebody | null {
    return this.who;
  }

  /** Beside the point that was clicked, or at the lower edge of a narrow window. */
  show(who: Somebody, at: { x: number; y: number } | null): void {
    if (this.who === null && document.activeElement instanceof HTMLElement) this.before = document.activeElement;
    this.who = who;
    this.asking = null;
    this.element.classList.remove("hidden");
    this.redraw();
    this.place(at);
    this.element.querySelector<HTMLElement>("h2")?.focus();
  }

  close(): void {
    if (this.who === null) return;
    const hadFocus = this.element.contains(document.activeElement);
    this.who = null;
    this.element.classList.add("hidden");
    if (hadFocus && this.before?.isConnected === true) this.before.focus();
    this.before = null;
  }

  redraw(): void {
    const { who } = this;
    if (who === null) return;
    const focused = document.activeElement?.getAttribute("data-key") ?? null;
    const titleId = uid("person");
    this.element.setAttribute("aria-labelledby", titleId);
    replace(this.element,
      h("header", {},
        h("div", {}, h("h2", { id: titleId, tabindex: -1, dir: "auto" }, who.name), who.staff && h("span", { class: "badge" }, t("person.staff")), who.keepsOrder && h("span", { class: "badge" }, t("person.keepsOrder"))),
        h("button", { class: "icon-button", type: "button", "aria-label": t("panel.close"), "data-key": "close", onClick: () => this.close() }, icon("close"))),
      ...this.rows(who, this.actions.facts(who.id)));
    if (focused !== null) this.element.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  private rows(who: Somebody, facts: CardFacts): Child[] {
    const { bond } = facts;
    const { name } = who;
    if (this.asking !== null) return this.question(who, this.asking);
    if (bond.blocked) return [this.undo("blocked", t("person.blocked", { name }), who, "unblock")];
    const row: Row = (key, sign, label, text, run) =>
      h("button", { class: "person-row", type: "button", "data-key": key, "data-test": key, disabled: run === null, onClick: () => run?.() },
        icon(sign), h("span", {}, h("b", {}, label), h("small", {}, text)));
    const wave = row("wave", "wave", t("person.wave"), t("person.waveText", { name }), () => this.actions.wave(who.id));
    // The mall's own assistants are no shoppers: there is nothing to join or to silence.
    if (who.staff) return [wave];
    return [
      wave, this.partyRow(who, facts, row),
      bond.muted ? this.undo("muted", t("person.muted", { name }), who, "unmute")
        : row("mute", "mute", t("person.mute"), t("person.muteText", { name }), () => this.actions.relate(who, "mute")),
      // Nobody hides from who keeps order.
      !who.keepsOrder && row("block", "block", t("person.block"), t("person.blockText", { name }), () => this.actions.relate(who, "block")),
      ...(facts.mayModerate && !who.keepsOrder ? [
        row("kick", "leave", t("person.kick"), t("person.kickText", { name }), () => this.ask("kick")),
        row("ban", "shut", t("person.ban"), t("person.banText", { name }), () => this.ask("ban")),
      ] : []),
    ];
  }

  private ask(action: ModerateAction | null): void {
    this.asking = action;
    this.redraw();
    this.element.querySelector<HTMLElement>(action === null ? "h2" : "[data-key=no]")?.focus();
  }

  private question(who: Somebody, action: ModerateAction): Child[] {
    return [
      h("p", { class: "person-question", id: "person-question" }, t(`person.${action}Sure`, { name: who.name })),
      h("div", { class: "person-terms", "data-test": "question" },
        ...terms[action].map(({ label, minutes }) =>
          h("button", { class: "button", type: "button", "data-key": String(minutes), onClick: () => this.actions.moderate(who, action, minutes) }, t(label))),
        h("button", { class: "button outline", type: "button", "data-key": "no", "aria-describedby": "person-question", onClick: () => this.ask(null) }, t("person.no"))),
    ];
  }

  private partyRow({ id, name }: Somebody, facts: CardFacts, row: Row): Child {
    if (facts.inParty) return row("come", "walk", t("person.come"), t(facts.mayCome ? "person.comeText" : "person.comeLater", { name }), facts.mayCome ? () => this.actions.come(id) : null);
    if (facts.isAsked) return row("invite", "party", t("person.asked"), t("person.askedText", { name }), null);
    const full = facts.partyFull;
    return row("invite", "party", t("person.invite"), t(full ? "person.partyFull" : "person.inviteText", { name }), full ? null : () => this.actions.invite(id));
  }

  private undo(key: string, text: string, who: Somebody, action: RelateAction): Child {
    return h("div", { class: "person-done", role: "status", "data-test": key }, h("span", { dir: "auto" }, text),
      h("button", { class: "button outline", type: "button", "data-key": "undo", onClick: () => this.actions.relate(who, action) }, t("person.undo")));
  }

  private place(at: { x: number; y: number } | null): void {
    const narrow = window.innerWidth <= narrow_px || at === null;
    this.element.classList.toggle("at-edge", narrow);
    if (narrow || at === null) return this.element.removeAttribute("style");
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = at.x + width + beside_px + edge_px < window.innerWidth ? at.x + beside_px : at.x - width - beside_px;
    const top = Math.min(Math.max(at.y - height / 3, edge_px), window.innerHeight - height - edge_px);
    this.element.style.left = `${Math.max(left, edge_px)}px`;
    this.element.style.top = `${top}px`;
  }
}
