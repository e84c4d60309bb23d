// What is drawn of an outfit. Every mesh says which of its triangles which cover hides; a garment's `hides` names covers (the jacket
// hides what lies well inside of a jacket) and slots (a dress hides the trousers).

export const slotNames = ['head', 'top', 'outer', 'legs', 'feet'] as const;
export const slotCount = slotNames.length;
export const feetSlot = 4;

export interface WornGarment {
  readonly models: readonly string[];
  readonly colour: string | null;
  readonly hides: readonly string[];
}

/** One garment or nothing per slot. */
export type Outfit = readonly (WornGarment | null)[];

/** A run of indices that the covers in `mask` hide, all or none. */
export interface HiddenRange {
  readonly mask: number;
  readonly first: number;
  readonly count: number;
}

/** The slots whose garment is drawn: worn, and not hidden by another garment that is drawn. */
export function drawnSlots(outfit: Outfit): number[] {
  const hidden = new Set<string>();
  for (const garment of outfit) for (const name of garment?.hides ?? []) hidden.add(name);
  const drawn: number[] = [];
  outfit.forEach((garment, slot) => {
    if (garment !== null && !hidden.has(slotNames[slot] ?? '')) drawn.push(slot);
  });
  return drawn;
}

/** All covers that the drawn garments bring. */
export function coversOf(outfit: Outfit): Set<string> {
  const covers = new Set<string>();
  for (const slot of drawnSlots(outfit)) for (const name of outfit[slot]?.hides ?? []) covers.add(name);
  return covers;
}

/** The bits of a mesh's covers that are worn. */
export function maskOf(meshCovers: readonly string[], worn: ReadonlySet<string>): number {
  let mask = 0;
  meshCovers.forEach((name, bit) => {
    if (worn.has(name)) mask |= 1 << bit;
  });
  return mask;
}

/** The indices of all triangles that none of the worn covers hides. */
export function visibleIndices(indices: ArrayLike<number>, ranges: readonly HiddenRange[], worn: number): Uint32Array {
  const kept = ranges.filter((range) => (range.mask & worn) === 0);
  const out = new Uint32Array(kept.reduce((sum, range) => sum + range.count, 0));
  let at = 0;
  for (const { first, count } of kept) for (let i = 0; i < count; i++) out[at++] = indices[first + i]!;
  return out;
}

/** Equal for outfits that are drawn with the same triangles; colours do not matter. */
export function outfitKey(outfit: Outfit): string {
  return drawnSlots(outfit)
    .map((slot) => `${slot}:${outfit[slot]?.models.join(',') ?? ''}`)
    .concat([...coversOf(outfit)].sort())
    .join('|');
}
