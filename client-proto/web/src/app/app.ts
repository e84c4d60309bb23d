// The visit from the first paint to the last: entry, loading, walking, what can go wrong, and the panel. Every step shows
// something within a moment: the entry card stands before the world has loaded, errors say what to do.
import { loginPage } from "../account/login_page.ts";
import { Agreements, httpDesk } from "../agree/agreements.ts";
import { forYouPage } from "../agree/for_you_page.ts";
import { browserKeyRing } from "../agree/key_ring.ts";
import { knownPage } from "../agree/known_page.ts";
import { randomBytes } from "../agree/random.ts";
import { Catalogue } from "../goods/catalogue.ts";
import { directoryPage } from "../goods/directory_page.ts";
import { piecePage } from "../goods/piece_page.ts";
import { t } from "../i18n/index.ts";
import { Keyboard, type Command } from "../input/keyboard.ts";
import { PointerInput } from "../input/pointer.ts";
import { Stick } from "../input/stick.ts";
import { call } from "../net/api.ts";
import type { Connection, Status } from "../net/connection.ts";
import type { Look, Mall, Session } from "../net/types.ts";
import { buyPage } from "../shop/buy_page.ts";
import { thingsPage } from "../shop/things_page.ts";
import { Wallets } from "../shop/wallets.ts";
import { companyPage } from "../talk/company_page.ts";
import { DoorScreen } from "../talk/door_screen.ts";
import { Talk } from "../talk/talk.ts";
import { unheardPage } from "../talk/unheard_page.ts";
import { append, h } from "../ui/dom.ts";
import { uncovered } from "../ui/covered.ts";
import { LiveRegion } from "../ui/live.ts";
import { Panel } from "../ui/panel.ts";
import { problemText } from "../ui/problem.ts";
import type { LoadedWorld } from "../world/build.ts";
import type { PeopleNews } from "../world/people.ts";
import type { Voice } from "../voice/index.ts";
import type { Stage } from "../world/stage.ts";
import { Walker } from "../world/walker.ts";
import { createEntry, type Entry } from "./entry.ts";
import { Hud } from "./hud.ts";
import { rememberedLook, rememberLook } from "./look.ts";
import { showList } from "./list_page.ts";
import { installAppProbe } from "./app_probe.ts";
import { Progress } from "./progress.ts";
import { Screens } from "./screens.ts";
import type { Services } from "./services.ts";
import { showStatus } from "./status_screens.ts";

const firstLook: Look = { name: "", shape: 0, tint: 0 };
const retryMall_ms = 4_000;
const hintAfterWalking_ms = 2_500;
const turnStep_px = 60;

export class App {
  private readonly canvas: HTMLElement;
  private readonly root: HTMLElement;
  private readonly live = new LiveRegion();
  private readonly screens: Screens;
  private readonly door: DoorScreen;
  private readonly progress = new Progress();
  private readonly stick = new Stick();
  private readonly lifetime = new AbortController();
  private readonly keyboard: Keyboard;
  private readonly walker: Walker;
  private readonly wallets: Wallets;
  private readonly agreements = new Agreements(httpDesk, browserKeyRing(), randomBytes, () => Math.floor(Date.now() / 1000));
  private entry: Entry | null = null;
  private hud: Hud | null = null;
  private panel: Panel | null = null;
  private session: Session | null = null;
  private catalogue: Catalogue | null = null;
  private stage: Stage | null = null;
  private voice: Voice | null = null;
  private connection: Connection | null = null;
  private world: LoadedWorld | null = null;
  private talk: Talk | null = null;
  private entering: Look | null = null;
  private inside = false;
  /** Somebody chose the list: the world is not opened any more, or not drawn. */
  private listed = false;
  private walkedAt_ms = 0;

  constructor(canvas: HTMLElement, root: HTMLElement) {
    this.canvas = canvas;
    this.root = root;
    this.screens = new Screens(root);
    this.door = new DoorScreen(root, () => location.reload());
    this.keyboard = new Keyboard((command) => this.command(command), this.lifetime.signal);
    this.walker = new Walker(this.keyboard, this.stick);
    this.wallets = new Wallets(window, () => {
      if (this.panel?.page()?.kind === "buy") this.panel.redraw();
    });
    root.append(this.live.element);
  }

  async start(): Promise<void> {
    this.showEntry();
    this.progress.listen((view) => this.entry?.showProgress(view));
    const session = await call<Session>("GET", "/api/session");
    if (session.ok) this.session = session.value;
    await this.openMall();
  }

