// What the API answers. `npm run types` makes the types from world-server/api/openapi.json, which is the truth; what the
// document leaves open (it passes on what mall.json says) is narrowed here.
import type { components } from "galleria-api";

type Schemas = components["schemas"];

export type Vec3 = readonly [number, number, number];
export type Look = Schemas["Look"];
/** The name is null before somebody has come in; `features` says what this server offers. */
export type Session = Schemas["Session"];
export type Colour = Schemas["Colour"];
export type Variant = Schemas["Variant"];
export type Wear = Schemas["Wear"];
export type Product = Schemas["Product"];
export type Ticket = Schemas["Ticket"];
export type Certificate = Schemas["Certificate"];
export type OrderLine = Schemas["OrderLine"];
export type Order = Schemas["Order"];
export type OrderState = Order["state"];
export type OrderReason = NonNullable<Order["reason"]>;
export type Things = Schemas["Things"];
export type Relation = Schemas["Relation"];
export type PayWay = Schemas["Checkout"]["pay"];

/** What a wallet is asked to sign: `typed_data` as it is, on the chain that it names. */
export interface Authorisation {
  readonly chain_id: number;
  readonly valid_before: string;
  readonly typed_data: Readonly<Record<string, unknown>>;
}

export type Mount = "mannequin" | "hanger" | "plinth" | "floor" | "shelf" | "wall";
export type Display = Schemas["Mall"]["displays"][number] & { readonly mount: Mount; readonly shape?: number };

/** The middle of a threshold; the yaw leads out of the boutique. */
export interface Entrance {
  readonly position: Vec3;
  readonly width_m: number;
  readonly height_m: number;
  readonly yaw_rad: number;
}

export type Boutique = Schemas["Mall"]["boutiques"][number] & {
  readonly kind: string;
  readonly zone: { readonly min: Vec3; readonly max: Vec3 };
  readonly door: Vec3;
  readonly entrances?: readonly Entrance[];
};

export interface Prop {
  readonly id: number;
  readonly kind: "sphere" | "box";
  readonly half: Vec3;
  readonly look: string;
}

/** The middle of its surface, and where one looks who sits there. */
export interface Seat {
  readonly position: Vec3;
  readonly yaw_rad: number;
}

export type Mall = Omit<Schemas["Mall"], "boutiques" | "displays" | "props" | "seats"> & {
  readonly boutiques: readonly Boutique[];
  readonly displays: readonly Display[];
  readonly props: readonly Prop[];
  readonly seats: readonly Seat[];
};
