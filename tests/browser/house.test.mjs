// The whole house in one run: tools/run starts it once on an empty data folder, and people walk and
// buy in real browsers. Filling the mall takes a while, so all of them share one house.
import { after, before } from "node:test";
import { buyThings } from "./buy.mjs";
import { startHouse } from "./support/house.mjs";
import { walkTogether } from "./walk.mjs";

let house;
before(async () => {
  house = await startHouse("house");
}, { timeout: 900_000 });
after(() => house?.stop());

walkTogether(() => house);
buyThings(() => house);
