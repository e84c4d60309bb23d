// The first code that runs. In the small window that comes back from the payment provider there is nothing to build: it
// closes itself, the mall beside it follows the order.
import "./ui/fonts.css";
import "./ui/base.css";
import "./ui/hud.css";
import "./ui/panel.css";
import "./app/entry.css";
import { App } from "./app/app.ts";
import { startLanguage } from "./i18n/index.ts";
import { isReturnFromPayment } from "./shop/payment_window.ts";

async function main(): Promise<void> {
  if (isReturnFromPayment()) window.close();
  await startLanguage();
  const canvas = document.getElementById("world");
  const root = document.getElementById("app");
  if (canvas === null || root === null) throw new Error("the page has no place for the mall");
  await new App(canvas, root).start();
}

void main();
