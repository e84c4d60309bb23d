// The plan of the place: a nave along Z crossed by a shorter transept along X, an octagonal square where they meet. Everything
// repeats, so the plan is a list of instances of few modules. Metres; the place is symmetrical about both axes.

import type { Placing, Vec3 } from './geometry/vector.ts';
import type { ShopKind } from './shops/fit.ts';

/** Half the width of nave and transept, from wall to wall. */
export const kHallHalf = 5.5;
/** Half the width of the square. */
export const kSquareHalf = 8.5;
export const kBayLength = 6;
export const kNaveBays = 6;
export const kTranseptBays = 3;
export const kNaveEnd = kSquareHalf + kNaveBays * kBayLength;
export const kTranseptEnd = kSquareHalf + kTranseptBays * kBayLength;

/** Direction to the sun (not normalised) and its linear colour. */
export const kSunDirection: Vec3 = [0.42, 1.0, 0.3];
export const kSunColour: Vec3 = [7.5, 6.5, 5.0];

export interface Bay extends Placing {
  readonly index: number;
  readonly shop: ShopKind;
  /** null: not open yet. */
  readonly boutique: string | null;
  readonly sign: string;
  /** Where nave and transept shops would run into each other, the shop ends early behind a curtain. */
  readonly shallow: boolean;
}

export interface Boutique {
  readonly id: string;
  readonly name: string;
  readonly kind: 'fashion' | 'furniture';
  readonly at: readonly [number, number];
}

export const kBoutiques: readonly Boutique[] = [
  { id: 'maison-lune', name: 'Maison Lune', kind: 'fashion', at: [-kHallHalf, 29.5] },
  { id: 'oak-and-linen', name: 'Oak & Linen', kind: 'furniture', at: [kHallHalf, 29.5] },
];

/** Names on the fascias of shops to come. */
const kTenants: readonly string[] = [
  'Atelier Nord', 'Casa Verdi', 'Studio Faro', 'Belmonte', 'Riva', 'Halden', 'Petit Jour', 'Lindqvist', 'Terra & Sale', 'Bottega Olmo', 'Marin', 'Sievers', 'Alba',
];

export type ModuleName =
  | 'facade'
  | 'doors'
  | 'curtain'
  | 'vault'
  | 'chandelier'
  | 'endWall'
  | 'street'
  | 'chamfer'
  | 'spandrel'
  | 'dome'
  | 'kiosk'
  | 'tree'
  | 'bench'
  | `shell:${ShopKind}`
  | `shop:${ShopKind}`;

export interface Instance extends Placing {
  readonly module: ModuleName;
  /** For shops: the bay they belong to. */
  readonly bay?: number;
}

export interface Layout {
  readonly bays: readonly Bay[];
  readonly instances: readonly Instance[];
}

function makeBays(): Bay[] {
  const bays: Bay[] = [];
  let tenant = 0;
  const push = (x: number, z: number, yaw: number, shallow: boolean): void => {
    const index = bays.length;
    const boutique = kBoutiques.find((b) => b.at[0] === x && b.at[1] === z);
    const closed = ((index >> 1) + (index & 1) + 1) % 2 ? 'leather' : 'wardrobe';
    const sign = boutique ? boutique.name : kTenants[tenant++ % kTenants.length]!;
    bays.push({ index, position: [x, 0, z], yaw, shop: boutique ? boutique.kind : closed, boutique: boutique?.id ?? null, sign, shallow });
  };
  for (const side of [-1, 1]) {
    for (let i = 0; i < kNaveBays; i++) {
      const z = side * (kSquareHalf + kBayLength * (i + 0.5));
      push(-kHallHalf, z, Math.PI / 2, false);
      push(kHallHalf, z, -Math.PI / 2, false);
    }
  }
  for (const side of [-1, 1]) {
    for (let i = 0; i < kTranseptBays; i++) {
      const x = side * (kSquareHalf + kBayLength * (i + 0.5));
      push(x, -kHallHalf, 0, i === 0);
      push(x, kHallHalf, Math.PI, i === 0);
    }
  }
  return bays;
}

function roofs(): Instance[] {
  const list: Instance[] = [];
  for (const side of [-1, 1]) {
    for (let i = 0; i < kNaveBays; i++) {
      const z = side * (kSquareHalf + kBayLength * (i + 0.5));
      list.push({ module: 'vault', position: [0, 0, z], yaw: side > 0 ? 0 : Math.PI });
      list.push({ module: 'chandelier', position: [0, 0, z - side * 3], yaw: 0 });
    }
    for (let i = 0; i < kTranseptBays; i++) {
      const x = side * (kSquareHalf + kBayLength * (i + 0.5));
      list.push({ module: 'vault', position: [x, 0, 0], yaw: (side * Math.PI) / 2 });
    }
  }
  return list;
}

/** Ends of the four arms, the four cut corners of the square, the arches over its four mouths, its dome. */
function ends(): Instance[] {
  const list: Instance[] = [];
  for (const side of [-1, 1]) {
    const along: Placing[] = [
      { position: [0, 0, side * kNaveEnd], yaw: side > 0 ? Math.PI : 0 },
      { position: [side * kTranseptEnd, 0, 0], yaw: (-side * Math.PI) / 2 },
    ];
    for (const at of along) list.push({ module: 'endWall', ...at }, { module: 'street', ...at });
  }
  for (let k = 0; k < 4; k++) {
    const corner = Math.PI / 4 + (k * Math.PI) / 2;
    const reach = 7 * Math.SQRT2;
    list.push({ module: 'chamfer', position: [reach * Math.cos(corner), 0, reach * Math.sin(corner)], yaw: -corner - Math.PI / 2 });
    const mouth = (k * Math.PI) / 2;
    list.push({ module: 'spandrel', position: [kSquareHalf * Math.cos(mouth), 0, kSquareHalf * Math.sin(mouth)], yaw: -mouth - Math.PI / 2 });
  }
  list.push({ module: 'dome', position: [0, 0, 0], yaw: 0 });
  return list;
}

function furnishings(): Instance[] {
  const list: Instance[] = [{ module: 'kiosk', position: [0, 0, 0], yaw: 0 }];
  for (const s of [-1, 1]) {
    for (const q of [-1, 1]) {
      for (const z of [14.5, 26.5, 38.5]) list.push({ module: 'tree', position: [q * 4.3, 0, s * z], yaw: z * q });
      for (const z of [20.5, 32.5]) list.push({ module: 'bench', position: [q * 2.9, 0, s * z], yaw: 0 });
      list.push({ module: 'tree', position: [s * 14.5, 0, q * 4.3], yaw: s * q });
      list.push({ module: 'bench', position: [s * 20.5, 0, q * 2.9], yaw: Math.PI / 2 });
      list.push({ module: 'bench', position: [s * 4.6, 0, q * 4.6], yaw: (-s * q * Math.PI) / 4 });
    }
  }
  return list;
}

export function makeLayout(): Layout {
  const bays = makeBays();
  const shops: Instance[] = [];
  for (const { position, yaw, index, shop, boutique, shallow } of bays) {
    shops.push({ module: 'facade', position, yaw, bay: index });
    if (!boutique) shops.push({ module: 'doors', position, yaw, bay: index });
    if (shallow) shops.push({ module: 'curtain', position, yaw, bay: index });
    else shops.push({ module: `shell:${shop}`, position, yaw, bay: index }, { module: `shop:${shop}`, position, yaw, bay: index });
  }
  return { bays, instances: [...shops, ...roofs(), ...ends(), ...furnishings()] };
}
