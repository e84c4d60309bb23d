// "People I don't hear": everybody one has muted or blocked, where each entry can be taken back, also when the other is long gone.
import { formatDate, t } from "../i18n/index.ts";
import type { Problem } from "../net/api.ts";
import type { Relation } from "../net/types.ts";
import { h, type Child } from "../ui/dom.ts";
import type { PageMaker } from "../ui/panel.ts";
import { problemText } from "../ui/problem.ts";
import { fetchRelations, liftRelation } from "./bonds.ts";
import { plainText } from "./sentence.ts";

type State = { readonly kind: "loading" } | { readonly kind: "failed"; readonly problem: Problem } | { readonly kind: "there"; readonly relations: readonly Relation[] };

export function unheardPage(): PageMaker<"unheard"> {
  return (_page, { redraw, alive }) => {
    let state: State = { kind: "loading" };
    let failed: Problem | null = null;
    const load = async (): Promise<void> => {
      const answer = await fetchRelations();
      if (!alive()) return;
      state = answer.ok ? { kind: "there", relations: answer.value } : { kind: "failed", problem: answer.problem };
      redraw();
    };
    const lift = async (relation: Relation): Promise<void> => {
      const answer = await liftRelation(relation.id);
      // Somebody whom another window has lifted already is what was wanted.
      failed = answer.ok || answer.problem.status === 404 ? null : answer.problem;
      if (alive()) await load();
    };
    void load();
    return () => ({ title: t("unheard.title"), body: [h("p", { class: "soft" }, t("unheard.lead")), failed !== null && alert(failed), ...list(state, (relation) => void lift(relation))] });
  };
}

function list(state: State, lift: (relation: Relation) => void): Child[] {
  if (state.kind === "loading") return [h("p", { role: "status" }, t("unheard.loading"))];
  if (state.kind === "failed") return [alert(state.problem)];
  if (state.relations.length === 0) return [h("p", { class: "note" }, t("unheard.none"))];
  return [h("ul", { class: "company-list", "data-test": "unheard" }, ...state.relations.map((relation) => {
    const name = plainText(relation.name) || t("live.someone");
    const key = relation.blocked ? "unheard.blocked" : "unheard.muted";
    return h("li", {},
      h("span", { class: "who" }, h("b", { dir: "auto" }, name), h("small", {}, t(key, { date: formatDate(Date.parse(relation.since) * 1_000) }))),
      h("button", { class: "chip", type: "button", "data-key": `lift-${relation.id}`, "aria-label": t("unheard.liftName", { name }), onClick: () => lift(relation) }, t("unheard.lift")));
  }))];
}

const alert = (problem: Problem): Child => h("p", { class: "note warn", role: "alert" }, problemText(problem));
