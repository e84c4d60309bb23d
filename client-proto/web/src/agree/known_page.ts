// "Who knows what": each agreement with what it covers, how much is noted, who may read it and who did, and the two ways
// out of it. Erasing asks once more and ends with the receipt.
import type { Services } from "../app/services.ts";
import { count, formatDate, formatMoment, t, type Key } from "../i18n/index.ts";
import type { Problem } from "../net/api.ts";
import { h, type Child } from "../ui/dom.ts";
import type { PageContext, PageMaker, PageView } from "../ui/panel.ts";
import { problemText } from "../ui/problem.ts";
import { afterEnding } from "./agreements.ts";
import { receiptView } from "./receipt.ts";
import type { Consent, Receipt } from "./types.ts";

type View =
  | { readonly at: "list" }
  /** Asked once more before something is destroyed. */
  | { readonly at: "sure"; readonly consent: Consent }
  | { readonly at: "receipt"; readonly consent: Consent; readonly receipt: Receipt };

const readsShown_max = 5;

class Known {
  view: View = { at: "list" };
  consents: readonly Consent[] | null = null;
  problem: Problem | null = null;
  busy = false;
  private readonly services: Services;
  private readonly context: PageContext;

  constructor(services: Services, context: PageContext) {
    this.services = services;
    this.context = context;
  }

  async load(): Promise<void> {
    const answer = await this.services.agreements.desk.list();
    if (!this.context.alive()) return;
    if (answer.ok) {
      this.consents = answer.value.consents;
      void this.services.agreements.confirmEnds(this.consents);
    }
    this.problem = answer.ok ? null : answer.problem;
    this.context.redraw();
  }

  show(view: View): void {
    if (!this.context.alive()) return;
    this.problem = null;
    this.view = view;
    this.context.redraw();
    this.context.panel.focusTitle();
  }

  async withdraw(consent: Consent): Promise<void> {
    const answer = await this.during(() => this.services.agreements.withdraw(consent));
    if (!answer.ok) this.problem = answer.problem;
    else {
      this.ended(consent, answer.value);
      this.services.say(t("known.stopped", { name: consent.brand.name }));
    }
    this.context.redraw();
  }

  async erase(consent: Consent): Promise<void> {
    const answer = await this.during(() => this.services.agreements.erase(consent));
    if (!answer.ok) {
      this.problem = answer.problem;
      this.context.redraw();
      return;
    }
    this.ended(consent, answer.value.consent);
    this.services.say(t("known.erasedTitle"));
    this.show({ at: "receipt", consent: answer.value.consent, receipt: answer.value.receipt });
  }

  private async during<T>(run: () => Promise<T>): Promise<T> {
    this.busy = true;
    this.problem = null;
    this.context.redraw();
    const answer = await run();
    this.busy = false;
    return answer;
  }

  private ended(before: Consent, now: Consent): void {
    this.consents = afterEnding(this.consents ?? [], before, now);
    void this.services.agreements.confirmEnds(this.consents.filter((other) => other.id !== now.id));
  }
}

export function knownPage(services: Services): PageMaker<"known"> {
  return (_page, context) => {
    const known = new Known(services, context);
    void known.load();
    return () => draw(known);
  };
}

function draw(known: Known): PageView {
  const { view } = known;
  const back = (): void => known.show({ at: "list" });
  if (view.at === "sure") return { title: t("known.sureTitle"), eyebrow: view.consent.brand.name, tall: true, back, body: sure(known, view.consent), foot: sureFoot(known, view.consent) };
  if (view.at === "receipt") return receiptView(view.consent, view.receipt, back);
  return { title: t("known.title"), tall: true, body: list(known) };
}

function problemLine({ problem }: Known): Child {
  return problem !== null && h("p", { class: "note warn", role: "alert" }, problemText(problem));
}

function list(known: Known): Child[] {
  const { consents, problem } = known;
  const signedOut = problem?.status === 401;
  if (signedOut || consents?.length === 0) return [h("p", {}, t("known.none")), h("p", { class: "soft" }, t("known.noneHow"))];
  if (consents === null) return [problem === null ? h("p", { class: "soft", role: "status" }, t("progress.known")) : problemLine(known)];
  return [h("p", { class: "soft" }, t("known.lead")), problemLine(known), ...consents.map((consent) => agreement(known, consent))];
}

