// A sentence for each reason that the server can give. The list is closed: a code without a sentence does not compile.
import { t, type Key } from "../i18n/index.ts";
import type { ReasonCode } from "./types.ts";

export interface Reason {
  readonly code: ReasonCode;
  readonly because: string | null;
}

const sentences: Readonly<Record<ReasonCode, Key>> = {
  sit_for_shoes: "reason.sit_for_shoes",
  chair_for_clothes: "reason.chair_for_clothes",
  place_for_hat: "reason.place_for_hat",
  seat_for_evenings: "reason.seat_for_evenings",
  table_for_guests: "reason.table_for_guests",
  light_to_dress_by: "reason.light_to_dress_by",
  shoes_for_seat: "reason.shoes_for_seat",
  hangs_over_chair: "reason.hangs_over_chair",
  hat_for_place: "reason.hat_for_place",
  soft_for_evenings: "reason.soft_for_evenings",
  wear_for_guests: "reason.wear_for_guests",
  seen_in_its_light: "reason.seen_in_its_light",
  for_plant_care: "reason.for_plant_care",
  much_like: "reason.much_like",
  newcomer: "reason.newcomer",
};

/** A server that is newer than this page may know more reasons; the piece then stands there without one. */
export function reasonText({ code, because }: Reason): string {
  const key: Key | undefined = sentences[code];
  return key === undefined ? "" : t(key, { piece: because ?? "" });
}
