// Every module of the place at each of its levels of detail, made once and shared. The order of the keys, and of the parts within
// a mesh, is the order of the baked light.

import type { Detail, MaterialName, Mesh } from './geometry/mesh.ts';
import { kAtlasMaterials, kUnlitMaterials } from './geometry/mesh.ts';
import { chamfer, spandrel } from './hall/crossing.ts';
import { curtain, doors } from './hall/doors.ts';
import { endWall, street } from './hall/ends.ts';
import { facade } from './hall/facade.ts';
import { bench, kiosk, tree } from './hall/nature.ts';
import { chandelier, dome, vault } from './hall/roofs.ts';
import type { ModuleName } from './layout.ts';
import type { ShopKind } from './shops/fit.ts';
import { fitShop } from './shops/index.ts';
import { shopShell } from './shops/shell.ts';
import { kShopSpecs } from './shops/specs.ts';

interface Recipe {
  /** Levels from the nearest to the farthest. */
  readonly details: readonly Detail[];
  readonly make: (detail: Detail) => Mesh;
}

const single = (make: () => Mesh): Recipe => ({ details: ['near'], make });

/** Seen across the hall and through glass: matt things need one material. */
const matt = (name: MaterialName): MaterialName => (name === 'wood' || name === 'leather' || name === 'travertine' ? 'cloth' : name);
const shop = (kind: ShopKind, detail: Detail): Mesh => {
  const { mesh } = fitShop(kind, detail);
  return detail === 'far' ? mesh.merged(matt) : mesh;
};
const planted = (detail: Detail): Mesh => tree(detail).merged((name) => (detail === 'far' ? 'leaf' : name === 'cloth' ? 'bark' : name));

export const kRecipes: Readonly<Record<ModuleName, Recipe>> = {
  facade: { details: ['near', 'far'], make: facade },
  doors: single(doors),
  curtain: single(curtain),
  vault: single(vault),
  chandelier: single(chandelier),
  endWall: single(endWall),
  street: single(street),
  chamfer: single(chamfer),
  spandrel: single(spandrel),
  dome: single(dome),
  kiosk: single(kiosk),
  tree: { details: ['near', 'far'], make: planted },
  bench: single(bench),
  'shell:fashion': single(() => shopShell(kShopSpecs.fashion)),
  'shell:furniture': single(() => shopShell(kShopSpecs.furniture)),
  'shell:wardrobe': single(() => shopShell(kShopSpecs.wardrobe)),
  'shell:leather': single(() => shopShell(kShopSpecs.leather)),
  'shop:fashion': { details: ['close', 'far'], make: (detail) => shop('fashion', detail) },
  'shop:furniture': { details: ['close', 'far'], make: (detail) => shop('furniture', detail) },
  'shop:wardrobe': { details: ['near', 'far'], make: (detail) => shop('wardrobe', detail) },
  'shop:leather': { details: ['near', 'far'], make: (detail) => shop('leather', detail) },
};

const meshes = new Map<string, Mesh>();

export function moduleMesh(name: ModuleName, detail: Detail): Mesh {
  const key = `${name}/${detail}`;
  let mesh = meshes.get(key);
  if (!mesh) {
    mesh = kRecipes[name].make(detail);
    meshes.set(key, mesh);
  }
  return mesh;
}

/** The parts whose vertices carry baked light, in the bake's order. */
export function litParts(mesh: Mesh): MaterialName[] {
  return [...mesh.parts.keys()].filter((name) => !kUnlitMaterials.has(name) && !kAtlasMaterials.has(name));
}
