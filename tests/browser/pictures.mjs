// Takes the pictures of a visit, at the desktop's and a phone's size, into build/pictures: arrival, both boutiques, a piece
// open, tried on, checkout, certificate, "For you", "Who knows what". To be looked at by people; nothing is asserted but that
// each scene was reached.
//
//     node_modules/.bin/node tests/browser/pictures.mjs [URL]      of a running house; without one it starts its own
import { DESKTOP, openBrowser, openWindow, OUTER, PHONE, picture, probe, probeUntil, productId } from "./support/browser.mjs";
import { startHouse } from "./support/house.mjs";
import { payByCard } from "./support/shopping.mjs";

// Software draws a desktop's picture in seconds, and a page waits for its pictures.
const SCENE_MS_MAX = 600_000;
const REST_MS = 4_000;

async function comeIn(browser, house, size, quality, name, options = {}) {
  const { context, page } = await openWindow(browser, size, { painted: true, ...options });
  page.setDefaultTimeout(SCENE_MS_MAX);
  await page.goto(`${house.url}/?quality=${quality}`);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Walk in" }).click();
  await probeUntil(page, `${name} has joined`, (now) => now.joined && now.position !== null && now.goods.ready === now.goods.total, SCENE_MS_MAX);
  return { context, page };
}

/** Lets doors, light and figures come to rest before the picture. */
async function take(page, name) {
  await page.waitForTimeout(REST_MS);
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== "running"), undefined, { timeout: SCENE_MS_MAX });
  await picture(page, name, SCENE_MS_MAX);
  console.log(`build/pictures/${name}.png`);
}

async function goTo(page, piece, slug) {
  await page.getByRole("button", { name: "Directory" }).click();
  await page.getByRole("button", { name: `Take me to ${piece}` }).first().click();
  await page.getByText(/^Here we are/).first().waitFor();
  const id = await productId(page, slug);
  await probeUntil(page, `standing before ${piece}`, (now) => now.near === id, SCENE_MS_MAX);
}

async function closePanel(page) {
  while ((await probe(page)).panel !== null) {
    await page.keyboard.press("Escape");
    await page.waitForTimeout(500);
  }
}

async function desktopVisit(browser, house) {
  const { context, page } = await comeIn(browser, house, DESKTOP, "desktop", "Mira");
  await take(page, "arrival");
  await goTo(page, "Aldine sofa", "aldine-sofa");
  await take(page, "boutique-furniture");
  await goTo(page, "Single-breasted jacket", "jacket");
  await take(page, "boutique-fashion");
  await page.keyboard.press("e");
  await probeUntil(page, "the piece is open", (now) => now.panel === "piece", SCENE_MS_MAX);
  await take(page, "product-open");
  await page.getByRole("button", { name: "Try on" }).click();
  await probeUntil(page, "it is worn", (now) => now.outfit[OUTER] !== 0, SCENE_MS_MAX);
  await take(page, "try-on");
  await page.getByRole("button", { name: /^Buy ·/ }).click();
  await page.getByRole("button", { name: "Choose how to pay" }).click();
  await page.getByLabel(/^Note this purchase/).check();
  await take(page, "checkout");
  await payByCard(page, "mira@example.org");
  await page.locator("[data-test=certificate]").first().waitFor();
  await take(page, "certificate");
  await page.getByRole("button", { name: "See what goes with it" }).click();
  await page.getByText(/^Because you have/).first().waitFor();
  await take(page, "for-you");
  await closePanel(page);
  await page.getByRole("button", { name: "My things" }).click();
  await page.getByRole("button", { name: /Who knows what/ }).click();
  await page.getByRole("button", { name: "Stop sharing" }).waitFor();
  await take(page, "who-knows-what");
  await context.close();
}

async function phoneVisit(browser, house) {
  const { context, page } = await comeIn(browser, house, PHONE, "phone", "Jo", { hasTouch: true, isMobile: true });
  await take(page, "phone-arrival");
  await page.getByRole("button", { name: "For you" }).click();
  await page.getByText(/modest price/).first().waitFor();
  await take(page, "phone-for-you");
  await closePanel(page);
  await page.getByRole("button", { name: "Directory" }).click();
  await take(page, "phone-directory");
  await page.getByRole("button", { name: "Look at Osaka chair" }).first().click();
  await take(page, "phone-product");
  await closePanel(page);
  await page.getByRole("button", { name: "Directory" }).click();
  await page.getByRole("button", { name: "Look at Single-breasted jacket" }).first().click();
  await take(page, "phone-garment");
  await page.getByRole("button", { name: /^Buy ·/ }).click();
  await page.getByRole("button", { name: "Choose how to pay" }).click();
  await take(page, "phone-checkout");
  await context.close();
}

const given = process.argv[2];
const house = given === undefined ? await startHouse("pictures") : { url: given, stop: async () => {} };
const browser = await openBrowser();
try {
  await desktopVisit(browser, house);
  await phoneVisit(browser, house);
} finally {
  await browser.close();
  await house.stop();
}
