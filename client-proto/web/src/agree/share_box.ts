// The one box of the purchase panel, unticked, and below it in full what it means: in the visitor's language, and word for
// word what the shop keeps as the terms.
import type { Services } from "../app/services.ts";
import { t } from "../i18n/index.ts";
import { h, type Child } from "../ui/dom.ts";
import { mayOffer, thisBrowser } from "./offer.ts";

export function shareBox(services: Services, ticked: boolean, change: (ticked: boolean) => void): Child {
  if (!mayOffer(services.features, thisBrowser())) return null;
  const input = h("input", { type: "checkbox", name: "share", onChange: () => change(input.checked) });
  input.checked = ticked;
  return h("div", { class: "share" }, h("label", { class: "choice" }, input, h("span", {}, t("buy.share"))), explanation(services));
}

function explanation(services: Services): HTMLElement {
  const wording = h("p", { class: "soft", lang: "en" });
  const fetchWording = async (): Promise<void> => {
    const terms = await services.agreements.desk.terms();
    if (terms.ok) wording.textContent = t("buy.shareWording", { notice: terms.value.notice });
  };
  const details = h("details", { onToggle: () => {
    if (details.open && wording.textContent === "") void fetchWording();
  } },
    h("summary", {}, t("buy.shareWhat")),
    ...(["buy.shareNoted", "buy.shareWho", "buy.shareEnd"] as const).map((key) => h("p", { class: "soft" }, t(key))), wording);
  return details;
}
