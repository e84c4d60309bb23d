// Where the head of somebody is: the one place that knows how much lower it is of who sits. Everything that hangs over people, comes
// from their mouths or asks who is under the pointer goes by this.
import { sittingDrop_m } from './sitting.ts';

interface At {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}
export type Posed = At & { readonly seated: boolean };

/** Above the feet of who stands: mouth and ears, the top of the head, and what hangs over it from the name upwards. */
export const mouth_m = 1.6;
export const top_m = 1.85;
export const name_m = 1.98;
export const words_m = 2.02;
export const voice_m = 2.16;
/** From the seat's surface down to the feet. */
const shins_m = 0.5;

/** Where the feet would be of somebody standing with the head of who sits, here by a share from 0 to 1. */
export function underTheHead<T extends Posed>(pose: T, share = pose.seated ? 1 : 0): T {
  return { ...pose, y: pose.y - sittingDrop_m * share };
}

export function overFeet(pose: Posed, height_m: number): At {
  const { x, y, z } = underTheHead(pose);
  return { x, y: y + height_m, z };
}

/** From where to where a figure reaches, in metres above the ground. */
export function extent(pose: Posed): { readonly low_m: number; readonly high_m: number } {
  return { low_m: pose.seated ? pose.y - shins_m : pose.y, high_m: underTheHead(pose).y + top_m };
}
