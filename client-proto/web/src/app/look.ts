// The look somebody chose: checked, and remembered in this browser so that the next visit starts with it.
import type { Look } from "../net/types.ts";

export const shapes = 3;
export const tints = 8;
export const nameMin_chars = 2;
export const nameMax_chars = 24;
const storageKey = "galleria.look";

/** Names are shown to everybody: no control characters, no runs of spaces, a bounded length in whole characters. */
export function cleanName(text: string): string {
  const plain = text.normalize("NFC").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "").replace(/\s+/gu, " ").trim();
  return [...plain].slice(0, nameMax_chars).join("").trim();
}

export function nameIsFine(text: string): boolean {
  return [...cleanName(text)].length >= nameMin_chars;
}

/** Reads a stored look; whatever is out of range or not ours gives null. */
export function parseLook(text: string | null): Look | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<Look> | null;
    if (value === null || typeof value.name !== "string" || !nameIsFine(value.name)) return null;
    if (!isIndex(value.shape, shapes) || !isIndex(value.tint, tints)) return null;
    return { name: cleanName(value.name), shape: value.shape, tint: value.tint };
  } catch {
    return null;
  }
}

function isIndex(value: unknown, limit: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < limit;
}

export function rememberedLook(): Look | null {
  try {
    return parseLook(localStorage.getItem(storageKey));
  } catch {
    return null;
  }
}

export function rememberLook(look: Look): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(look));
  } catch {
    // Storage is switched off: the look is asked for again next time.
  }
}
