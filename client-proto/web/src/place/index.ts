// The place: see place.ts.
export { createPlace } from './place.ts';
export type { Place, PlaceFigures, PlaceMall, PlaceOptions } from './place.ts';
export type { Quality } from './render/quality.ts';
