// A shopper without a browser: the HTTP API and the payment provider's hosted page, as a browser would use them.
import { randomUUID } from "node:crypto";

const CARD = { number: "4242 4242 4242 4242", expiry: "12/34", cvc: "123", do: "pay" };
const ASK_AGAIN_MS = 100;
/** The house answers one session sixty such questions a minute. */
export const ASK_CONSENTS_AGAIN_MS = 2_000;

export class Shopper {
  constructor(url) {
    this.url = url;
    this.cookie = "";
  }

  async call(method, path, body, headers = {}) {
    const response = await fetch(this.url + path, {
      method,
      headers: { "Content-Type": "application/json", Origin: this.url, Cookie: this.cookie, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const cookie = response.headers.getSetCookie().find((text) => text.startsWith("galleria_session="));
    if (cookie) this.cookie = cookie.split(";")[0];
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(`${method} ${path}: ${answer.title}: ${answer.detail}`), { status: response.status });
    return answer;
  }

  enter(name) {
    return this.call("POST", "/api/session", { name, shape: 0, tint: 0 });
  }

  /** Opens an order; the key makes a repetition harmless. */
  checkout(variant, { key = randomUUID(), share = false } = {}) {
    return this.call("POST", "/api/checkout", { variant_id: variant, pay: "card", email: "shopper@example.org", share }, { "Idempotency-Key": key });
  }

  order(id) {
    return this.call("GET", `/api/orders/${id}`);
  }

  /** Waits for the payment page of an order, then pays there like a person would, who reads that it is paid already. */
  async payByCard(id) {
    let address = (await this.order(id)).payment?.redirect_url;
    while (!address) {
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      address = (await this.order(id)).payment?.redirect_url;
    }
    const response = await fetch(address, { method: "POST", body: new URLSearchParams(CARD), redirect: "manual" });
    if (response.status === 303 || (await response.text()).includes("This is paid.")) return;
    throw new Error(`the payment page answered ${response.status}`);
  }
}

/** Calls until it works: the server may be away. Anything but an answer of the server counts as away. */
export async function insist(what, timeout_ms = 60_000, again_ms = ASK_AGAIN_MS) {
  const end = Date.now() + timeout_ms;
  for (;;) {
    try {
      return await what();
    } catch (error) {
      if ((error.status !== undefined && error.status < 500) || Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, again_ms));
    }
  }
}
