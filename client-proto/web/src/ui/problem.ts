// A problem of the API as a sentence for people, in their language. What the server writes in title and detail speaks to
// programmers and is never shown. Every code that a shopper's request can be answered with has its sentence here;
// problem.test.ts holds this table to the codes in the server's sources.
import { t, type Key } from "../i18n/index.ts";
import type { Problem } from "../net/api.ts";

export const problemSentences: ReadonlyMap<string, Key> = new Map<string, Key>([
  // Any request.
  ["no-session", "problem.visitEnded"],
  ["foreign-origin", "problem.foreignPage"],
  ["invalid-members", "problem.typed"],
  ["wrong-method", "problem.oldPage"],
  ["no-such-address", "problem.oldPage"],
  ["too-large", "problem.oldPage"],
  ["not-json", "problem.oldPage"],
  ["bad-json", "problem.oldPage"],
  ["idempotency-key", "problem.oldPage"],
  ["database", "problem.busy"],
  // Coming in.
  ["starting", "problem.busy"],
  ["world-busy", "problem.busy"],
  ["too-many-sessions", "problem.tooOften"],
  ["too-many-tickets", "problem.tooOften"],
  ["sent-away", "problem.sentAway"],
  // Between people.
  ["no-relation", "problem.noRelation"],
  // Buying.
  ["too-many-checkouts", "problem.tooOften"],
  ["pay-way-closed", "problem.wayClosed"],
  ["unknown_product", "problem.noPiece"],
  ["unknown_variant", "problem.noPiece"],
  ["sold_out", "problem.soldOut"],
  ["too_many_open_orders", "problem.openOrders"],
  ["email_missing", "problem.emailMissing"],
  ["consent-missing", "problem.notAgreed"],
  ["key_conflict", "problem.mixedUp"],
  ["order_exists", "problem.mixedUp"],
  ["unknown_order", "problem.noOrder"],
  ["not_yours", "problem.noOrder"],
  ["wrong_pay_way", "problem.movedOn"],
  ["wrong_state", "problem.movedOn"],
  ["payment_in_flight", "problem.paying"],
  ["reservation_ended", "problem.timeOver"],
  ["not-deployed", "problem.noWallet"],
  ["wrong-signature", "problem.wrongSignature"],
  // Agreements.
  ["too-many-calls", "problem.tooOften"],
  ["too-many-shelves", "problem.tooOften"],
  ["sharing-refused", "problem.sharingRefused"],
  ["sharing-closed", "problem.sharingClosed"],
  ["no-such-consent", "problem.noAgreement"],
  ["consent-exists", "problem.agreeAgain"],
  ["agreed-already", "problem.agreeAgain"],
  ["vault-busy", "problem.busy"],
  ["consent-ended", "problem.agreementEnded"],
  ["wrong-end", "problem.clock"],
  ["wrong-sequence", "problem.oldPage"],
  ["wrong-commitment", "problem.oldPage"],
  ["wrong-terms", "problem.oldPage"],
  ["too-many", "problem.tooManyAgreements"],
  ["too-many-grants", "problem.agreedTooOften"],
  ["refused", "error.unknown"],
  // Signing in.
  ["no-mail", "problem.noMail"],
  ["mail-busy", "problem.busy"],
  ["too-many-codes", "problem.tooManyCodes"],
  ["wrong-code", "problem.wrongCode"],
  ["no-tries-left", "problem.codeEnded"],
  ["code-expired", "problem.codeEnded"],
  ["no-code", "problem.codeEnded"],
]);

export function problemText({ status, code }: Problem): string {
  if (status === 0) return t("error.offline");
  return t(problemSentences.get(code) ?? "error.unknown", { status });
}
