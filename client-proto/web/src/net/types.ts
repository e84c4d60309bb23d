// What the API answers, as far as this client uses it (world-server/api/openapi.json is the truth).
import type { Money } from "../i18n/index.ts";

export type Vec3 = readonly [number, number, number];

export interface Look {
  readonly name: string;
  readonly shape: number;
  readonly tint: number;
}

/** The name is null before somebody has come in; `features` says what this server offers. */
export interface Session {
  readonly name: string | null;
  readonly shape: number;
  readonly tint: number;
  readonly account: { readonly email: string } | null;
  readonly features: readonly string[];
}

export interface Colour {
  readonly name: string;
  readonly hex: string;
}

export interface Variant {
  readonly id: number;
  readonly size: string;
  readonly colour: Colour | null;
  readonly price: Money;
  readonly stock: number;
}

export interface Wear {
  readonly slot: number;
  readonly hides: readonly string[];
  readonly models: readonly [string, string, string];
}

export interface Product {
  readonly id: number;
  readonly slug: string;
  readonly boutique: string;
  readonly name: string;
  readonly description: string;
  readonly author: string;
  readonly licence: string;
  readonly size_m: Vec3;
  readonly variants: readonly Variant[];
  readonly model_url: string;
  readonly thumb_url: string;
  readonly wear: Wear | null;
}

export type Mount = "mannequin" | "hanger" | "plinth" | "floor" | "shelf" | "wall";

export interface Display {
  readonly id: number;
  readonly boutique: string;
  readonly mount: Mount;
  readonly position: Vec3;
  readonly yaw_rad: number;
  readonly space_m: Vec3;
  readonly shape?: number;
  readonly product_id: number | null;
}

export interface Boutique {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly zone: { readonly min: Vec3; readonly max: Vec3 };
  readonly door: Vec3;
}

export interface Prop {
  readonly id: number;
  readonly kind: "sphere" | "box";
  readonly half: Vec3;
  readonly look: string;
}

export interface Mall {
  readonly name: string;
  readonly boutiques: readonly Boutique[];
  readonly displays: readonly Display[];
  readonly props: readonly Prop[];
  readonly products: readonly Product[];
  readonly collision: { readonly url: string; readonly hash: string };
}

export interface Ticket {
  readonly ticket: string;
  readonly ws: string;
}

export interface Certificate {
  readonly number: string;
  readonly token_id: string;
  readonly order_id: string;
  readonly product_id: number;
  readonly name: string;
  readonly options: string;
  readonly owner: string;
  readonly contract: string;
  readonly chain_id: number;
  readonly tx_hash: string;
  readonly block: number;
  readonly issued: string;
  readonly metadata_url: string;
}

export type OrderState =
  | "reserved" | "awaiting_payment" | "paid" | "minting" | "issued"
  | "cancelled" | "expired" | "refund_due" | "refunded" | "failed";

export interface OrderLine {
  readonly variant_id: number;
  readonly product_id: number;
  readonly name: string;
  readonly options: string;
  readonly quantity: number;
  readonly unit_price: Money;
}

export interface Order {
  readonly id: string;
  readonly state: OrderState;
  readonly pay: "card" | "wallet";
  readonly total: Money;
  readonly created: string;
  readonly share: boolean;
  readonly email: string | null;
  readonly lines: readonly OrderLine[];
  readonly payment: { readonly redirect_url: string } | null;
  readonly note: string;
  readonly certificate: Certificate | null;
}
