// `window.galleria`, a read-only window into the page for browser tests:
//
//     joined      true while the visit is on
//     status      "idle" | "connecting" | "joined" | "stalled" | "waiting" | "ended"
//     position    own [x, y, z] in metres, or null before the first picture
//     yaw         where the own figure faces, radians
//     camera      eye [x, y, z] of the camera
//     others      [{ id, name, staff, keepsOrder, position, outfit, screen }], everybody else in view; outfit: variant id per slot, 0 nothing;
//                 screen: where in the window the chest is, px, or null when it is not in the picture
//     outfit      own outfit, variant id per slot
//     fps         pictures drawn in the last second
//     draws, triangles   of the last picture
//     panel       the open page ("piece", "buy", "directory", "things", "forYou", "known", "login") or null
//     goods       { ready, total } pieces on their displays
//     near        id of the product whose card is shown, or null
//     shutters    how far down each boutique's shutters are, in the order of the mall: 0 open, 1 closed
//     statistics  round trip, snapshots, bytes received, wrong predictions
//     voice       what is switched on, frames sent and heard, energy of the loudest heard, who is heard now
//
// Every read answers for this moment; nothing can be set.
import type { Statistics } from "../net/brain.ts";
import type { VoiceProbe } from "../voice/index.ts";

export interface Probe {
  readonly joined: boolean;
  readonly status: string;
  readonly position: readonly [number, number, number] | null;
  readonly yaw: number;
  readonly camera: readonly [number, number, number];
  readonly others: readonly { id: number; name: string; staff: boolean; keepsOrder: boolean; position: readonly [number, number, number]; outfit: readonly number[]; screen: readonly [number, number] | null }[];
  readonly outfit: readonly number[];
  readonly fps: number;
  readonly draws: number;
  readonly triangles: number;
  readonly panel: string | null;
  readonly goods: { readonly ready: number; readonly total: number };
  readonly near: number | null;
  readonly shutters: readonly number[];
  readonly statistics: Statistics | null;
  readonly voice: VoiceProbe;
}

type Readers = { readonly [K in keyof Probe]: () => Probe[K] };

export function installProbe(readers: Readers): void {
  const probe = {};
  for (const [name, read] of Object.entries(readers)) Object.defineProperty(probe, name, { get: read, enumerable: true });
  Object.defineProperty(window, "galleria", { value: Object.freeze(probe), configurable: true });
}
