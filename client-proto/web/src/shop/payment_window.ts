// The payment provider's page opens beside the mall, so that one's place in the world is kept. When it comes back to our
// address it only has to close itself; where the browser allows no second window, a button opens the page instead.

const windowName = "galleria-payment";
const windowSize = "width=480,height=760";

export function reservePaymentWindow(): Window | null {
  return window.open("about:blank", windowName, windowSize);
}

export function openPayment(url: string, reserved: Window | null): void {
  if (!isWebAddress(url)) {
    reserved?.close();
    return;
  }
  if (reserved !== null && !reserved.closed) {
    reserved.location.replace(url);
    reserved.focus();
    return;
  }
  window.open(url, windowName, windowSize)?.focus();
}

/**
 * True when the payment provider has sent somebody back here: usually in the second window, which then closes itself.
 * The mark in the address is removed, so that a reload is an ordinary visit.
 */
export function takeReturnFromPayment(): boolean {
  const address = new URL(location.href);
  if (!address.searchParams.has("order")) return false;
  address.searchParams.delete("order");
  history.replaceState(null, "", address);
  return true;
}

/** The address comes from the server; only web addresses are opened. */
export function isWebAddress(url: string): boolean {
  try {
    return ["https:", "http:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}
