// The entry: name, figure and colour, over the mall that is already being built behind it. The choice is shown on the
// turning mannequin beside the card as soon as that has loaded; the card does not wait for it.
import { formatPercent, language, languages, rememberLanguage, t, useLanguage, type Language } from "../i18n/index.ts";
import type { Look } from "../net/types.ts";
import { h, replace, uid } from "../ui/dom.ts";
import { cleanName, nameIsFine, nameMax_chars, shapes, tints } from "./look.ts";
import type { ProgressView } from "./progress.ts";
import { skinTints as tintColours } from "../avatar/tints.ts";

export interface EntryActions {
  readonly preview: (look: Look) => void;
  readonly enter: (look: Look) => void;
  readonly asList: () => void;
  readonly relabel: () => void;
}

export interface Entry {
  readonly element: HTMLElement;
  look(): Look;
  showProgress(view: ProgressView): void;
  setBusy(busy: boolean): void;
  say(problem: string): void;
  focus(): void;
}

// Outlines of the three figures, drawn on a 40 by 56 grid from the same proportions as the mannequins.
const figures = [
  "M20 2a4 4.6 0 0 1 0 9.2M20 2a4 4.6 0 0 0 0 9.2M18 11h4l5 2.6 2.4 16-1.8.4-2.6-10-.8 6.6 1.6 6-1 21h-4.2L20 36l-.6 17.6h-4.2l-1-21 1.6-6-.8-6.6-2.6 10-1.8-.4 2.4-16z",
  "M20 2a4.2 4.6 0 0 1 0 9.2M20 2a4.2 4.6 0 0 0 0 9.2M17.6 11h4.8l6.6 2.8 2.2 16-2.2.5-2.8-11-1 7.4.8 6.2-.8 21h-4.4L20 36l-.8 17.9h-4.4l-.8-21 .8-6.2-1-7.4-2.8 11-2.2-.5 2.2-16z",
  "M20 2a4.2 4.6 0 0 1 0 9.2M20 2a4.2 4.6 0 0 0 0 9.2M17.8 11h4.4l6.2 2.8 3 15.8-2.2.6-3.2-9.6.2 5 2.2 8-1.6 20.2h-4.8L20 38l-2 15.8h-4.8L11.600 33.600l2.2-8 .2-5-3.2 9.600-2.200-.6 3-15.800z",
] as const;

function figure(shape: number): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "6 0 28 56");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", figures[shape] ?? figures[0]);
  path.setAttribute("fill", "currentColor");
  svg.appendChild(path);
  return svg;
}

export function createEntry(start: Look, actions: EntryActions): Entry {
  let look = start;
  const nameId = uid("name");
  const name = h("input", { id: nameId, maxlength: nameMax_chars * 2, autocomplete: "nickname", value: start.name, enterkeyhint: "go" });
  const problem = h("p", { class: "note warn hidden", role: "alert" });
  const progress = h("div", { class: "progress" });
  const go = h("button", { class: "button primary", type: "submit" }, t("entry.go"));
  const shapeBox = h("div", { class: "shapes" });
  const change = (part: Partial<Look>): void => {
    look = { ...look, ...part };
    shapeBox.style.setProperty("--figure", tintColours[look.tint] ?? tintColours[0]);
    actions.preview(look);
  };
  for (let shape = 0; shape < shapes; shape += 1) {
    const input = h("input", { type: "radio", name: "shape", value: shape, onChange: () => change({ shape }) });
    input.checked = shape === start.shape;
    shapeBox.append(h("label", {}, input, h("i", {}, figure(shape), t(`entry.shape.${shape as 0 | 1 | 2}`))));
  }
  const tintName = h("span", {}, tintLabel(start.tint));
  const tintBox = h("div", { class: "swatches" });
  for (let tint = 0; tint < tints; tint += 1) {
    const choose = (): void => {
      tintName.textContent = tintLabel(tint);
      change({ tint });
    };
    const input = h("input", { type: "radio", name: "tint", value: tint, "aria-label": tintLabel(tint), onChange: choose });
    input.checked = tint === start.tint;
    tintBox.append(h("label", {}, input, h("i", { style: `background:${tintColours[tint] ?? ""}` })));
  }
  shapeBox.style.setProperty("--figure", tintColours[start.tint] ?? tintColours[0]);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!nameIsFine(name.value)) {
      say(t("entry.nameMissing"));
      name.focus();
      return;
    }
    say("");
    look = { ...look, name: cleanName(name.value) };
    actions.enter(look);
  };
  const say = (text: string): void => {
    problem.textContent = text;
    problem.classList.toggle("hidden", text === "");
  };
  const titleId = uid("title");
  const element = h("form", { class: "entry", "aria-labelledby": titleId, novalidate: true, onSubmit: submit },
    h("div", {}, h("div", { class: "brand-line" }, t("app.title")), h("h1", { id: titleId }, t("entry.title")), h("p", { class: "lead" }, t("entry.lead"))),
    h("div", { class: "field" }, h("div", { class: "label-row", style: "margin:0" }, h("label", { for: nameId }, t("entry.name")), h("span", {}, t("entry.nameHelp"))), name),
    h("fieldset", {}, h("legend", { class: "label-row" }, t("entry.shape")), shapeBox),
    h("fieldset", {}, h("legend", { class: "label-row", style: "width:100%" }, t("entry.tint"), tintName), tintBox),
    problem, progress, go,
    h("div", { class: "options" },
      h("button", { class: "button quiet", style: "padding:0", type: "button", onClick: actions.asList }, t("entry.listInstead")),
      languageChooser(actions.relabel)));
  return {
    element,
    look: () => ({ ...look, name: cleanName(name.value) }),
    showProgress: (view) => showProgress(progress, view),
    setBusy: (busy) => {
      go.disabled = busy;
      go.textContent = t(busy ? "progress.world" : "entry.go");
    },
    say,
    focus: () => name.focus(),
  };
}

function tintLabel(tint: number): string {
  return t(`entry.tint.${tint as 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`);
}

function showProgress(box: HTMLElement, view: ProgressView): void {
  if (view.name === null) {
    box.replaceChildren();
    box.classList.add("hidden");
    return;
  }
  box.classList.remove("hidden");
  const percent = formatPercent(view.fraction);
  replace(box, h("span", {}, t("progress.percent", { what: t(view.name), percent })),
    h("div", { class: "bar", role: "progressbar", "aria-label": t(view.name), "aria-valuenow": Math.round(view.fraction * 100), "aria-valuemin": 0, "aria-valuemax": 100 },
      h("i", { style: `transform:scaleX(${view.fraction.toFixed(3)})` })));
}

const languageNames: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

function languageChooser(relabel: () => void): HTMLElement {
  const options = languages.map((name) => {
    const option = h("option", { value: name, lang: name }, languageNames[name]);
    option.selected = name === language();
    return option;
  });
  const select = h("select", { "aria-label": t("app.language") }, ...options);
  select.addEventListener("change", () => {
    const name = languages.find((known) => known === select.value) ?? "en";
    void useLanguage(name).then(() => {
      rememberLanguage(name);
      document.documentElement.lang = name;
      relabel();
    });
  });
  return h("div", { class: "language" }, select);
}
