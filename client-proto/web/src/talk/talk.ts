// Everything between people on the screen: what is said and shown, whom one deals with and how, and the company that one is in. It takes
// the brain's frames, owns the small pieces of the interface, and says what it wants to the brain. What is drawn of figures is People's.
import { overFeet, words_m } from "../avatar/head.ts";
import type { Catalogue } from "../goods/catalogue.ts";
import { t } from "../i18n/index.ts";
import { emoteKinds, partyRefusals, type Brain, type BrainEvent, type Frame, type ModerateAction, type RelateAction, type Said } from "../net/brain.ts";
import { append, h } from "../ui/dom.ts";
import { icon, type IconName } from "../ui/icons.ts";
import type { Panel } from "../ui/panel.ts";
import type { Stage } from "../world/stage.ts";
import { Bonds } from "./bonds.ts";
import { Bubbles } from "./bubbles.ts";
import { ChatBox } from "./chat_box.ts";
import type { Company, MemberView } from "./company.ts";
import { GestureMenu, type Gesture } from "./gesture_menu.ts";
import { InvitationToast } from "./invitation_toast.ts";
import { TalkLog } from "./log.ts";
import { PartyBook, partyMax, type PartyNews } from "./party.ts";
import { PersonCard, type Somebody } from "./person_card.ts";
import { Pace, plainText, sentenceOf, Unheard } from "./sentence.ts";
import { rememberBubble, rememberedBubble } from "./setting.ts";
import type { Key } from "../i18n/index.ts";

export interface TalkOptions {
  readonly root: HTMLElement;
  readonly stage: Stage;
  readonly brain: Brain;
  readonly catalogue: Catalogue;
  readonly panel: () => Panel | null;
  /** To screen readers. */
  readonly live: (text: string) => void;
  /** The keys belong to the world again. */
  readonly toWorld: () => void;
}

const nameMax_chars = 24;

export class Talk implements Company {
  readonly log = new TalkLog();
  readonly party = new PartyBook();
  private readonly o: TalkOptions;
  private readonly bonds = new Bonds();
  private readonly bubbles = new Bubbles();
  private readonly chat: ChatBox;
  private readonly menu: GestureMenu;
  private readonly card: PersonCard;
  private readonly toast: InvitationToast;
  private readonly bar: HTMLElement;
  private readonly heads = new Map<number, { x: number; y: number; z: number }>();
  private pace = new Pace(performance.now());
  private unheard = new Unheard();
  private companyShown = "";
  private isAway = true;

  constructor(options: TalkOptions) {
    this.o = options;
    this.chat = new ChatBox(this.log, { say: (lane, typed) => this.say(lane, typed), closed: options.toWorld });
    this.menu = new GestureMenu((gesture) => this.show(gesture), options.toWorld);
    this.card = new PersonCard({
      facts: (id) => ({
        bond: this.bonds.of(id), inParty: this.party.has(id), isAsked: this.party.isAsked(id, performance.now()),
        mayModerate: options.stage.people.own()?.keepsOrder === true,
        partyFull: this.party.members.length >= partyMax, mayCome: this.party.mayCome(performance.now()),
      }),
      wave: (id) => {
        options.brain.waveAt(id);
        this.card.close();
      },
      invite: (id) => this.invite(id),
      come: (id) => this.come(id),
      relate: (who, action) => this.relate(who, action),
      moderate: (who, action, minutes) => this.moderate(who, action, minutes),
    });
    this.toast = new InvitationToast((from, yes) => this.answer(from, yes));
    const button = (name: IconName, label: Key, key: string, run: () => void): HTMLElement =>
      h("button", { class: "talk-button glassy", type: "button", "aria-label": t(label), title: t(label), "data-test": key, onClick: run }, icon(name));
    this.bar = h("div", { class: "talk-bar", role: "toolbar", "aria-label": t("company.title") },
      button("chat", "talk.open", "talk-open", () => this.openChat()),
      button("dance", "gesture.title", "gesture-open", () => (this.menu.open ? this.menu.close() : this.openGestures())),
      button("people", "company.title", "company-open", () => this.openCompany()));
    append(options.root, [this.bubbles.element, this.chat.element, this.bar, this.menu.element, this.toast.element, this.card.element]);
    options.stage.people.personalBubble = rememberedBubble();
  }

  // --- what the visit tells ---

