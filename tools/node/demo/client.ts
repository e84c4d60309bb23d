// The mall's public HTTP API, as the operator uses it. What goes wrong is an error with the server's own words.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export interface Display {
  readonly id: number;
  readonly boutique: string;
  readonly mount: string;
  readonly space_m: readonly [number, number, number];
  readonly product_id: number | null;
}

export interface Mall {
  readonly boutiques: readonly { readonly id: string; readonly name: string; readonly brand: { readonly id: string } | null }[];
  readonly displays: readonly Display[];
  readonly products: readonly { readonly id: number; readonly slug: string; readonly size_m: readonly [number, number, number] }[];
}

interface Upload {
  readonly state: "waiting" | "ready" | "refused" | "failed";
  readonly report: readonly { readonly severity: string; readonly code: string; readonly message: string }[];
}

const timeout_ms = 30_000;
const look_ms = 250;
const looksMax = 2_400;

export class Client {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  mall(): Promise<Mall> {
    return this.#call<Mall>("GET", "/api/mall", {});
  }

  /** The same key and body may be sent again and again; it happens once. */
  post<T>(path: string, idempotencyKey: string, body: unknown): Promise<T> {
    return this.#call<T>("POST", path, { "Idempotency-Key": idempotencyKey, "Content-Type": "application/json" }, JSON.stringify(body));
  }

  async upload(file: string, query: Readonly<Record<string, number>>): Promise<string> {
    const numbers = Object.entries(query).map(([name, value]): [string, string] => [name, String(Math.round(value))]);
    const headers = { "Content-Type": "application/octet-stream", "X-Filename": basename(file) };
    const { id } = await this.#call<{ id: string }>("POST", `/api/uploads?${new URLSearchParams(numbers)}`, headers, readFileSync(file));
    return id;
  }

  /** Waits until the importer has said yes or no. */
  async ready(id: string, name: string): Promise<string> {
    for (let looks = 0; looks < looksMax; looks += 1) {
      const upload = await this.#call<Upload>("GET", `/api/uploads/${id}`, {});
      if (upload.state === "ready") return id;
      if (upload.state !== "waiting") {
        const said = upload.report.map((finding) => `${finding.code}: ${finding.message}`).join("; ");
        throw new Error(`the upload of ${name} was ${upload.state}: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, look_ms));
    }
    throw new Error(`the upload of ${name} takes too long`);
  }

  async #call<T>(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string | Uint8Array<ArrayBuffer>): Promise<T> {
    const request: RequestInit = { method, headers: { ...headers, Authorization: `Bearer ${this.#key}` }, signal: AbortSignal.timeout(timeout_ms) };
    if (body !== undefined) request.body = body;
    const response = await fetch(`${this.#url}${path}`, request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }
}
