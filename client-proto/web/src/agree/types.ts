// What the API says about agreements and about the shelf of suggestions.

export interface Brand {
  readonly id: string;
  readonly name: string;
}

/** What one agrees to, in the shop's words, and where it is noted. */
export interface Terms {
  readonly purpose: string;
  readonly notice: string;
  readonly notice_hash: string;
  readonly retention_s: number;
  readonly chain_id: number;
  readonly contract: string;
  readonly brands: readonly Brand[];
}

export interface ReaderRequest {
  readonly brand: string;
  readonly not_after_s: number;
  readonly sequence: number;
  readonly signature: string;
}

export interface ConsentRequest {
  readonly id: string;
  readonly brand: string;
  readonly purpose: string;
  readonly not_after_s: number;
  readonly salt: string;
  readonly signature: string;
  readonly readers: readonly ReaderRequest[];
}

export interface Consent {
  readonly id: string;
  readonly brand: Brand;
  readonly purpose: string;
  readonly granted: string;
  readonly not_after: string;
  readonly state: "active" | "withdrawn" | "erased" | "ended";
  readonly entries: number;
  readonly readers: readonly { readonly brand: Brand; readonly not_after: string }[];
  /** Newest first. */
  readonly reads: readonly { readonly brand: Brand; readonly at: string }[];
  readonly chain: "waiting" | "noted" | "ended" | "erased";
}

export interface Consents {
  readonly consents: readonly Consent[];
}

export interface Receipt {
  readonly text: string;
  readonly hash: string;
  readonly signature: string;
  readonly signer: string;
}

export interface Erasure {
  readonly consent: Consent;
  readonly receipt: Receipt;
}

export type ReasonCode =
  | "sit_for_shoes"
  | "chair_for_clothes"
  | "place_for_hat"
  | "seat_for_evenings"
  | "table_for_guests"
  | "light_to_dress_by"
  | "shoes_for_seat"
  | "hangs_over_chair"
  | "hat_for_place"
  | "soft_for_evenings"
  | "wear_for_guests"
  | "seen_in_its_light"
  | "for_plant_care"
  | "much_like"
  | "newcomer";

export interface Pick {
  readonly product_id: number;
  readonly reason: { readonly code: ReasonCode; readonly because: string | null };
}

export interface ForYou {
  readonly basis: "purchases" | "newcomer";
  readonly picks: readonly Pick[];
}
