// Whether somebody is asked at all. A browser that says "do not share" (Global Privacy Control) has answered already; the
// server, which hears the same in a header, then leaves the feature out as well.

export interface PrivacyWish {
  readonly globalPrivacyControl?: boolean;
}

export function mayOffer(features: ReadonlySet<string>, browser: PrivacyWish): boolean {
  return features.has("share") && browser.globalPrivacyControl !== true;
}

export const thisBrowser = (): PrivacyWish => navigator as PrivacyWish;
