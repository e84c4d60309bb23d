// The first code that runs. The small window that comes back from the payment provider closes itself; the mall beside it
// follows the order. Where a browser keeps that window open, it says so and can become a visit of its own.
import "./ui/fonts.css";
import "./ui/base.css";
import "./ui/hud.css";
import "./ui/panel.css";
import "./ui/certificate.css";
import "./agree/agree.css";
import "./app/entry.css";
import "./talk/talk.css";
import { App } from "./app/app.ts";
import { startLanguage } from "./i18n/index.ts";
import { takeReturnFromPayment } from "./shop/payment_window.ts";

async function main(): Promise<void> {
  await startLanguage();
  const canvas = document.getElementById("world");
  const root = document.getElementById("app");
  if (canvas === null || root === null) throw new Error("the page has no place for the mall");
  const app = new App(canvas, root);
  if (takeReturnFromPayment()) {
    window.close();
    await app.showPaymentReturn();
  }
  await app.start();
}

void main();
