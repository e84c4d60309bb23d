// The provider's memory: one line of JSON for everything that happened, written and flushed before anybody is told. The
// state is what comes out of reading the lines again, so a kill at any moment loses nothing that was answered.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export type SessionState = "open" | "paid" | "cancelled" | "expired";

export interface Session {
  readonly id: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly reference: string;
  readonly amount: Money;
  readonly description: string;
  readonly email: string;
  readonly return_url: string;
  readonly expires_at: number;
}

export interface Refund {
  readonly id: string;
  readonly key: string;
  readonly session: string;
  readonly amount: Money;
}

export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly session: { readonly id: string; readonly reference: string; readonly amount: Money };
}

export type Entry =
  | { readonly kind: "session"; readonly session: Session }
  | { readonly kind: "state"; readonly session: string; readonly state: SessionState; readonly event: WebhookEvent }
  | { readonly kind: "event"; readonly event: WebhookEvent }
  | { readonly kind: "refund"; readonly refund: Refund; readonly event: WebhookEvent }
  | { readonly kind: "delivered"; readonly event: string };

export class Journal {
  readonly sessions = new Map<string, Session>();
  readonly states = new Map<string, SessionState>();
  readonly refunds = new Map<string, Refund>();
  /** Events that nobody has acknowledged yet, in the order in which they happened. */
  readonly undelivered = new Map<string, WebhookEvent>();
  readonly #file: number;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, "journal.ndjson");
    if (existsSync(path)) this.#read(path);
    this.#file = openSync(path, "a", 0o600);
  }

  add(entry: Entry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
    this.#take(entry);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** A last line that a kill cut short was never answered, so it is dropped. */
  #read(path: string): void {
    const text = readFileSync(path, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    for (const line of whole.split("\n")) {
      if (line !== "") this.#take(JSON.parse(line) as Entry);
    }
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  }

  #take(entry: Entry): void {
    switch (entry.kind) {
      case "session":
        this.sessions.set(entry.session.id, entry.session);
        this.states.set(entry.session.id, "open");
        return;
      case "state":
        this.states.set(entry.session, entry.state);
        this.undelivered.set(entry.event.id, entry.event);
        return;
      case "event":
        this.undelivered.set(entry.event.id, entry.event);
        return;
      case "refund":
        this.refunds.set(entry.refund.key, entry.refund);
        this.undelivered.set(entry.event.id, entry.event);
        return;
      case "delivered":
        this.undelivered.delete(entry.event);
        return;
    }
  }
}
