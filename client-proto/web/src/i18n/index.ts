// One catalogue per language. English is part of the page; the others are fetched when chosen. Prices, numbers and dates
// are always written by Intl in the same language as the words.
import { en, type Catalogue, type Key } from "./en.ts";

export type { Key } from "./en.ts";
export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];
export type Params = Readonly<Record<string, string | number>>;

const storageKey = "galleria.language";
const loaders: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import("./de.ts")).de,
};

let catalogue: Catalogue = en;
let current: Language = "en";

export function language(): Language {
  return current;
}

/** The language to begin with: what was chosen before, else the first of the browser's that we have, else English. */
export function preferredLanguage(chosen: string | null, browser: readonly string[]): Language {
  for (const tag of [chosen ?? "", ...browser]) {
    const base = tag.toLowerCase().split("-")[0];
    const known = languages.find((name) => name === base);
    if (known !== undefined) return known;
  }
  return "en";
}

export async function useLanguage(name: Language): Promise<void> {
  catalogue = await loaders[name]();
  current = name;
}

/** Loads the right catalogue at start-up. Storage may be switched off; then the browser's wish decides each time. */
export async function startLanguage(): Promise<void> {
  await useLanguage(preferredLanguage(readStored(), navigator.languages));
  document.documentElement.lang = current;
}

export function rememberLanguage(name: Language): void {
  try {
    localStorage.setItem(storageKey, name);
  } catch {
    // Without storage the choice simply lasts as long as the page.
  }
}

function readStored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

/** Fills `{name}` places. A place without a value stays visible, so that a test or a reader notices it. */
export function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : String(value);
  });
}

export function t(key: Key, params: Params = {}): string {
  return fill(catalogue[key], params);
}

type Counted = { [K in Key]: K extends `${infer Stem}.other` ? Stem : never }[Key];

/** Picks `<stem>.one` or `<stem>.other` by the language's own rule and puts the number in as `{n}`. */
export function count(stem: Counted, n: number, params: Params = {}): string {
  const one = new Intl.PluralRules(current).select(n) === "one";
  return t(`${stem}.${one ? "one" : "other"}`, { n: formatNumber(n), ...params });
}

export interface Money {
  readonly minor: number;
  readonly currency: string;
}

/** Minor units have as many digits as the currency says (EUR 2, JPY 0), and Intl knows how many. */
export function formatMoney(money: Money, name: Language = current): string {
  const options = { style: "currency", currency: money.currency, trailingZeroDisplay: "stripIfInteger" } as const;
  const format = new Intl.NumberFormat(name, options as Intl.NumberFormatOptions);
  const digits = new Intl.NumberFormat(name, { style: "currency", currency: money.currency }).resolvedOptions();
  return format.format(money.minor / 10 ** (digits.maximumFractionDigits ?? 2));
}

export function formatNumber(value: number, name: Language = current): string {
  return new Intl.NumberFormat(name, { maximumFractionDigits: 1 }).format(value);
}

export function formatPercent(fraction: number, name: Language = current): string {
  const clamped = Math.min(Math.max(fraction, 0), 1);
  return new Intl.NumberFormat(name, { style: "percent", maximumFractionDigits: 0 }).format(clamped);
}

/** `time_us` is UTC in microseconds, as everywhere in Galleria. */
export function formatDate(time_us: number, name: Language = current): string {
  return new Intl.DateTimeFormat(name, { dateStyle: "medium" }).format(new Date(time_us / 1000));
}

/** A date with its time of day, in the visitor's own time zone. */
export function formatMoment(time_us: number, name: Language = current): string {
  return new Intl.DateTimeFormat(name, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time_us / 1000));
}

/** Metres to whole centimetres, as furniture is measured. */
export function formatCentimetres(length_m: number, name: Language = current): string {
  return formatNumber(Math.round(length_m * 100), name);
}
