// The personal bubble: whether those who come too near are faded out. Remembered by this browser, where it can.
const storageKey = "galleria.bubble";

export function rememberedBubble(): boolean {
  try {
    return localStorage.getItem(storageKey) === "on";
  } catch {
    return false;
  }
}

export function rememberBubble(on: boolean): void {
  try {
    localStorage.setItem(storageKey, on ? "on" : "off");
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
