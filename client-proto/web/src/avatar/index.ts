// Avatars: everybody in the mall (Crowd) and the figures on displays (mannequin). Both take the place's light through Place.adopt.

export { Crowd } from './crowd.ts';
export type { AvatarPlace } from './crowd.ts';
export { mannequin } from './mannequin.ts';
export type { DisplayGarment } from './mannequin.ts';
export type { Look } from './person.ts';
export type { Sighting } from './gait.ts';
export type { WornGarment } from './outfit.ts';
export { skinTints } from './tints.ts';
