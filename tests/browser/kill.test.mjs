// The server killed again and again in a house of its own: KILLS=50 node --test tests/browser/kill.test.mjs
import { after, before } from "node:test";
import { killTheServer } from "./kill.mjs";
import { startHouse } from "./support/house.mjs";

let house;
before(async () => {
  house = await startHouse("kill");
}, { timeout: 900_000 });
after(() => house?.stop());

killTheServer(() => house);
