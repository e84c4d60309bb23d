// "People": one's party and where everybody is, who is near, how near they may come, and the way to those one does not hear.
import { t } from "../i18n/index.ts";
import { h, type Child } from "../ui/dom.ts";
import { icon } from "../ui/icons.ts";
import type { PageMaker } from "../ui/panel.ts";
import type { Company } from "./company.ts";

const nearMax = 24;

export function companyPage(company: () => Company | null): PageMaker<"company"> {
  return (_page, { panel, redraw }) => () => {
    const here = company();
    if (here === null) return { title: t("company.title"), body: [] };
    const members = here.members();
    return {
      title: t("company.title"),
      body: [
        h("section", { class: "company-part" }, h("h2", {}, t("company.party")),
          members.length === 0 ? h("p", { class: "soft" }, t("company.noParty")) : h("ul", { class: "company-list", "data-test": "party" }, ...members.map((member) => memberRow(member, here)))),
        h("section", { class: "company-part" }, h("h2", {}, t("company.near")), nearList(here)),
        h("section", { class: "company-part" }, h("h2", {}, t("company.peace")), bubbleSwitch(here, redraw),
          h("button", { class: "company-link", type: "button", "data-key": "unheard", onClick: () => panel.deeper({ kind: "unheard" }) }, icon("mute"), t("unheard.title"))),
      ],
      ...(members.length === 0 ? {} : { foot: [h("button", { class: "button outline", type: "button", "data-key": "leave", onClick: () => here.leaveParty() }, t("party.leave"))] }),
    };
  };
}

function memberRow(member: ReturnType<Company["members"]>[number], here: Company): Child {
  return h("li", {},
    h("span", { class: "who" }, h("b", { dir: "auto" }, member.name), h("small", {}, member.where)),
    !member.own && h("button", { class: "chip", type: "button", disabled: !member.mayCome, "data-key": `come-${member.avatar}`, "aria-label": t("party.comeTo", { name: member.name }), onClick: () => here.come(member.avatar) },
      icon("walk"), t("party.come")));
}

function nearList(here: Company): Child {
  const near = here.near().slice(0, nearMax);
  if (near.length === 0) return h("p", { class: "soft" }, t("directory.alone"));
  return h("ul", { class: "company-list" }, ...near.map((who) => h("li", {},
    h("button", { class: "company-person", type: "button", "data-key": `near-${who.id}`, onClick: () => here.openCard(who) },
      h("b", { dir: "auto" }, who.name), h("small", {}, t(who.staff ? "person.staff" : who.keepsOrder ? "person.keepsOrder" : "company.shopper")), icon("more")))));
}

function bubbleSwitch(here: Company, redraw: () => void): Child {
  const on = here.personalBubble();
  const flip = (): void => {
    here.setPersonalBubble(!on);
    redraw();
  };
  return h("button", { class: "switch-row", type: "button", role: "switch", "aria-checked": String(on), "data-key": "bubble", "data-test": "bubble-switch", onClick: flip },
    h("span", { class: "who" }, h("b", {}, t("company.bubble")), h("small", {}, t("company.bubbleText"))), h("i", { class: "switch" }));
}
