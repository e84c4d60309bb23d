// Signing in: an e-mail address, then the code that arrives there. No password, nothing to remember.
import { t } from "../i18n/index.ts";
import type { Services } from "../app/services.ts";
import { call } from "../net/api.ts";
import type { Session } from "../net/types.ts";
import { emailIsFine } from "../shop/buy_state.ts";
import { h, uid, type Child } from "../ui/dom.ts";
import type { PageContext, PageMaker } from "../ui/panel.ts";
import { problemText } from "../ui/problem.ts";

interface State {
  step: "email" | "code" | "done";
  email: string;
  code: string;
  busy: boolean;
  problem: string;
}

export function loginPage(services: Services): PageMaker<"login"> {
  return (_page, context) => {
    const state: State = { step: "email", email: "", code: "", busy: false, problem: "" };
    return () => ({
      title: t("login.title"),
      body: [state.step === "email" ? emailForm(state, context) : codeForm(services, state, context), problemLine(state)],
    });
  };
}

function problemLine(state: State): Child {
  return state.problem !== "" && h("p", { class: "note warn", role: "alert" }, state.problem);
}

function emailForm(state: State, context: PageContext): HTMLElement {
  const id = uid("login");
  const input = h("input", { id, name: "email", type: "email", autocomplete: "email", value: state.email, maxlength: 254 });
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    state.email = input.value.trim();
    state.problem = emailIsFine(state.email) ? "" : t("buy.emailInvalid");
    if (state.problem === "" && !state.busy) {
      state.busy = true;
      context.redraw();
      const answer = await call<unknown>("POST", "/api/login/email", { email: state.email });
      state.busy = false;
      if (answer.ok) state.step = "code";
      else state.problem = problemText(answer.problem);
    }
    context.redraw();
  };
  return h("form", { class: "rows", novalidate: true, onSubmit: (event: Event) => void send(event) },
    h("p", { class: "soft" }, t("login.lead")),
    h("div", { class: "field" }, h("label", { for: id }, t("login.email")), input),
    h("button", { class: "button primary", type: "submit", "data-key": "send", disabled: state.busy }, t("login.send")));
}

function codeForm(services: Services, state: State, context: PageContext): HTMLElement {
  const id = uid("code");
  const input = h("input", { id, name: "code", inputmode: "numeric", autocomplete: "one-time-code", value: state.code, maxlength: 12 });
  const verify = async (event: Event): Promise<void> => {
    event.preventDefault();
    state.code = input.value.replace(/\s/g, "");
    state.problem = state.code.length >= 4 ? "" : t("login.codeInvalid");
    if (state.problem === "" && !state.busy) {
      state.busy = true;
      context.redraw();
      const answer = await call<Session>("POST", "/api/login/code", { email: state.email, code: state.code });
      state.busy = false;
      if (answer.ok) {
        signedIn(services, context, answer.value);
        return;
      }
      state.problem = problemText(answer.problem);
    }
    context.redraw();
  };
  const other = (): void => {
    state.step = "email";
    state.problem = "";
    context.redraw();
  };
  return h("form", { class: "rows", novalidate: true, onSubmit: (event: Event) => void verify(event) },
    h("p", { role: "status" }, t("login.sent", { email: state.email })),
    h("div", { class: "field" }, h("label", { for: id }, t("login.code")), input),
    h("button", { class: "button primary", type: "submit", "data-key": "verify", disabled: state.busy }, t("login.verify")),
    h("button", { class: "button quiet", type: "button", "data-key": "other", onClick: other }, t("login.change")));
}

function signedIn(services: Services, context: PageContext, session: Session): void {
  services.setSession(session);
  services.say(t("login.done", { email: session.account?.email ?? "" }));
  if (context.alive()) context.panel.instead({ kind: "things" });
}