  /** One step of the visit: what was heard and what has changed. */
  take(frame: Frame, now_ms: number): void {
    this.heads.clear();
    for (const pose of frame.avatars) this.heads.set(pose.id, overFeet(pose, words_m));
    // After a stall the same frame may tell that somebody left and came back.
    for (const id of frame.gone) {
      this.bonds.left(id);
      this.bubbles.remove(id);
      this.party.gone(id);
    }
    for (const { id, name } of frame.appearances) {
      this.party.knows(id, plainText(name, nameMax_chars));
      this.bonds.came(id);
    }
    for (const said of frame.said) this.hear(said, frame.ownId, now_ms);
    for (const event of frame.events) this.notice(event, frame.ownId, now_ms);
    if (frame.party !== null) this.tellParty(this.party.update(frame.party, frame.ownId));
    for (const text of this.unheard.lost(now_ms)) this.chat.giveBack(text, t("talk.lost"));
  }

  /** After every picture. */
  draw(now_ms: number): void {
    const { stage } = this.o;
    this.bubbles.draw((id) => {
      const head = this.heads.get(id);
      return head !== undefined && stage.sees(head) ? stage.onScreen(head) : null;
    }, now_ms);
    this.chat.draw(now_ms);
    this.toast.show(this.party.invitations(now_ms)[0] ?? null, now_ms);
    this.refreshPage();
  }

  /** The connection is gone: what follows is told from the start. */
  away(): void {
    this.isAway = true;
    this.party.forget();
    this.card.close();
  }

  /** Inside (again), or the connection only moves again: then nothing has changed. */
  joined(): void {
    if (!this.isAway) return;
    this.isAway = false;
    this.bonds.forget();
    this.bubbles.clear();
    this.pace = new Pace(performance.now());
    this.unheard = new Unheard();
    this.chat.setParty(false);
  }

  /** Somebody under the pointer was clicked. */
  clicked(x_px: number, y_px: number): boolean {
    const id = this.o.stage.personAt(x_px, y_px);
    if (id !== null) this.openCardOf(id, { x: x_px, y: y_px });
    else this.card.close();
    return id !== null;
  }

  openChat(): void {
    this.card.close();
    this.menu.close();
    this.chat.show();
  }
  openGestures(): void {
    this.card.close();
    this.menu.show();
  }

  /** Closes what is open; false when nothing was. */
  escape(): boolean {
    if (this.menu.open) this.menu.close();
    else if (this.card.shown !== null) this.card.close();
    else if (this.chat.open) this.chat.close();
    else return false;
    return true;
  }

  // --- what the page about people asks (company.ts) ---

  members(): readonly MemberView[] {
    const { boutiques } = this.o.catalogue.mall;
    const now_ms = performance.now();
    return this.party.members.map(({ avatar, name, here, place }) => {
      const own = avatar === this.o.stage.people.ownId;
      const where = here ? (boutiques[place - 1]?.name ?? t("party.inPassage")) : t("party.away");
      return { avatar, own, where, name: own ? t("party.you") : this.nameOf(avatar, name), mayCome: here && this.party.mayCome(now_ms) };
    });
  }
  near(): readonly Somebody[] {
    const others = this.o.stage.people.others().map(({ id, name, staff, keepsOrder }) => ({ id, staff, keepsOrder, name: plainText(name, nameMax_chars) }));
    return others.sort((a, b) => Number(a.staff) - Number(b.staff) || a.name.localeCompare(b.name));
  }
  openCard(who: Somebody): void {
    this.o.panel()?.close();
    this.card.show(who, null);
  }
  come(avatar: number): void {
    if (!this.o.brain.party("come", avatar)) return;
    this.party.come(performance.now());
    this.card.close();
    this.companyShown = "";
  }
  leaveParty(): void {
    this.o.brain.party("leave");
  }
  personalBubble(): boolean {
    return this.o.stage.people.personalBubble;
  }
  setPersonalBubble(on: boolean): void {
    this.o.stage.people.personalBubble = on;
    rememberBubble(on);
  }

  // --- words and gestures ---

  private say(lane: "near" | "party", typed: string): string | null {
    const now_ms = performance.now();
    const sentence = sentenceOf(typed);
    if (sentence === "") return t("talk.cannot");
    if (this.pace.wait_ms(now_ms) > 0) return t("talk.tooFast");
    if (!this.o.brain.say(lane, sentence)) return t("talk.cannot");
    this.pace.take(now_ms);
    this.unheard.sent(lane, sentence, now_ms);
    return null;
  }

