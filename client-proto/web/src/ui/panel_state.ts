// Which panel is open. There is never more than one on the screen; going deeper (a piece from the directory, buying from
// a piece) puts a page on a short stack, Back takes it off, Escape and Close clear the stack.

export type Page =
  | { readonly kind: "piece"; readonly productId: number }
  | { readonly kind: "buy"; readonly productId: number; readonly variantId: number }
  | { readonly kind: "directory" }
  | { readonly kind: "things" }
  /** Right after a purchase the shelf waits for what was just noted. */
  | { readonly kind: "forYou"; readonly after?: "purchase" }
  | { readonly kind: "known" }
  | { readonly kind: "login" }
  | { readonly kind: "company" }
  | { readonly kind: "unheard" };

export type PageKind = Page["kind"];
export type PanelState = readonly Page[];

/** A visitor who only ever goes deeper must not grow the stack without end. */
const depthMax = 6;

export const closed: PanelState = [];

export function top(state: PanelState): Page | null {
  return state.at(-1) ?? null;
}

/** Opens a page from outside any panel: whatever was open gives way. */
export function open(page: Page): PanelState {
  return [page];
}

/** Goes deeper. Going to a page that is already on the stack returns to it instead of stacking it twice. */
export function deeper(state: PanelState, page: Page): PanelState {
  const at = state.findIndex((other) => same(other, page));
  if (at >= 0) return state.slice(0, at + 1);
  return [...state, page].slice(-depthMax);
}

export function back(state: PanelState): PanelState {
  return state.slice(0, -1);
}

/** A finished purchase cannot be gone back into: its page gives way to what comes after. */
export function instead(state: PanelState, page: Page): PanelState {
  return deeper(back(state), page);
}

export function same(a: Page, b: Page): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
