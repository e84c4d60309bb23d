// Colours of the place, linear RGB. Textures carry variation around one; these carry the colour.

import type { Colour } from './vector.ts';

export const kLime: Colour = [0.64, 0.535, 0.41];
export const kDressing: Colour = [0.76, 0.7, 0.6];
export const kPlinthStone: Colour = [0.055, 0.05, 0.048];
export const kBronze: Colour = [0.235, 0.155, 0.092];
export const kBrass: Colour = [0.8, 0.56, 0.28];
export const kSteel: Colour = [0.16, 0.13, 0.1];
export const kOak: Colour = [0.36, 0.25, 0.155];
export const kBenchOak: Colour = [0.46, 0.29, 0.16];
export const kPlanter: Colour = [0.5, 0.45, 0.38];
export const kTravertine: Colour = [0.66, 0.58, 0.48];
export const kPaleTravertine: Colour = [0.7, 0.66, 0.6];
export const kCurtain: Colour = [0.5, 0.42, 0.32];
export const kBark: Colour = [0.16, 0.115, 0.075];
export const kSoil: Colour = [0.035, 0.025, 0.018];
export const kTerracotta: Colour = [0.33, 0.185, 0.125];
export const kGreen: Colour = [0.1, 0.16, 0.13];
export const kShopWall: Colour = [0.62, 0.56, 0.49];

/** What shines; values above one feed the bloom. */
export const kLanternGlow: Colour = [3.2, 2.3, 1.35];
export const kLedGlow: Colour = [6, 4.6, 3.1];
export const kShelfGlow: Colour = [4.5, 3.3, 2.0];
export const kSpotGlow: Colour = [8, 6.2, 4.2];

/** Cloth and leather of the decorative goods. */
export const kGoodsColours: readonly Colour[] = [
  [0.62, 0.56, 0.46],
  [0.05, 0.06, 0.095],
  [0.24, 0.135, 0.08],
  [0.72, 0.69, 0.62],
  [0.1, 0.125, 0.09],
  [0.045, 0.043, 0.045],
  [0.45, 0.33, 0.22],
  [0.17, 0.05, 0.045],
];

export const shade = (c: Colour, k: number): Colour => [c[0] * k, c[1] * k, c[2] * k];
