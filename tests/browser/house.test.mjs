// The whole house in one run: tools/run starts it once on an empty data folder, and people walk, buy and agree in real
// browsers; at last it is killed in the middle of purchases and started again. Filling the mall takes a while, so all of
// them share one house.
import { after, before } from "node:test";
import { agreeAndTakeItBack } from "./agree.mjs";
import { buyThings } from "./buy.mjs";
import { feelTheStalls } from "./feel.mjs";
import { killTheHouse } from "./kill.mjs";
import { startAgain } from "./memory.mjs";
import { startHouse } from "./support/house.mjs";
import { talkToEachOther } from "./voice.mjs";
import { talkTogether } from "./talk.mjs";
import { walkTogether } from "./walk.mjs";

let house;
before(async () => {
  house = await startHouse("house");
}, { timeout: 900_000 });
after(() => house?.stop());

walkTogether(() => house);
talkToEachOther(() => house);
talkTogether(() => house);
feelTheStalls(() => house);
buyThings(() => house);
agreeAndTakeItBack(() => house);
killTheHouse(() => house);
startAgain(() => house);
