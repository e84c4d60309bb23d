// The mails that came in: one file each, the newest first, at most a few hundred.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReceivedMail } from "./smtp.ts";

export interface Mail {
  readonly id: string;
  readonly received: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

const mailsMax = 300;

export class Box {
  readonly #folder: string;
  readonly #mails: Mail[];
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const names = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
    this.#mails = names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Mail);
  }

  take(received: ReceivedMail, now: Date): void {
    const [head = "", ...body] = received.raw.split("\r\n\r\n");
    const subject = /^subject:\s*(.*)$/im.exec(head)?.[1] ?? "";
    this.#count += 1;
    const id = `${now.getTime()}-${String(this.#count).padStart(6, "0")}`;
    const mail: Mail = { id, received: now.toISOString(), from: received.from, to: received.to, subject, text: body.join("\r\n\r\n").trim() };
    writeFileSync(join(this.#folder, `${id}.json`), JSON.stringify(mail), { mode: 0o600, flush: true });
    this.#mails.push(mail);
    for (const old of this.#mails.splice(0, Math.max(0, this.#mails.length - mailsMax))) rmSync(join(this.#folder, `${old.id}.json`), { force: true });
  }

  /** Newest first; with `to`, only what that address got. */
  list(to: string | null): readonly Mail[] {
    const mails = to === null ? this.#mails : this.#mails.filter((mail) => mail.to.some((address) => address.toLowerCase() === to.toLowerCase()));
    return mails.toReversed();
  }
}
