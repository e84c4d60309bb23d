// The peer's server: one Colyseus room that simulates the hall at 20 Hz and shows each client those near it by a StateView.
//
//     NODE_ENV=production node tools/peer/server.ts --fields 16bit
//
// Prints "ready ADDRESS" and serves until SIGTERM. Colyseus is used as its documentation says: declared inputs, a timestep,
// a patch at its end, `view.add` and `view.remove` by distance. Whom a client sees is looked up four times a second, a fifth
// of the clients in each tick, by a grid.
import { fileURLToPath } from "node:url";
import { Room, Server, matchMaker, type Client } from "@colyseus/core";
import { Encoder, StateView, type SchemaType } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { readOptions } from "../node/lib/options.ts";
import { Floor, dice, side_m, walk, type Place, type Wish } from "./hall.ts";
import { Input, fieldsOf, formOf, roomName, type Avatar, type Fields, type HallState } from "./state.ts";

export const tick_ms = 50;
const look_ticks = 5;
/** All patches of a tick are written behind each other; what does not fit is written again into a larger buffer. */
const encoder_bytes_max = 16 * 1024 * 1024;

export interface Shopper extends Place {
  readonly avatar: Avatar;
  readonly view: StateView;
  readonly seen: Set<Shopper>;
  wish(): Wish | undefined;
}

/** What a tick cost since the last answer; times are of this process's wall clock. */
export interface Window {
  readonly elapsed_ms: number;
  readonly tick_ms: readonly number[];
  /** When the room's clock, which stamps every patch, stood at zero. */
  readonly zero_ms: number;
}

export interface HallOptions {
  readonly fields: Fields;
  readonly seed: number;
}

export class Hall extends Room<{ state: HallState; input: SchemaType<typeof Input> }> {
  override inputs = this.defineInput(Input, { bufferMaxSize: 0 });
  override autoDispose = false;
  override messages = { window: (): Window => this.#takeWindow() };
  readonly shoppers = new Map<string, Shopper>();
  readonly #floor = new Floor<Shopper>();
  #form = formOf("16bit");
  #roll = dice(0);
  #ticks = 0;
  #since_ms = performance.now();
  #ticks_ms: number[] = [];

  override onCreate(options: HallOptions): void {
    this.#form = formOf(options.fields);
    this.#roll = dice(options.seed);
    this.state = this.#form.newState();
    this.setTimestep((elapsed_ms) => this.#tick(elapsed_ms / 1000), tick_ms);
    // Colyseus' own timer for patches drifts against the simulation's, and what it sends is then up to a tick old.
    this.patchRate = null;
  }

  override onJoin(client: Client): void {
    const inputs = this.inputs.get(client.sessionId);
    const shopper: Shopper = {
      x_m: this.#roll() * side_m,
      z_m: this.#roll() * side_m,
      avatar: this.#form.newAvatar(),
      view: new StateView(),
      seen: new Set(),
      wish: () => inputs.latest,
    };
    this.#form.write(shopper.avatar, shopper, 0);
    this.state.avatars.set(client.sessionId, shopper.avatar);
    this.shoppers.set(client.sessionId, shopper);
    client.view = shopper.view;
    this.#floor.fill(this.shoppers.values());
    this.#look(shopper);
  }

  override onLeave(client: Client): void {
    const leaver = this.shoppers.get(client.sessionId);
    if (leaver === undefined) return;
    this.shoppers.delete(client.sessionId);
    for (const other of this.shoppers.values()) other.seen.delete(leaver);
    this.state.avatars.delete(client.sessionId);
    leaver.view.dispose();
  }

  #tick(step_s: number): void {
    const from_ms = performance.now();
    this.#simulate(step_s);
    this.broadcastPatch();
    this.#ticks_ms.push(performance.now() - from_ms);
  }

  #simulate(step_s: number): void {
    for (const shopper of this.shoppers.values()) {
      const wish = shopper.wish();
      if (wish === undefined) continue;
      walk(shopper, wish, step_s);
      this.#form.write(shopper.avatar, shopper, wish.heading);
    }
    this.#floor.fill(this.shoppers.values());
    let index = this.#ticks++;
    for (const shopper of this.shoppers.values()) if (index++ % look_ticks === 0) this.#look(shopper);
  }

  #look(shopper: Shopper): void {
    const { entering, leaving } = this.#floor.look(shopper, shopper.seen);
    for (const one of entering) {
      shopper.seen.add(one);
      shopper.view.add(one.avatar);
    }
    for (const one of leaving) {
      shopper.seen.delete(one);
      shopper.view.remove(one.avatar);
    }
  }

  #takeWindow(): Window {
    const now_ms = performance.now();
    const window: Window = {
      elapsed_ms: now_ms - this.#since_ms,
      tick_ms: this.#ticks_ms,
      zero_ms: this.clock.currentTime - this.clock.elapsedTime,
    };
    this.#since_ms = now_ms;
    this.#ticks_ms = [];
    return window;
  }
}

/** Serves one hall on a free port of this machine. */
export async function openHall(options: HallOptions): Promise<{ readonly address: string; readonly hall: Hall; close(): Promise<void> }> {
  Encoder.BUFFER_SIZE = encoder_bytes_max;
  const transport = new WebSocketTransport();
  const server = new Server({ transport, greet: false });
  server.define(roomName, Hall);
  await server.listen(0, "127.0.0.1");
  const { roomId } = await matchMaker.createRoom(roomName, options);
  const bound = transport.server?.address();
  if (bound === null || bound === undefined || typeof bound === "string") throw new Error("the server has no port");
  return {
    address: `127.0.0.1:${bound.port}`,
    hall: matchMaker.getLocalRoomById(roomId) as Hall,
    close: () => server.gracefullyShutdown(false),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = readOptions("server.ts [--fields 16bit|float]", { fields: "16bit" });
  const { address } = await openHall({ fields: fieldsOf(options.fields), seed: 1 });
  process.stdout.write(`ready ${address}\n`);
}
