// The peer's server and clients as they are measured, with real sockets, in small.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, type Room } from "@colyseus/sdk";
import { Shopper } from "./client.ts";
import { mean } from "./figures.ts";
import { dice, enter_m, exit_m, headings, type Place } from "./hall.ts";
import { openHall, tick_ms, type Hall } from "./server.ts";
import { formOf, roomName, type Fields, type HallState } from "./state.ts";

const distance_m = (a: Place, b: Place): number => Math.hypot(a.x_m - b.x_m, a.z_m - b.z_m);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const settle_ms = 600;
const clients = 40;

/** Whom this client must, and may, have in view; and where it says they are. */
function checkView(room: Room<unknown, HallState>, shoppers: Hall["shoppers"], read: ReturnType<typeof formOf>["read"], limit_m: number): number {
  const own = shoppers.get(room.sessionId);
  assert.ok(own !== undefined);
  for (const [id, other] of shoppers) {
    const avatar = room.state.avatars.get(id);
    const apart_m = distance_m(own, other);
    if (apart_m <= enter_m) assert.ok(avatar !== undefined, `misses one ${apart_m} m away`);
    if (apart_m > limit_m) assert.equal(avatar, undefined, `sees one ${apart_m} m away`);
    if (avatar !== undefined) assert.ok(distance_m(read(avatar), other) < 0.002, "shows one elsewhere");
  }
  return room.state.avatars.size;
}

for (const fields of ["16bit", "float"] satisfies Fields[]) {
  test(`Colyseus shows each client exactly those near it, before and after walking (${fields})`, async () => {
    const { address, hall, close } = await openHall({ fields, seed: 5 });
    try {
      const sdk = new Client(`ws://${address}`);
      const rooms: Room<unknown, HallState>[] = [];
      for (let i = 0; i < clients; i += 1) rooms.push(await sdk.join<HallState>(roomName));
      const { read } = formOf(fields);
      await sleep(settle_ms);
      // Nobody has moved, so nobody is between the two radii by having been nearer.
      const sizes = rooms.map((room) => checkView(room, hall.shoppers, read, enter_m));
      assert.ok(Math.max(...sizes) > 1 && Math.min(...sizes) < clients);

      const before = [...hall.shoppers.values()].map(({ x_m, z_m }) => ({ x_m, z_m }));
      const roll = dice(9);
      const send = (gait: number): void => rooms.forEach((room) => {
        const input = room.input<{ heading: number; gait: number }>();
        input.data.heading = Math.floor(roll() * headings);
        input.data.gait = gait;
        input.send();
      });
      send(2);
      await sleep(2_000);
      send(0);
      await sleep(settle_ms);
      const moved = [...hall.shoppers.values()].filter((now, index) => distance_m(now, before[index] as Place) > 5);
      assert.ok(moved.length > clients / 2);
      for (const room of rooms) checkView(room, hall.shoppers, read, exit_m);

      const [leaver, ...others] = rooms;
      await leaver?.leave();
      await sleep(settle_ms);
      assert.equal(hall.shoppers.size, clients - 1);
      for (const room of others) {
        checkView(room, hall.shoppers, read, exit_m);
        assert.ok(!room.state.avatars.has(leaver?.sessionId ?? ""));
      }
    } finally {
      await close();
    }
  });
}

test("a client counts one update for each other avatar in view and each patch, and dates what it has", async () => {
  const { address, hall, close } = await openHall({ fields: "16bit", seed: 5 });
  try {
    const sdk = new Client(`ws://${address}`);
    const shoppers = await Promise.all(Array.from({ length: clients }, (_, index) => Shopper.join(sdk, index, true)));
    const zero_ms = hall.clock.currentTime - hall.clock.elapsedTime;
    const ticks = 60;
    for (let tick = 0; tick < ticks; tick += 1) {
      for (const shopper of shoppers) shopper.send(Date.now(), zero_ms);
      await sleep(tick_ms);
    }
    for (const { counts, lost } of shoppers) {
      assert.equal(lost, null);
      assert.ok(counts.messages > ticks * 0.8 && counts.messages < ticks * 1.5, `${counts.messages} messages`);
      assert.ok(mean(counts.ages_ms) > 0 && mean(counts.ages_ms) < 5 * tick_ms, `${mean(counts.ages_ms)} ms old`);
    }
    // Whoever pushes into a corner is not sent, and the first patches show nobody moving: nearly all, never more than all.
    const inView = mean(shoppers.map(({ counts }) => mean(counts.visible) * counts.messages));
    const updates = mean(shoppers.map(({ counts }) => counts.updates));
    assert.ok(inView > ticks && updates > 0.85 * inView && updates < 1.05 * inView, `${updates} updates of ${inView}`);
  } finally {
    await close();
  }
});
