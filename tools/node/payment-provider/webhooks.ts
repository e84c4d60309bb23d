// Webhooks go out signed, are tried again with growing pauses until they are acknowledged, and survive a restart. What
// tests want to see (an event sent twice, or late, or in the wrong order) is asked for on the payment page's address.
import { createHmac } from "node:crypto";
import type { Journal, WebhookEvent } from "./journal.ts";

export interface Mischief {
  /** How often the same event is sent, whatever the answers. */
  readonly copies: number;
  readonly delay_ms: number;
}
export const noMischief: Mischief = { copies: 1, delay_ms: 0 };

const pauseFirst_ms = 1_000;
const pauseMax_ms = 60_000;
const triesMax = 200;
const answerTimeout_ms = 10_000;

/** "t=<unix seconds>,v1=<hex>": HMAC-SHA-256 over "<t>.<body>". */
export function signature(secret: string, body: string, now_s: number): string {
  return `t=${now_s},v1=${createHmac("sha256", secret).update(`${now_s}.${body}`).digest("hex")}`;
}

export class Webhooks {
  readonly #journal: Journal;
  readonly #url: string;
  readonly #secret: string;

  constructor(journal: Journal, url: string, secret: string) {
    this.#journal = journal;
    this.#url = url;
    this.#secret = secret;
  }

  /** Takes up what an earlier run left. */
  resume(): void {
    for (const event of this.#journal.undelivered.values()) this.deliver(event, noMischief);
  }

  deliver(event: WebhookEvent, mischief: Mischief): void {
    setTimeout(() => {
      for (let copy = 0; copy < mischief.copies; copy += 1) void this.#keepTrying(event);
    }, mischief.delay_ms);
  }

  async #keepTrying(event: WebhookEvent): Promise<void> {
    let pause_ms = pauseFirst_ms;
    for (let tries = 0; tries < triesMax; tries += 1) {
      if (await this.#send(event)) {
        if (this.#journal.undelivered.has(event.id)) this.#journal.add({ kind: "delivered", event: event.id });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
      pause_ms = Math.min(pause_ms * 2, pauseMax_ms);
    }
    process.stderr.write(`payment provider: gave up on event ${event.id}\n`);
  }

  async #send(event: WebhookEvent): Promise<boolean> {
    const body = JSON.stringify(event);
    const headers = { "Content-Type": "application/json", "Payment-Signature": signature(this.#secret, body, Math.floor(Date.now() / 1000)) };
    try {
      const response = await fetch(this.#url, { method: "POST", headers, body, redirect: "error", signal: AbortSignal.timeout(answerTimeout_ms) });
      return response.ok;
    } catch {
      return false;
    }
  }
}
