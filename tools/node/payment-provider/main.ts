// The development payment provider: a process of its own that behaves like a real one. It has an API with a bearer key
// and idempotency keys, a hosted page where a card is entered, signed webhooks that are repeated until they are
// acknowledged, refunds, and a memory that survives a kill. Its keys are made at the first start in <data>/keys.json,
// which the shop's server reads.
//
//     node tools/node/payment-provider/main.ts --port 18801 --data DIR --webhook http://127.0.0.1:8080/hooks/payment
//
// The payment page's address takes ?copies=2 and ?delay_ms=3000: the webhook that paying causes is then sent that often
// and that late.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { endWithParent, listen, readBody, redirect, sendHtml, sendJson, webServer } from "../lib/http.ts";
import { portOf, readOptions } from "../lib/options.ts";
import { tryCard } from "./cards.ts";
import { Journal, type Money, type Refund, type Session, type SessionState, type WebhookEvent } from "./journal.ts";
import { closedPage, notFoundPage, payPage } from "./page.ts";
import { noMischief, Webhooks, type Mischief } from "./webhooks.ts";

const sessionLife_s = 30 * 60;
const expiryLook_ms = 5_000;
const copiesMax = 5;
const delayMax_ms = 60_000;

interface Keys {
  readonly api_key: string;
  readonly webhook_secret: string;
}

const options = readOptions("main.ts --port PORT --data DIR --webhook URL [--public URL]", { port: null, data: null, webhook: null, public: "" });
const keys = readKeys(options.data);
const journal = new Journal(options.data);
const webhooks = new Webhooks(journal, options.webhook, keys.webhook_secret);
let publicUrl = options.public;

function readKeys(folder: string): Keys {
  const path = join(folder, "keys.json");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as Keys;
  const made: Keys = { api_key: randomBytes(32).toString("base64url"), webhook_secret: randomBytes(32).toString("base64url") };
  // Whole or not at all: half a file would stop every later start.
  writeFileSync(`${path}.new`, JSON.stringify(made), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return made;
}

const now_s = (): number => Math.floor(Date.now() / 1000);
const newId = (kind: string): string => `${kind}_${randomBytes(18).toString("base64url")}`;

function eventOf(type: string, session: Session, amount: Money): WebhookEvent {
  return { id: newId("evt"), type, created: now_s(), session: { id: session.id, reference: session.reference, amount } };
}

function isAuthorised(request: IncomingMessage): boolean {
  const given = createHash("sha256").update(request.headers.authorization ?? "").digest();
  const wanted = createHash("sha256").update(`Bearer ${keys.api_key}`).digest();
  return timingSafeEqual(given, wanted);
}

// --- the API -------------------------------------------------------------------------------------------------------------

function isMoney(value: unknown): value is Money {
  const money = value as Partial<Money> | null;
  return typeof money === "object" && money !== null && Number.isSafeInteger(money.minor) && (money.minor ?? 0) > 0 && /^[A-Z]{3}$/.test(money.currency ?? "");
}

function isText(value: unknown, charactersMax: number): value is string {
  return typeof value === "string" && value.length <= charactersMax;
}

function openSession(body: Record<string, unknown>, key: string, response: ServerResponse): void {
  const { reference, amount, description, email, return_url } = body;
  if (!isText(reference, 128) || !isMoney(amount) || !isText(description, 300) || !isText(email, 254) || !isText(return_url, 2000) || !/^https?:\/\//.test(return_url)) {
    sendJson(response, 422, { error: "reference, amount, description, email and return_url are needed" });
    return;
  }
  const fingerprint = createHash("sha256").update(JSON.stringify([reference, amount.minor, amount.currency])).digest("hex");
  const known = [...journal.sessions.values()].find((session) => session.key === key);
  if (known !== undefined && known.fingerprint !== fingerprint) {
    sendJson(response, 409, { error: "this Idempotency-Key was used for another session" });
    return;
  }
  const session: Session = known ?? {
    id: newId("cs"), key, fingerprint, reference, description, email, return_url,
    amount: { minor: amount.minor, currency: amount.currency }, expires_at: now_s() + sessionLife_s,
  };
  if (known === undefined) journal.add({ kind: "session", session });
  sendJson(response, known === undefined ? 201 : 200, { id: session.id, url: `${publicUrl}/pay/${session.id}`, expires_at: session.expires_at });
}

function refund(body: Record<string, unknown>, key: string, response: ServerResponse): void {
  const session = typeof body["session"] === "string" ? journal.sessions.get(body["session"]) : undefined;
  const amount = body["amount"];
  if (session === undefined || !isMoney(amount) || journal.states.get(session.id) !== "paid") {
    sendJson(response, 422, { error: "only a session that was paid can be refunded" });
    return;
  }
  const known = journal.refunds.get(key);
  if (known === undefined) {
    const already = [...journal.refunds.values()].filter((one) => one.session === session.id).reduce((sum, one) => sum + one.amount.minor, 0);
    if (amount.currency !== session.amount.currency || already + amount.minor > session.amount.minor) {
      sendJson(response, 422, { error: "more than what was paid" });
      return;
    }
    const made: Refund = { id: newId("re"), key, session: session.id, amount: { minor: amount.minor, currency: amount.currency } };
    const event = eventOf("refund.succeeded", session, made.amount);
    journal.add({ kind: "refund", refund: made, event });
    webhooks.deliver(event, noMischief);
  }
  sendJson(response, known === undefined ? 201 : 200, { id: (known ?? journal.refunds.get(key))?.id });
}

async function api(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isAuthorised(request)) return sendJson(response, 401, { error: "the bearer key is not right" });
  const key = request.headers["idempotency-key"];
  const text = await readBody(request);
  if (request.method !== "POST" || text === null) return sendJson(response, 400, { error: "POST a small JSON body" });
  if (typeof key !== "string" || key === "" || key.length > 200) return sendJson(response, 400, { error: "send an Idempotency-Key" });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return sendJson(response, 400, { error: "the body is not JSON" });
  }
  if (typeof body !== "object" || body === null) return sendJson(response, 400, { error: "the body is no object" });
  if (path === "/v1/sessions") return openSession(body as Record<string, unknown>, key, response);
  if (path === "/v1/refunds") return refund(body as Record<string, unknown>, key, response);
  return sendJson(response, 404, { error: "no such address" });
}

