// The conversation at the edge of the screen: lines that fade, and a field that opens with Enter or a button and goes away when one has
// said what one wanted to say. Whatever somebody else wrote goes in as text.
import { t } from "../i18n/index.ts";
import type { SpeechLane } from "../net/brain.ts";
import { h, replace } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";
import { lineOpacity, type Line, type TalkLog } from "./log.ts";
import { sentenceMax_chars } from "./sentence.ts";

export interface ChatActions {
  /** What is to be told instead, if it could not be said; then the words stay in the field. */
  readonly say: (lane: SpeechLane, typed: string) => string | null;
  readonly closed: () => void;
}

const problemTime_ms = 3_000;

export class ChatBox {
  readonly element: HTMLElement;
  private readonly log: TalkLog;
  private readonly actions: ChatActions;
  private readonly lines = h("ol", { class: "talk-lines", tabindex: -1 });
  private readonly field: HTMLInputElement;
  private readonly form: HTMLElement;
  private readonly laneButton: HTMLButtonElement;
  private readonly problem = h("p", { class: "talk-problem hidden", role: "alert" });
  private readonly drawn = new Map<number, HTMLElement>();
  private lane: SpeechLane = "near";
  private partyOpen = false;
  private problemUntil_ms = 0;
  private isOpen = false;

  constructor(log: TalkLog, actions: ChatActions) {
    this.log = log;
    this.actions = actions;
    this.field = h("input", {
      type: "text", maxlength: sentenceMax_chars, autocomplete: "off", spellcheck: "true", enterkeyhint: "send", dir: "auto",
      "aria-label": t("talk.field"), onKeydown: (event: KeyboardEvent) => this.key(event),
    });
    this.laneButton = h("button", { class: "talk-lane", type: "button", onClick: () => this.otherLane() });
    this.form = h("form", { class: "talk-form glassy hidden", onSubmit: (event: Event) => this.submit(event) },
      this.laneButton, this.field, h("button", { class: "talk-send", type: "submit", "aria-label": t("talk.send") }, icon("send")));
    this.element = h("section", { class: "talk-box", "aria-label": t("talk.title") }, this.lines, this.problem, this.form);
    this.showLane();
  }

  get open(): boolean {
    return this.isOpen;
  }

  show(): void {
    this.isOpen = true;
    this.element.classList.add("open");
    this.form.classList.remove("hidden");
    this.field.focus();
    this.draw(performance.now());
    this.lines.scrollTop = this.lines.scrollHeight;
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.element.classList.remove("open");
    this.form.classList.add("hidden");
    this.problem.classList.add("hidden");
    this.field.blur();
    this.actions.closed();
  }

  /** The party's lane is offered while one is in a party. */
  setParty(open: boolean): void {
    this.partyOpen = open;
    if (!open) this.lane = "near";
    this.showLane();
  }

  /** Words that nobody heard are put back, unless others are being typed. */
  giveBack(text: string, problem: string): void {
    if (this.field.value === "") this.field.value = text;
    this.complain(problem);
  }

  draw(now_ms: number): void {
    if (now_ms > this.problemUntil_ms) this.problem.classList.add("hidden");
    const lines = this.isOpen ? this.log.lines : this.log.recent(now_ms);
    const wanted = new Set(lines.map((line) => line.id));
    for (const [id, element] of this.drawn) {
      if (wanted.has(id)) continue;
      element.remove();
      this.drawn.delete(id);
    }
    for (const line of lines) {
      const element = this.drawn.get(line.id) ?? this.add(line);
      element.style.opacity = this.isOpen ? "1" : lineOpacity(line, now_ms).toFixed(2);
    }
  }

  private add(line: Line): HTMLElement {
    const atEnd = this.lines.scrollTop + this.lines.clientHeight >= this.lines.scrollHeight - 8;
    const element = h("li", { class: line.lane, "data-test": "line" },
      line.name !== "" && h("b", { dir: "auto" }, line.name),
      line.lane === "party" && h("i", {}, t("talk.lane.party")),
      h("span", { dir: "auto" }, line.text));
    // Older lines, shown when the field opens, stand before those that are there.
    const after = [...this.drawn].find(([id]) => id > line.id)?.[1] ?? null;
    this.lines.insertBefore(element, after);
    this.drawn.set(line.id, element);
    if (atEnd) this.lines.scrollTop = this.lines.scrollHeight;
    return element;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.close();
      event.stopPropagation();
    }
    if (event.key === "Tab" && !event.shiftKey && this.partyOpen) {
      this.otherLane();
      event.preventDefault();
    }
  }

  private submit(event: Event): void {
    event.preventDefault();
    const problem = this.field.value.trim() === "" ? null : this.actions.say(this.lane, this.field.value);
    if (problem !== null) return this.complain(problem);
    this.field.value = "";
    this.close();
  }

  private complain(problem: string): void {
    this.problem.textContent = problem;
    this.problem.classList.remove("hidden");
    this.problemUntil_ms = performance.now() + problemTime_ms;
  }

  private otherLane(): void {
    this.lane = this.lane === "near" && this.partyOpen ? "party" : "near";
    this.showLane();
    this.field.focus();
  }

  private showLane(): void {
    const party = this.lane === "party";
    replace(this.laneButton, t(party ? "talk.lane.party" : "talk.lane.near"));
    this.laneButton.setAttribute("aria-label", t(party ? "talk.toParty" : "talk.toNear"));
    this.laneButton.title = t(party ? "talk.toParty" : "talk.toNear");
    this.laneButton.classList.toggle("party", party);
    this.laneButton.disabled = !this.partyOpen;
    this.field.placeholder = t(party ? "talk.sayParty" : "talk.sayNear");
  }
}
