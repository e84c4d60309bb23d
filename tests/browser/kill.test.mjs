// The house killed again and again, and started again, in a data folder of its own:
//   KILLS=50 SEED=1 node_modules/.bin/node --test tests/browser/kill.test.mjs
import { after, before } from "node:test";
import { killTheHouse } from "./kill.mjs";
import { startAgain } from "./memory.mjs";
import { startHouse } from "./support/house.mjs";

let house;
before(async () => {
  house = await startHouse("kill");
}, { timeout: 900_000 });
after(() => house?.stop());

killTheHouse(() => house);
startAgain(() => house);