  private hear({ avatar, lane, text }: Said, ownId: number, now_ms: number): void {
    const own = avatar === ownId;
    if (own) this.unheard.heard(lane, text);
    const name = own ? t("party.you") : this.nameOf(avatar);
    const words = plainText(text);
    this.log.add({ name, own, lane, text: words, at_ms: now_ms });
    if (own) return;
    this.o.live(t(lane === "party" ? "live.saysToParty" : "live.says", { name, text: words }));
    this.bubbles.say(avatar, words, lane === "party", now_ms);
  }

  private show(gesture: Gesture): void {
    if (gesture === "wave") this.o.brain.wave();
    else this.o.brain.emote(gesture);
    this.o.live(t(`gesture.you.${gesture}`));
  }

  private notice({ kind, avatar, value }: BrainEvent, ownId: number, now_ms: number): void {
    const name = this.nameOf(avatar);
    if (kind === "waveAt" && value === ownId) this.tell(t("talk.wavesAtYou", { name }));
    if (kind === "waveAt" && avatar === ownId) this.tell(t("talk.youWaveAt", { name: this.nameOf(value) }));
    const gesture = kind === "emote" && avatar !== ownId ? emoteKinds[value] : undefined;
    if (gesture !== undefined) this.o.live(t(`gesture.they.${gesture}`, { name }));
    if (kind === "invited") {
      this.party.invited(avatar, name, value, now_ms);
      this.o.live(t("party.asks", { name }));
    }
    if (kind === "bond") {
      this.bonds.told(avatar, value === 1);
      this.card.redraw();
    }
    if (kind === "partyRefused") this.refused(avatar, value, name);
  }

  private refused(avatar: number, value: number, name: string): void {
    const why = partyRefusals[value] ?? "notPossible";
    this.party.refused(avatar, why);
    this.card.redraw();
    this.tell(t(`party.refused.${why}`, { name }));
  }

  /** A note among the lines, and to screen readers. */
  private tell(text: string): void {
    this.log.add({ name: "", own: false, lane: "note", text, at_ms: performance.now() });
    this.o.live(text);
  }

  // --- people ---

  private nameOf(avatar: number, told = ""): string {
    const member = this.party.members.find((other) => other.avatar === avatar);
    return plainText(this.o.stage.people.name(avatar) ?? (told || (member?.name ?? "")), nameMax_chars) || t("live.someone");
  }

  private openCardOf(id: number, at: { x: number; y: number }): void {
    const other = this.o.stage.people.others().find((someone) => someone.id === id);
    this.card.show({ id, staff: other?.staff === true, keepsOrder: other?.keepsOrder === true, name: this.nameOf(id) }, at);
  }

  /** For who keeps order: the server sends them away, or does nothing when it is not so. */
  private moderate(who: Somebody, action: ModerateAction, minutes: number): void {
    if (!this.o.brain.moderate(who.id, action, minutes)) return;
    this.card.close();
    this.tell(t(`person.told.${action}`, { name: who.name }));
    this.o.toWorld();
  }

  private relate(who: Somebody, action: RelateAction): void {
    if (!this.o.brain.relate(who.id, action)) return;
    this.bonds.wish(who.id, action);
    if (action === "mute" || action === "block") this.bubbles.remove(who.id);
    if (action === "block") this.party.answered(who.id);
    this.o.live(t(`person.told.${action}`, { name: who.name }));
    this.card.redraw();
  }

  // --- the party ---

  private invite(id: number): void {
    if (!this.o.brain.party("invite", id)) return;
    this.party.ask(id, performance.now());
    this.card.redraw();
  }

  private answer(from: number, yes: boolean): void {
    this.o.brain.party(yes ? "accept" : "decline", from);
    this.party.answered(from);
    this.o.toWorld();
  }

  private tellParty(news: readonly PartyNews[]): void {
    for (const item of news) this.tell(t(`party.news.${item.kind}`, "name" in item ? { name: item.name || t("live.someone") } : {}));
    this.chat.setParty(this.party.members.length > 0);
    if (news.length > 0) this.card.redraw();
  }

  private openCompany(): void {
    const panel = this.o.panel();
    this.card.close();
    if (panel?.page()?.kind === "company") panel.close();
    else panel?.open({ kind: "company" });
  }

  /** The open page follows what happens, and is left alone while nothing does. */
  private refreshPage(): void {
    const panel = this.o.panel();
    if (panel?.page()?.kind !== "company") {
      this.companyShown = "";
      return;
    }
    const shows = JSON.stringify([this.members(), this.near()]);
    if (this.companyShown !== "" && shows !== this.companyShown) panel.redraw();
    this.companyShown = shows;
  }
}
