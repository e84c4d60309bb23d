// One client of the peer: Colyseus' own SDK, a wanderer who sends inputs, and counters of what arrives. Every message is
// counted in bytes and dated by the stamp that Colyseus puts at its front; only a client that decodes also counts avatars.
import type { Client, InputHandle, Room } from "@colyseus/sdk";
import { wireBytes } from "./figures.ts";
import { Wanderer } from "./hall.ts";
import { roomName, type HallState } from "./state.ts";

/** First byte of a message, without its modifiers (Colyseus' Protocol.ts). */
const roomState = 14;
const roomStatePatch = 15;
/** Modifier: the room's clock in ms follows, as uint32, and the last input that was taken, as uint32. */
const timed = 0x80;
const modifiers = 0xc0;
const stamp_offset = 1;
const firstState_ms_max = 30_000;

export interface Counts {
  messages: number;
  payload_bytes: number;
  wire_bytes: number;
  /** Patches of one other avatar; of a client that decodes. */
  updates: number;
  /** How old the newest state was whenever an input was sent. */
  readonly ages_ms: number[];
  /** How many others were in view then; of a client that decodes. */
  readonly visible: number[];
}

export const nothing = (): Counts => ({ messages: 0, payload_bytes: 0, wire_bytes: 0, updates: 0, ages_ms: [], visible: [] });

export class Shopper {
  counts = nothing();
  lost: string | null = null;
  readonly room: Room<unknown, HallState>;
  readonly decodes: boolean;
  readonly #wanderer: Wanderer;
  readonly #input: InputHandle<{ heading: number; gait: number }>;
  #stamp_ms = 0;
  #arrived: () => void = () => undefined;

  private constructor(room: Room<unknown, HallState>, seed: number, decodes: boolean) {
    this.room = room;
    this.decodes = decodes;
    this.#wanderer = new Wanderer(seed);
    this.#input = room.input();
    room.onLeave((code, reason) => (this.lost ??= `left with ${code} ${reason ?? ""}`));
    // The SDK would come back under the same name, and a server that loses clients would look well.
    room.reconnection.enabled = false;
    const pass = room.connection.events.onmessage;
    room.connection.events.onmessage = (event: { readonly data: ArrayBuffer }) => {
      if (this.#count(event.data)) pass?.(event);
    };
    if (decodes) room.serializer.decoder.triggerChanges = (changes) => this.#countAvatars(changes);
  }

  /** Resolves when the first state is there. */
  static async join(sdk: Client, seed: number, decodes: boolean): Promise<Shopper> {
    // The state comes only after the SDK has confirmed the join, so that no message is missed here.
    const shopper = new Shopper(await sdk.join<HallState>(roomName), seed, decodes);
    await new Promise<void>((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error("no state arrived")), firstState_ms_max);
      shopper.#arrived = () => {
        clearTimeout(tooLate);
        resolve();
      };
    });
    return shopper;
  }

  /** `zero_ms` is when the room's clock stood at zero. Throws if the server has let this client go. */
  send(now_ms: number, zero_ms: number): void {
    if (this.lost !== null) throw new Error(`a client was lost: ${this.lost}`);
    const { heading, gait } = this.#wanderer.wish(now_ms / 1000);
    this.#input.data.heading = heading;
    this.#input.data.gait = gait;
    this.#input.send();
    this.counts.ages_ms.push(now_ms - zero_ms - this.#stamp_ms);
    if (this.decodes) this.counts.visible.push(this.room.state.avatars.size - 1);
  }

  /** True if the SDK shall see the message too. */
  #count(data: ArrayBuffer): boolean {
    this.counts.messages += 1;
    this.counts.payload_bytes += data.byteLength;
    this.counts.wire_bytes += wireBytes(data.byteLength);
    const bytes = new DataView(data);
    const first = bytes.getUint8(0);
    if ((first & timed) !== 0) this.#stamp_ms = bytes.getUint32(stamp_offset, true);
    const code = first & ~modifiers;
    if (code === roomState) this.#arrived();
    return this.decodes || code !== roomStatePatch;
  }

  #countAvatars(changes: readonly { readonly ref: object; readonly field?: string }[]): void {
    const own = this.room.state.avatars.get(this.room.sessionId);
    const touched = new Set<object>();
    for (const { ref, field } of changes) if (field !== undefined && ref !== this.room.state && ref !== own) touched.add(ref);
    this.counts.updates += touched.size;
  }
}
