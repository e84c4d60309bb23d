// Shops by kind.

import type { Detail } from '../geometry/mesh.ts';
import { fitLeather, fitWardrobe } from './closed.ts';
import { fitFashion } from './fashion.ts';
import type { ShopKind } from './fit.ts';
import { ShopFit } from './fit.ts';
import { fitFurniture } from './furniture.ts';
import { innerFront } from './shell.ts';
import { kShopSpecs } from './specs.ts';

const kFitters: Readonly<Record<ShopKind, (fit: ShopFit) => void>> = {
  fashion: fitFashion,
  furniture: fitFurniture,
  wardrobe: fitWardrobe,
  leather: fitLeather,
};

/** Seeds of the decorative goods: chosen once, by eye. */
const kSeeds: Readonly<Record<ShopKind, number>> = { fashion: 7, furniture: 69, wardrobe: 11, leather: 38 };

/** Fits out a shop of this kind; pure, so colliders and displays are the same at every detail. */
export function fitShop(kind: ShopKind, detail: Detail = 'near'): ShopFit {
  const fit = new ShopFit(kShopSpecs[kind], detail, kSeeds[kind]);
  innerFront(fit.mesh, fit.spec);
  kFitters[kind](fit);
  return fit;
}
