// A problem of the API as a sentence for people: the server's own where it has one, else what we know.
import { t } from "../i18n/index.ts";
import type { Problem } from "../net/api.ts";

export function problemText(problem: Problem): string {
  if (problem.status === 0) return t("error.offline");
  const said = [problem.title, problem.detail].filter((part) => part !== "").join(" ");
  return said === "" ? t("error.unknown", { status: problem.status }) : said;
}