// --- the page --------------------------------------------------------------------------------------------------------------

function close(session: Session, state: Exclude<SessionState, "open">, type: string, mischief: Mischief): void {
  const event = eventOf(type, session, session.amount);
  journal.add({ kind: "state", session: session.id, state, event });
  webhooks.deliver(event, mischief);
}

function mischiefOf(url: URL): Mischief {
  const number = (name: string, max: number, fallback: number): number => {
    const value = Number(url.searchParams.get(name) ?? fallback);
    return Number.isInteger(value) && value >= 0 && value <= max ? value : fallback;
  };
  return { copies: number("copies", copiesMax, 1), delay_ms: number("delay_ms", delayMax_ms, 0) };
}

async function page(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const session = journal.sessions.get(url.pathname.slice("/pay/".length));
  if (session === undefined) return sendHtml(response, 404, notFoundPage());
  const state = journal.states.get(session.id) ?? "open";
  if (state !== "open") return sendHtml(response, 200, closedPage(session, state));
  const action = `${url.pathname}${url.search}`;
  if (request.method !== "POST") return sendHtml(response, 200, payPage(session, action, null));

  const form = new URLSearchParams((await readBody(request)) ?? "");
  // Somebody may have paid in another window while this form was on its way.
  if (journal.states.get(session.id) !== "open") return redirect(response, session.return_url);
  if (form.get("do") === "cancel") {
    close(session, "cancelled", "session.cancelled", noMischief);
    return redirect(response, session.return_url);
  }
  const answer = tryCard(form.get("number") ?? "", form.get("expiry") ?? "", form.get("cvc") ?? "", new Date());
  if (answer !== "accepted") {
    if (answer !== "not_a_card") {
      const event = eventOf("payment.failed", session, session.amount);
      journal.add({ kind: "event", event });
      webhooks.deliver(event, noMischief);
    }
    return sendHtml(response, 402, payPage(session, action, answer));
  }
  close(session, "paid", "payment.succeeded", mischiefOf(url));
  return redirect(response, session.return_url);
}

function expireSessions(): void {
  for (const session of journal.sessions.values()) {
    if (journal.states.get(session.id) === "open" && session.expires_at <= now_s()) close(session, "expired", "session.expired", noMischief);
  }
}

const server = webServer("payment provider", (url, request, response) =>
  url.pathname.startsWith("/pay/") ? page(url, request, response) : api(url.pathname, request, response));

const port = await listen(server, portOf(options.port));
if (publicUrl === "") publicUrl = `http://127.0.0.1:${port}`;
webhooks.resume();
setInterval(expireSessions, expiryLook_ms);
endWithParent([server], () => journal.close());
process.stdout.write(`ready ${publicUrl}\n`);
