// The shop's HTTP API, called from the browser. A call never throws: it answers with the value or with a problem
// (RFC 9457), whose words for people are in ui/problem.ts. The session itself is a cookie that scripts cannot read.

export interface Problem {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** The last part of the problem's type, for instance `sold-out`; empty when the server named none. */
  readonly code: string;
  /** Seconds to wait before trying again, when the server said so. */
  readonly retryAfter_s: number | null;
  /** The whole problem document, for fields of one problem alone (a place in line, a limit). */
  readonly fields: Readonly<Record<string, unknown>>;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export interface CallOptions {
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

const timeout_ms = 15_000;
/** A problem document is a few sentences; whatever is longer is not one. */
const problemSizeMax_chars = 16_384;

export async function call<T>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (options.idempotencyKey !== undefined) headers["Idempotency-Key"] = options.idempotencyKey;
  const limit = AbortSignal.timeout(timeout_ms);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  try {
    const request: RequestInit = { method, headers, signal, credentials: "same-origin", cache: "no-store" };
    if (body !== undefined) request.body = JSON.stringify(body);
    const response = await fetch(path, request);
    const text = await response.text();
    if (!response.ok) return { ok: false, problem: readProblem(response.status, response.headers, text) };
    return { ok: true, value: (text === "" ? undefined : JSON.parse(text)) as T };
  } catch {
    return { ok: false, problem: noAnswer };
  }
}

export const noAnswer: Problem = { status: 0, code: "offline", retryAfter_s: null, fields: {} };

/** Reads a problem document; a server in between may answer with something else, which is kept as a bare status. */
export function readProblem(status: number, headers: Headers, text: string): Problem {
  const fields = text.length <= problemSizeMax_chars ? parseObject(text) : {};
  const wait_s = Number(headers.get("Retry-After") ?? fields["retry_after_s"] ?? Number.NaN);
  return {
    status,
    code: asText(fields["type"]).split(/[/:#]/).pop() ?? "",
    retryAfter_s: Number.isFinite(wait_s) && wait_s >= 0 ? wait_s : null,
    fields,
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A fresh key for one intended purchase: the same key sent twice buys once. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
