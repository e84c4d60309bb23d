// The four kinds of shop as a retailer would order them.

import { kGreen, kShopWall, kTerracotta } from '../geometry/palette.ts';
import type { Colour } from '../geometry/vector.ts';
import type { ShopKind, ShopSpec } from './fit.ts';

const kWarmLamp: Colour = [1, 0.8, 0.58];
const kCalmLamp: Colour = [1, 0.84, 0.66];

const kStandard = { width: 5.8, depth: 6.85, height: 5.8, floor: [1, 1, 1] as Colour, lamp: kWarmLamp };

export const kShopSpecs: Readonly<Record<ShopKind, ShopSpec>> = {
  fashion: { ...kStandard, kind: 'fashion', wall: kShopWall, accent: kTerracotta },
  furniture: { ...kStandard, kind: 'furniture', depth: 11, wall: [0.6, 0.56, 0.49], accent: [0.25, 0.27, 0.22], floor: [1.12, 1.1, 1.05], lamp: kCalmLamp },
  wardrobe: { ...kStandard, kind: 'wardrobe', wall: kShopWall, accent: kTerracotta },
  leather: { ...kStandard, kind: 'leather', wall: [0.6, 0.53, 0.44], accent: kGreen },
};
