// The bench's scenario without any network: a hall in which everybody wanders, and who sees whom. Positions are metres from
// a corner of the hall; headings are 1/256 of a turn, counter-clockwise seen from above, 0 along +z. Nothing here reads a
// clock or rolls a die of its own.

export const side_m = 100;
/** Whoever comes nearer than this is seen... */
export const enter_m = 25;
/** ...until further away than this, so that nobody flickers at the edge. */
export const exit_m = 26;
export const headings = 256;
/** Speed of each gait: who stands, walks, runs. */
export const gaits_mps: readonly number[] = [0, 2, 4.2];

const cell_m = 12.5;
const cells = Math.ceil(side_m / cell_m);
const turn_s_min = 1;
const turn_s_max = 4;
const oneRunnerIn = 4;

export interface Place {
  x_m: number;
  z_m: number;
}

export interface Wish {
  readonly heading: number;
  /** Which of `gaits_mps`. */
  readonly gait: number;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Walks or runs straight on for some seconds, then elsewhere. */
export class Wanderer {
  readonly #roll: () => number;
  #until_s = -Infinity;
  #wish: Wish = { heading: 0, gait: 0 };

  constructor(seed: number) {
    this.#roll = dice(seed);
  }

  wish(now_s: number): Wish {
    if (now_s >= this.#until_s) {
      this.#until_s = now_s + turn_s_min + this.#roll() * (turn_s_max - turn_s_min);
      this.#wish = { heading: Math.floor(this.#roll() * headings), gait: this.#roll() * oneRunnerIn < 1 ? 2 : 1 };
    }
    return this.#wish;
  }
}

const clamp = (value_m: number): number => Math.min(side_m, Math.max(0, value_m));

export function walk(who: Place, wish: Wish, step_s: number): void {
  const angle = (wish.heading / headings) * 2 * Math.PI;
  const length_m = (gaits_mps[wish.gait] ?? 0) * step_s;
  who.x_m = clamp(who.x_m + Math.sin(angle) * length_m);
  who.z_m = clamp(who.z_m + Math.cos(angle) * length_m);
}

const cellOf = (value_m: number): number => Math.min(cells - 1, Math.max(0, Math.floor(value_m / cell_m)));
const distance2_m2 = (a: Place, b: Place): number => (a.x_m - b.x_m) ** 2 + (a.z_m - b.z_m) ** 2;

/** Who stands in which square of the floor, so that nobody is compared with the whole hall. */
export class Floor<T extends Place> {
  readonly #squares: T[][] = Array.from({ length: cells * cells }, () => []);

  fill(everybody: Iterable<T>): void {
    for (const square of this.#squares) square.length = 0;
    for (const one of everybody) this.#squares[cellOf(one.x_m) * cells + cellOf(one.z_m)]?.push(one);
  }

  /** Who comes into the view of `eye` and who leaves it, when `seen` are in it; `eye` sees itself. */
  look(eye: Place, seen: ReadonlySet<T>): { readonly entering: T[]; readonly leaving: T[] } {
    const entering: T[] = [];
    const leaving: T[] = [];
    for (let i = cellOf(eye.x_m - enter_m); i <= cellOf(eye.x_m + enter_m); i += 1) {
      for (let j = cellOf(eye.z_m - enter_m); j <= cellOf(eye.z_m + enter_m); j += 1) {
        for (const one of this.#squares[i * cells + j] ?? []) {
          if (distance2_m2(eye, one) <= enter_m ** 2 && !seen.has(one)) entering.push(one);
        }
      }
    }
    for (const one of seen) if (distance2_m2(eye, one) > exit_m ** 2) leaving.push(one);
    return { entering, leaving };
  }
}