function agreement(known: Known, consent: Consent): HTMLElement {
  const { brand, state } = consent;
  return h("article", { class: `agreement ${state}`, "aria-label": brand.name, "data-test": `agreement-${brand.id}` },
    h("header", {}, h("h2", {}, brand.name), h("span", { class: "stamp", "data-test": "agreement-state" }, t(`known.state.${state}`))),
    h("p", {}, sentence(consent)),
    state !== "erased" && facts(consent),
    h("div", { class: "agreement-ways" }, ...ways(known, consent)),
    details(consent));
}

function sentence(consent: Consent): string {
  const readers = consent.readers.map((reader) => reader.brand.name).join(", ");
  if (consent.state === "erased") return t("known.erasedText");
  if (consent.state !== "active") return t("known.endedText");
  return readers === "" ? t("known.agreedAlone", { name: consent.brand.name }) : t("known.agreed", { name: consent.brand.name, readers });
}

function facts(consent: Consent): HTMLElement {
  const row = (term: Key, ...value: Child[]): Child[] => [h("dt", {}, t(term)), h("dd", {}, ...value)];
  const active = consent.state === "active";
  const reads = consent.reads.slice(0, readsShown_max).map((read) =>
    h("span", { class: "block" }, t("known.read", { name: read.brand.name, time: formatMoment(microseconds(read.at)) })));
  const more = consent.reads.length - reads.length;
  return h("dl", { class: "facts" },
    ...(active ? row("known.until", formatDate(microseconds(consent.not_after))) : []),
    ...row("known.noted", count("known.purchases", consent.entries)),
    ...row("known.mayRead", active ? consent.readers.map((reader) => reader.brand.name).join(", ") || t("known.nobody") : t("known.nobody")),
    ...row("known.haveRead", ...(reads.length === 0 ? [t("known.notYet")] : reads), more > 0 && h("span", { class: "block soft" }, count("known.earlier", more))));
}

function details(consent: Consent): HTMLElement {
  return h("details", {}, h("summary", {}, t("certificate.details")),
    h("dl", {},
      h("dt", { class: "soft" }, t("known.since")), h("dd", {}, formatDate(microseconds(consent.granted))),
      h("dt", { class: "soft" }, t("known.register")), h("dd", { "data-test": "agreement-chain" }, t(`known.register.${consent.chain}`)),
      h("dt", { class: "soft" }, t("known.number")), h("dd", { class: "mono", "data-test": "agreement-id" }, consent.id)));
}

function ways(known: Known, consent: Consent): Child[] {
  const { state } = consent;
  const way = (key: string, label: Key, run: () => void): HTMLElement =>
    h("button", { class: "chip", type: "button", "data-key": `${key}-${consent.id}`, disabled: known.busy, onClick: run }, t(label));
  // Erasing is idempotent: an erased agreement gives the same receipt again.
  if (state === "erased") return [way("receipt", "known.seeReceipt", () => void known.erase(consent))];
  return [
    state === "active" && way("stop", "known.stop", () => void known.withdraw(consent)),
    way("erase", "known.erase", () => known.show({ at: "sure", consent })),
  ];
}

function sure(known: Known, consent: Consent): Child[] {
  return [
    h("p", {}, t("known.sure", { name: consent.brand.name })),
    h("p", {}, t("known.sureKeeps")),
    consent.reads.length > 0 && h("p", { class: "soft" }, t("known.sureRead")),
    problemLine(known),
  ];
}

function sureFoot(known: Known, consent: Consent): Child[] {
  return [
    h("button", { class: "button outline", type: "button", "data-key": "keep", disabled: known.busy, onClick: () => known.show({ at: "list" }) }, t("known.keep")),
    h("button", { class: "button primary", type: "button", "data-key": "erase", disabled: known.busy, onClick: () => void known.erase(consent) }, t("known.eraseNow")),
  ];
}

function microseconds(iso: string): number {
  return Date.parse(iso) * 1000;
}
