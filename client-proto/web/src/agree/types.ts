// What the API says about agreements and about the shelf of suggestions, from the OpenAPI document.
import type { components } from "galleria-api";

type Schemas = components["schemas"];

export type Brand = Schemas["BrandName"];
/** What one agrees to, in the shop's words, and where it is noted. */
export type Terms = Schemas["ConsentTerms"];
export type ConsentRequest = Schemas["NewConsent"];
export type ReaderRequest = ConsentRequest["readers"][number];
export type Consent = Schemas["Consent"];
export type Consents = Schemas["Consents"];
export type Erasure = Schemas["Erasure"];
export type Receipt = Erasure["receipt"];
export type ReasonCode = Schemas["ReasonCode"];
export type Pick = Schemas["ForYou"]["picks"][number];
/** The limit of the shelf is the server's to keep; here it is a list. */
export type ForYou = Omit<Schemas["ForYou"], "picks"> & { readonly picks: readonly Pick[] };