  /** Resolves when somebody wants to go on in the window that came back from paying. */
  showPaymentReturn(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        this.screens.close();
        resolve();
      };
      this.screens.show({ title: "return.title", text: t("return.text"), actions: [{ label: "return.goOn", primary: true, run: goOn }] });
    });
  }

  private showEntry(): void {
    const before = this.entry;
    const remembered = rememberedLook();
    const start = before?.look() ?? remembered ?? firstLook;
    this.entry = createEntry(start, {
      preview: (look) => this.stage?.preview(look),
      enter: (look) => void this.enter(look),
      asList: () => this.asList(),
      relabel: () => this.showEntry(),
    });
    before?.element.remove();
    this.root.append(this.entry.element);
    this.entry.showProgress(this.progress.view());
    if (before === null && matchMedia("(pointer: fine)").matches) this.entry.focus();
  }

  private async openMall(): Promise<void> {
    const mall = await call<Mall>("GET", "/api/mall");
    if (!mall.ok) {
      this.retryMall(mall.problem.status === 0 ? t("error.unreachable") : problemText(mall.problem));
      return;
    }
    this.screens.close();
    this.catalogue = new Catalogue(mall.value);
    if (this.listed) {
      this.asList();
      return;
    }
    if (!hasWebGl2()) {
      this.showNoWebGl();
      return;
    }
    try {
      await this.buildWorld(this.catalogue);
    } catch (error) {
      reportError(error);
      this.showBroken(t("error.broken"));
    }
  }

  private retryMall(text: string): void {
    const again = (): void => {
      clearTimeout(timer);
      void this.openMall();
    };
    const timer = setTimeout(again, retryMall_ms);
    this.screens.show({
      title: "error.title.unreachable", text, retryAt_ms: performance.now() + retryMall_ms,
      actions: [{ label: "error.retryNow", primary: true, run: again }],
    });
  }

  private async buildWorld(catalogue: Catalogue): Promise<void> {
    const code = this.progress.start("progress.code", 250_000);
    const { buildWorld } = await import("../world/build.ts");
    this.progress.finish(code);
    const world = await buildWorld({
      canvas: this.canvas as HTMLCanvasElement,
      catalogue,
      walker: this.walker,
      progress: this.progress,
      status: (status) => this.statusChanged(status),
      events: {
        news: (news) => this.tell(news),
        openPiece: (productId) => this.panel?.open({ kind: "piece", productId }),
        ownOutfit: (what, variantId) => this.ownOutfit(what, variantId),
        sat: (how) => this.sat(how),
        entered: (id) => this.live.say(id === null ? t("live.passage") : t("live.inside", { name: catalogue.boutique(id)?.name ?? "" })),
        walked: () => this.walked(),
        guide: (how, name) => this.guided(how, name),
        goodsChanged: () => this.goodsChanged(),
        doorsChanged: (around) => this.doorsChanged(around === null ? null : (catalogue.boutique(around)?.name ?? null)),
        say: (text) => this.live.say(text),
        covered: () => this.panel?.covered() ?? uncovered,
        stepped: (frame, now_ms) => this.talk?.take(frame, now_ms),
      },
    });
    if (!this.listed) this.openWorld(world);
  }

  private openWorld(world: LoadedWorld): void {
    this.world = world;
    this.stage = world.stage;
    this.voice = world.voice;
    this.connection = world.connection;
    this.listenToPointer();
    const resize = (): void => world.stage.resize(window.innerWidth, window.innerHeight, window.devicePixelRatio);
    window.addEventListener("resize", resize, { signal: this.lifetime.signal });
    resize();
    if (this.entry !== null) world.stage.preview(this.entry.look());
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.showBroken(t("error.graphicsLost"));
    }, { signal: this.lifetime.signal });
    const draw = (now_ms: number): void => {
      if (this.listed) return;
      // The next picture is asked for first: one that fails must not be the last.
      requestAnimationFrame(draw);
      world.stage.tick(now_ms);
      world.voice.update(world.stage.frame, now_ms);
      this.talk?.draw(performance.now());
    };
    requestAnimationFrame(draw);
    document.querySelector(".veil")?.classList.add("gone");
    installAppProbe(() => this.panel?.page()?.kind ?? null, world, () => this.inside);
    if (this.entering !== null) void this.enter(this.entering);
  }

  /** "Walk in": the session gets the look, then the connection opens; if the world is still loading, it follows. */
  private async enter(look: Look): Promise<void> {
    this.entering = look;
    this.entry?.setBusy(true);
    rememberLook(look);
    if (this.connection === null) return;
    const answer = await call<Session>("POST", "/api/session", look);
    if (!answer.ok) {
      this.entering = null;
      this.entry?.setBusy(false);
      this.entry?.say(problemText(answer.problem));
      return;
    }
    this.session = answer.value;
    this.connection.start();
  }

  private statusChanged(status: Status): void {
    if (status.kind === "queue") {
      this.screens.close();
      this.door.show(status.queue);
      return;
    }
    this.door.close();
    if (status.kind !== "joined" && status.kind !== "stalled") this.talk?.away();
    if (status.kind === "joined") {
      this.screens.close();
      this.hud?.clear();
      if (!this.inside) this.walkIn();
      else this.stage?.rejoin(performance.now());
      this.talk?.joined();
      return;
    }
    if (status.kind === "stalled") {
      this.hud?.say(t("error.stalled"));
      return;
    }
    if (status.kind === "ended") this.inside = false;
    showStatus(this.screens, status, {
      tryNow: () => void this.connection?.tryNow(),
      comeBack: () => void (this.entering === null ? location.reload() : this.enter(this.entering)),
    });
  }

  private walkIn(): void {
    const { stage, catalogue } = this;
    if (stage === null || catalogue === null) return;
    this.inside = true;
    this.entry?.element.remove();
    this.entry = null;
    if (this.hud === null) this.makeInterface(catalogue, stage);
    stage.enter(performance.now());
    this.keyboard.enabled = true;
    this.canvas.removeAttribute("aria-hidden");
    this.canvas.setAttribute("tabindex", "0");
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", t("hud.world"));
    this.canvas.focus({ preventScroll: true });
    const touch = document.documentElement.classList.contains("touch") || matchMedia("(pointer: coarse)").matches;
    document.documentElement.classList.toggle("touch", touch);
    this.hud?.showHint(t(touch ? "hint.touch" : "hint.keyboard"));
  }

  private services(catalogue: Catalogue, stage: Stage | null): Services {
    return {
      catalogue,
      features: new Set(this.session?.features ?? []),
      world: stage?.actions ?? null,
      wallets: () => this.wallets.list(),
      agreements: this.agreements,
      session: () => this.session,
      setSession: (session) => {
        this.session = session;
      },
      say: (text) => {
        this.live.say(text);
        this.hud?.say(text);
      },
    };
  }

  private makeInterface(catalogue: Catalogue, stage: Stage | null): void {
    const services = this.services(catalogue, stage);
    this.panel = new Panel(this.root, {
      piece: piecePage(services), buy: buyPage(services), directory: directoryPage(services),
      things: thingsPage(services), login: loginPage(services), forYou: forYouPage(services), known: knownPage(services),
      company: companyPage(() => this.talk), unheard: unheardPage(),
    }, (page) => {
      this.hud?.panelChanged(page?.kind ?? null);
      const shows = page !== null && (page.kind === "piece" || page.kind === "buy");
      if (!shows) stage?.stopLooking(performance.now());
      this.hud?.showTools(shows && stage !== null);
    });
    if (stage === null) return;
    this.hud = new Hud(services.features, {
      open: (kind) => (this.panel?.page()?.kind === kind ? this.panel.close() : this.panel?.open({ kind })),
      turn: (steps) => stage.director.drag(steps * turnStep_px, 0),
      zoom: (steps) => stage.director.zoom(steps),
    });
    append(this.root, [this.hud.element, stage.card.element, stage.seatCard.element, this.stick.element, this.voice?.bar.element]);
    if (this.voice !== null) this.voice.say = services.say;
    this.makeTalk(catalogue, stage);
  }

  private makeTalk(catalogue: Catalogue, stage: Stage): void {
    if (this.world === null) return;
    this.talk = new Talk({
      root: this.root, stage, brain: this.world.brain, catalogue, panel: () => this.panel, live: (text) => this.live.say(text),
      toWorld: () => this.canvas.focus({ preventScroll: true }),
    });
  }

  private listenToPointer(): void {
    const { stage } = this;
    if (stage === null) return;
    new PointerInput(this.canvas, {
      turn: (dx, dy) => {
        if (this.inside) stage.director.drag(dx, dy);
      },
      zoom: (steps) => {
        if (this.inside) stage.director.zoom(steps);
      },
      click: (x, y) => {
        if (this.inside && this.talk?.clicked(x, y) === true) return;
        const under = this.inside ? stage.under(x, y) : null;
        if (typeof under === "number") stage.sitDown(under);
        else if (under !== null) this.panel?.open({ kind: "piece", productId: under.product.id });
      },
      hover: (x, y) => {
        this.canvas.style.cursor = this.inside && (stage.personAt(x, y) !== null || stage.under(x, y) !== null) ? "pointer" : "";
      },
      touched: () => document.documentElement.classList.add("touch"),
    }, this.lifetime.signal);
  }

  private command(command: Command): void {
    const now_ms = performance.now();
    if (command === "escape") {
      if (this.screens.open || this.talk?.escape() === true) return;
      if (this.panel?.page() != null) this.panel.close();
      else if (this.walker.guided) this.walker.stop("stopped");
      return;
    }
    if (!this.inside || this.stage === null) return;
    if (command === "open") this.stage.openNearest();
    if (command === "sit") this.stage.sitOnNearest();
    if (command === "talk") this.talk?.openChat();
    if (command === "gestures") this.talk?.openGestures();
    if (command === "wave") {
      this.stage.actions.wave();
      this.live.say(t("gesture.you.wave"));
    }
    if (command === "firstPerson") {
      this.stage.stopLooking(now_ms);
      this.stage.director.zoom(this.stage.director.firstPerson ? 9 : -40);
    }
  }

  private tell(news: PeopleNews): void {
    const name = news.name === "" ? t("live.someone") : news.name;
    const piece = "variantId" in news ? (this.catalogue?.productOfVariant(news.variantId)?.name ?? "") : "";
    const keys = { arrived: "live.arrived", left: "live.left", waves: "live.waves", wears: "live.wears", takesOff: "live.takesOff" } as const;
    const text = t(keys[news.kind], { name, piece });
    this.live.say(text);
    if (news.kind === "wears" || news.kind === "waves") this.hud?.say(text);
  }

  private ownOutfit(what: "refused" | "expired" | "changed", variantId: number): void {
    const piece = this.catalogue?.productOfVariant(variantId)?.name ?? "";
    if (what !== "changed") {
      const text = t(what === "refused" ? "piece.tryOnRefused" : "piece.tryOnEnded", { name: piece });
      this.live.say(text);
      this.hud?.say(text);
    }
    if (this.panel?.page()?.kind === "piece") this.panel.redraw();
  }

  private sat(how: "sits" | "refused"): void {
    const text = t(how === "sits" ? "seat.sitting" : "seat.refused");
    this.live.say(text);
    this.hud?.say(text);
  }

  private walked(): void {
    const now_ms = performance.now();
    if (this.walkedAt_ms === 0) this.walkedAt_ms = now_ms;
    if (now_ms - this.walkedAt_ms > hintAfterWalking_ms) this.hud?.hideHint();
    this.hud?.showTools(false);
  }

  private guided(how: "started" | "arrived" | "blocked" | "stopped", name: string): void {
    const keys = { started: "hint.walking", arrived: "hint.arrived", blocked: "hint.blocked" } as const;
    this.hud?.hideHint();
    if (how === "stopped") return;
    const text = t(keys[how], { name });
    this.hud?.say(text);
    this.live.say(text);
  }

  /** `around`: the name of the boutique that has closed around oneself. */
  private doorsChanged(around: string | null): void {
    if (this.panel?.page()?.kind === "directory") this.panel.redraw();
    if (around === null) return;
    const text = t("place.closesNow", { name: around });
    this.live.say(text);
    this.hud?.say(text);
  }

  private goodsChanged(): void {
    if (this.panel?.page()?.kind === "piece") this.panel.redraw();
  }

  /** Before the mall has answered this is remembered. */
  private asList(): void {
    this.listed = true;
    if (this.catalogue !== null) void this.listWith(this.catalogue, t("list.leadChosen"));
  }

  /** Without the world the shop still needs a session, so that one can buy. */
  private async listWith(catalogue: Catalogue, lead: string): Promise<void> {
    this.listed = true;
    this.screens.close();
    this.entry?.element.remove();
    this.makeInterface(catalogue, null);
    if (this.panel !== null) showList(this.root, this.services(catalogue, null), this.panel, lead);
    const look = rememberedLook();
    if (this.session?.name === null) {
      const answer = await call<Session>("POST", "/api/session", look ?? { name: t("list.guest"), shape: 0, tint: 0 });
      if (answer.ok) this.session = answer.value;
    }
  }

  private showNoWebGl(): void {
    const { catalogue } = this;
    if (catalogue === null) return;
    this.screens.show({
      title: "error.title.webgl", text: t("error.webgl"),
      actions: [{ label: "entry.listInstead", primary: true, run: () => void this.listWith(catalogue, t("list.lead")) }],
    });
  }

  private showBroken(text: string): void {
    this.screens.show({
      title: "error.title.broken", text,
      actions: [
        { label: "error.reload", primary: true, run: () => location.reload() },
        { label: "entry.listInstead", primary: false, run: () => this.asList() },
      ],
    });
  }
}

function hasWebGl2(): boolean {
  const context = h("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}
