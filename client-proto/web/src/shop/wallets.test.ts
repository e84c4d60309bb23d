import { describe, expect, it } from "vitest";
import { readAnnouncement, Wallets, type Provider, type WalletWindow } from "./wallets.ts";

const provider: Provider = { request: () => Promise.resolve(null) };
const info = (uuid: string, name = "Purse") => ({ uuid, name, icon: "data:image/svg+xml,<svg/>", rdns: "org.example.purse" });

function windowWith(ethereum?: unknown): WalletWindow {
  return Object.assign(new EventTarget(), ethereum === undefined ? {} : { ethereum });
}
function announce(target: EventTarget, detail: unknown): void {
  target.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
}

describe("finding wallets", () => {
  it("asks for those that were there before the page, and takes those that come late", () => {
    const page = windowWith();
    page.addEventListener("eip6963:requestProvider", () => announce(page, { info: info("early"), provider }));
    let changes = 0;
    const wallets = new Wallets(page, () => (changes += 1));
    expect(wallets.list().map((wallet) => wallet.id)).toEqual(["early"]);
    announce(page, { info: info("late", "Satchel"), provider });
    expect(wallets.list().map((wallet) => wallet.name)).toEqual(["Purse", "Satchel"]);
    expect(changes).toBe(2);
  });

  it("counts a wallet that speaks twice once, and not more wallets than anybody has", () => {
    const page = windowWith();
    const wallets = new Wallets(page, () => undefined);
    for (let i = 0; i < 40; i += 1) announce(page, { info: info(`w${Math.floor(i / 2)}`), provider });
    expect(wallets.list().length).toBe(8);
    expect(new Set(wallets.list().map((wallet) => wallet.id)).size).toBe(8);
  });

  it("falls back to window.ethereum only when nobody has spoken", () => {
    const page = windowWith(provider);
    const wallets = new Wallets(page, () => undefined);
    expect(wallets.list()).toMatchObject([{ id: "window.ethereum", provider }]);
    announce(page, { info: info("w"), provider });
    expect(wallets.list().map((wallet) => wallet.id)).toEqual(["w"]);
  });

  it("finds none in a browser without one", () => {
    expect(new Wallets(windowWith(), () => undefined).list()).toEqual([]);
    expect(new Wallets(windowWith({ request: "no function" }), () => undefined).list()).toEqual([]);
  });
});

describe("an announcement", () => {
  it("is refused when it is none", () => {
    for (const detail of [null, 7, {}, { info: info("w") }, { info: info(""), provider }, { info: { uuid: 3 }, provider }, { info: info("w"), provider: {} }]) {
      expect(readAnnouncement(detail), JSON.stringify(detail)).toBeNull();
    }
  });

  it("shows a picture only if it brings it along, and a name of bearable length", () => {
    const read = (icon: unknown, name: unknown) => readAnnouncement({ info: { uuid: "w", name, icon }, provider });
    expect(read("https://example.com/spy.png", "Purse")).toMatchObject({ icon: "", name: "Purse" });
    expect(read("data:text/html,<script>", "Purse")?.icon).toBe("");
    expect(read("data:image/png;base64,AAAA", 5)).toMatchObject({ icon: "data:image/png;base64,AAAA", name: "" });
    expect(read(undefined, "x".repeat(500))?.name.length).toBe(40);
  });
});
