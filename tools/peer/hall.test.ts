// The scenario and the arithmetic, without a network.
import assert from "node:assert/strict";
import { test } from "node:test";
import { percentile, wireBytes } from "./figures.ts";
import { Floor, Wanderer, dice, enter_m, exit_m, side_m, walk, type Place } from "./hall.ts";

const distance_m = (a: Place, b: Place): number => Math.hypot(a.x_m - b.x_m, a.z_m - b.z_m);

test("by looking again and again one sees whom a comparison with everybody would find", () => {
  const roll = dice(7);
  const crowd = Array.from({ length: 200 }, (_, index) => ({
    x_m: roll() * side_m, z_m: roll() * side_m, wanderer: new Wanderer(index), seen: new Set<Place>(),
  }));
  const floor = new Floor<Place>();
  let kept = 0;
  for (let look = 0; look < 60; look += 1) {
    for (const one of crowd) walk(one, one.wanderer.wish(look * 0.25), 0.25);
    floor.fill(crowd);
    for (const one of crowd) {
      const before = new Set(one.seen);
      const { entering, leaving } = floor.look(one, one.seen);
      for (const other of entering) one.seen.add(other);
      for (const other of leaving) one.seen.delete(other);
      const limit_m = (other: Place): number => (before.has(other) ? exit_m : enter_m);
      const expected = crowd.filter((other) => distance_m(one, other) <= limit_m(other));
      assert.equal(one.seen.size, expected.length);
      assert.ok(expected.every((other) => one.seen.has(other)));
      kept += [...one.seen].filter((other) => distance_m(one, other) > enter_m).length;
    }
  }
  assert.ok(kept > 0, "nobody was ever kept between the two radii");
});

test("wanderers keep to the hall, to their speeds and to their seed", () => {
  const who: Place = { x_m: side_m - 1, z_m: side_m / 2 };
  const [wanderer, twin] = [new Wanderer(3), new Wanderer(3)];
  const speeds_mps = new Set<number>();
  for (let step = 0; step < 20_000; step += 1) {
    const wish = wanderer.wish(step / 20);
    assert.deepEqual(wish, twin.wish(step / 20));
    const before = { ...who };
    walk(who, wish, 1 / 20);
    assert.ok(who.x_m >= 0 && who.x_m <= side_m && who.z_m >= 0 && who.z_m <= side_m);
    const atWall = [who.x_m, who.z_m].some((value) => value === 0 || value === side_m);
    if (!atWall) speeds_mps.add(Math.round(distance_m(before, who) * 20 * 1000) / 1000);
  }
  assert.deepEqual([...speeds_mps].sort(), [2, 4.2]);
});

test("figures: a percentile is a value that was measured, and a message pays for its frame and packets", () => {
  assert.equal(percentile([3, 1, 2, 4], 0.5), 2);
  assert.equal(percentile([3, 1, 2, 4], 0.99), 4);
  assert.equal(wireBytes(125), 125 + 2 + 52);
  assert.equal(wireBytes(126), 126 + 4 + 52);
  assert.equal(wireBytes(1444), 1444 + 4 + 52);
  assert.equal(wireBytes(1445), 1445 + 4 + 2 * 52);
});
