// What shoppers do on the page, step by step, as the browser tests need it.
const STEP_MS_MAX = 120_000;
const MAIL_MS_MAX = 30_000;

/** The shops as a list: everything but walking and trying on, without drawing the mall. */
export async function visitList(window, house) {
  const { page } = window;
  page.setDefaultTimeout(STEP_MS_MAX);
  await page.goto(`${house.url}/?quality=low`);
  await page.getByRole("button", { name: "Show the shops as a list" }).click();
  return page;
}

export async function chooseHowToPay(page, piece) {
  await page.getByRole("button", { name: `Look at ${piece}` }).first().click();
  await page.getByRole("button", { name: /^Buy ·/ }).click();
  await page.getByRole("button", { name: "Choose how to pay" }).click();
}

export async function payByCard(page, email) {
  await page.getByLabel(/E-mail for/).fill(email);
  const opening = page.waitForEvent("popup");
  await page.getByRole("button", { name: /Go to payment/ }).click();
  const pay = await opening;
  await pay.waitForURL(/\/pay\//);
  await pay.getByLabel("Card number").fill("4242 4242 4242 4242");
  await pay.getByLabel(/Expires/).fill("12/34");
  await pay.getByLabel("Security code").fill("123");
  await pay.getByRole("button", { name: /^Pay/ }).click();
}

/** The code in the newest mail to the address, as soon as it has come: the shop sends it after it has answered the page. */
export async function mailedCode(house, email) {
  const end = Date.now() + MAIL_MS_MAX;
  for (;;) {
    const { mails } = await (await fetch(`${house.mail}/api/mails?to=${email}`)).json();
    const code = /\b\d{6}\b/.exec(mails[0]?.text ?? "");
    if (code !== null) return code[0];
    if (Date.now() > end) throw new Error(`no code was mailed to ${email} in ${MAIL_MS_MAX} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
