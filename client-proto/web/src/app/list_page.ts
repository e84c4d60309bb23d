// The mall without 3D: the same lists as in the directory, on a page of their own, with the same panel beside them.
import { t } from "../i18n/index.ts";
import { shopLists } from "../goods/directory_page.ts";
import { h } from "../ui/dom.ts";
import type { Panel } from "../ui/panel.ts";
import type { Services } from "./services.ts";

export function showList(root: HTMLElement, services: Services, panel: Panel, lead: string): void {
  const title = h("h1", { tabindex: -1 }, t("list.title"));
  const menu = h("nav", { class: "list-menu", "aria-label": t("hud.menu") },
    services.features.has("for_you") && h("button", { class: "chip", type: "button", onClick: () => panel.open({ kind: "forYou" }) }, t("hud.forYou")),
    services.features.has("card") && h("button", { class: "chip", type: "button", onClick: () => panel.open({ kind: "things" }) }, t("hud.things")));
  root.append(h("main", { class: "list-page" }, h("div", { class: "list-inner" }, title, h("p", { class: "soft" }, lead), menu, ...shopLists(services, panel))));
  title.focus();
}
