// What a connection's status looks like to the visitor.
import { formatNumber, t, type Key } from "../i18n/index.ts";
import type { Status } from "../net/connection.ts";
import type { GoodbyeReason } from "../net/brain.ts";
import { problemText } from "../ui/problem.ts";
import type { ScreenContent, Screens } from "./screens.ts";

export interface StatusActions {
  readonly tryNow: () => void;
  readonly comeBack: () => void;
}

const endings: Readonly<Partial<Record<GoodbyeReason | "session", Key>>> = {
  replaced: "error.ended.replaced",
  wrongVersion: "error.ended.version",
  serverClosing: "error.ended.shutdown",
  idle: "error.ended.idle",
};

export function showStatus(screens: Screens, status: Status, actions: StatusActions): void {
  if (status.kind === "waiting") screens.show(waiting(status, actions));
  if (status.kind === "ended") screens.show(ended(status, actions));
}

function waiting(status: Extract<Status, { kind: "waiting" }>, actions: StatusActions): ScreenContent {
  const retry = { label: "error.retryNow", primary: true, run: actions.tryNow } as const;
  const common = { actions: [retry], retryAt_ms: status.retryAt_ms };
  if (status.why === "lost") return { title: "error.title.lost", text: t("error.lost"), ...common };
  if (status.why === "unreachable") return { title: "error.title.unreachable", text: t("error.unreachable"), ...common };
  const limit = status.problem?.fields["limit"];
  const place = status.problem?.fields["place"];
  const text = typeof limit === "number" ? t("error.full", { limit: formatNumber(limit) }) : t("error.fullPlain");
  const extra = typeof place === "number" ? { extra: t("error.place", { place: formatNumber(place) }) } : {};
  return { title: "error.title.full", text, ...extra, ...common };
}

function ended(status: Extract<Status, { kind: "ended" }>, actions: StatusActions): ScreenContent {
  const { reason } = status;
  const reload = { label: "error.reload", primary: true, run: () => location.reload() } as const;
  const back = { label: "error.comeBack", primary: true, run: actions.comeBack } as const;
  const sentAway = reason === "kicked" && status.retryAfter_ms > 0;
  const words = t(sentAway ? "problem.sentAway" : (endings[reason] ?? "error.ended.kicked"));
  const text = status.problem === null ? words : problemText(status.problem);
  return { title: "error.title.ended", text, actions: [reason === "wrongVersion" ? reload : back] };
}
