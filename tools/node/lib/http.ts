// The little that the development servers share: requests that cannot take the process down, bodies with a limit,
// answers, and a clean end on a signal.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Server as NetServer } from "node:net";

const bodyBytesMax = 64 * 1024;

/** Null for what no URL can be made of: "//" and the like reach a server, since HTTP does not forbid them. */
function urlOf(request: IncomingMessage): URL | null {
  try {
    return new URL(request.url ?? "/", "http://localhost");
  } catch {
    return null;
  }
}

/** A request that cannot be read is answered 400; one that breaks its handler, at once or later, 500. */
export function webServer(name: string, handle: (url: URL, request: IncomingMessage, response: ServerResponse) => void | Promise<void>): Server {
  return createServer((request, response) => {
    const url = urlOf(request);
    if (url === null) return sendJson(response, 400, { error: "this address cannot be read" });
    const work = async (): Promise<void> => handle(url, request, response);
    work().catch((error: unknown) => {
      process.stderr.write(`${name}: ${String(error)}\n`);
      if (!response.headersSent) sendJson(response, 500, { error: "something went wrong here" });
      else response.destroy();
    });
  });
}

/** False for a page elsewhere whose name was made to lead here. */
export function isAskedLocally(request: IncomingMessage): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? "");
}

/** Null when the body is larger than 64 KiB. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > bodyBytesMax) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
}

export function sendHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  });
  response.end(html);
}

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location });
  response.end();
}

export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (letter) => names[letter] ?? letter);
}

export function listen(server: NetServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Ends the process when it is asked to, or when whoever started it is gone. */
export function endWithParent(servers: readonly (Server | NetServer)[], before: () => void): void {
  const end = (): void => {
    before();
    for (const server of servers) server.close();
    process.exit(0);
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}
