// A sentence for each reason that the server can give. The list is closed: a code without a sentence does not compile.
import { t, type Key } from "../i18n/index.ts";
import type { ReasonCode } from "./types.ts";

export interface Reason {
  readonly code: ReasonCode;
  readonly because: string | null;
}

const sentences: Readonly<Record<ReasonCode, Key>> = {
  newcomer: "reason.newcomer",
};

/** A server that is newer than this page may know more reasons; the piece then stands there without one. */
export function reasonText({ code, because }: Reason): string {
  const key: Key | undefined = sentences[code];
  return key === undefined ? "" : t(key, { piece: because ?? "" });
}
