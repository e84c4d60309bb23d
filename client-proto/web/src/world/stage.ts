// The world on the screen: joins place, people, goods, camera and input, and draws one picture per animation frame. It is
// loaded as a chunk of its own, so that the entry does not wait for three.
import { Vector3, type PerspectiveCamera } from "three";
import type { WorldActions } from "../app/services.ts";
import { underTheHead } from "../avatar/head.ts";
import { nearestAhead, PieceCard } from "../goods/card.ts";
import type { Catalogue } from "../goods/catalogue.ts";
import { ModelStore } from "../goods/model_store.ts";
import { baseOf, Shelf, type Piece } from "../goods/shelf.ts";
import { turnTowards } from "../input/intent.ts";
import { inside, route, WalkTo, type FreeWay, type Point } from "../input/walk_to.ts";
import type { Brain, Frame } from "../net/brain.ts";
import { now_us, type Connection } from "../net/connection.ts";
import type { Look } from "../net/types.ts";
import { t } from "../i18n/index.ts";
import { personAlong } from "../talk/pick.ts";
import type { Covered } from "../ui/covered.ts";
import type { Goal, V3, View } from "./camera.ts";
import { Director, type Subject } from "./director.ts";
import { People, type PeopleNews } from "./people.ts";
import { Props } from "./props.ts";
import { Shutters } from "./shutters.ts";
import { nearestSeat, placeBefore, SeatCard, seatNear_m, seatUnder } from "./seats.ts";
import type { Crowd, FigurePose, Place, StaticFigure } from "./seams.ts";
import type { Walker } from "./walker.ts";

export interface StageOptions {
  readonly place: Place;
  readonly crowd: Crowd;
  readonly figure: StaticFigure;
  readonly catalogue: Catalogue;
  readonly brain: Brain;
  readonly connection: Connection;
  readonly walker: Walker;
  readonly spawn: { readonly position: readonly [number, number, number]; readonly yaw_rad: number };
  readonly events: StageEvents;
}

export interface StageEvents {
  readonly news: (news: PeopleNews) => void;
  readonly openPiece: (productId: number) => void;
  /** Own try-on was refused or has ended. */
  readonly ownOutfit: (what: "refused" | "expired" | "changed", variantId: number) => void;
  readonly sat: (how: "sits" | "refused") => void;
  readonly entered: (boutiqueId: string | null) => void;
  readonly walked: () => void;
  readonly guide: (how: "started" | "arrived" | "blocked" | "stopped", name: string) => void;
  readonly goodsChanged: () => void;
  /** Boutiques have closed or opened; `around` has closed around oneself. */
  readonly doorsChanged: (around: string | null) => void;
  readonly say: (text: string) => void;
  readonly covered: () => Covered;
  /** Each step of the visit. */
  readonly stepped: (frame: Frame, now_ms: number) => void;
}

const previewId = -1;
const walkerHeight_m = 0.9;
const frameMax_s = 0.1;
const wishEvery_ms = 50;
const pickReach_m = 60;
const seesSlack_m = 0.3;
const guidedTurn_radps = 1.4;
const arriveAtPiece_m = 1.25;
const arriveAtDoor_m = 0.6;
/** The space that one's own figure is looked at in. */
const ownSize: V3 = { x: 0.7, y: 1.8, z: 0.5 };

export class Stage {
  readonly director: Director;
  readonly shelf: Shelf;
  readonly people: People;
  readonly card: PieceCard;
  readonly seatCard: SeatCard;
  readonly actions: WorldActions;
  private readonly o: StageOptions;
  private readonly props: Props;
  readonly shutters: Shutters;
  private last_ms = 0;
  private wished_ms = 0;
  private size = { width: 1, height: 1 };
  private walking = false;
  private own: V3 & { yaw: number; seated: boolean };
  private room: string | null = null;
  /** Null until the world has told which. */
  private closed: string | null = null;
  private looking: Piece | "me" | null = null;
  private outfitBefore = "";
  /** What one was led to is offered while it is in front, whatever else stands there, until one walks on. */
  private ledTo: Piece | null = null;
  private frames: number[] = [];
  private latest: Frame | null = null;

  constructor(options: StageOptions) {
    this.o = options;
    const { place, catalogue, crowd, spawn, events } = options;
    this.own = { x: spawn.position[0], y: spawn.position[1], z: spawn.position[2], yaw: spawn.yaw_rad, seated: false };
    this.director = new Director(place.camera, (from, to) => this.ray(from, to));
    this.shelf = new Shelf(place, catalogue, new ModelStore(), options.figure, events.goodsChanged);
    this.people = new People(crowd, catalogue, events.news);
    this.props = new Props(place, catalogue.mall.props);
    this.shutters = new Shutters(place, catalogue.mall.boutiques, () => t("place.closedNow"));
    this.card = new PieceCard((piece) => events.openPiece(piece.product.id), events.say);
    this.seatCard = new SeatCard((seat) => this.sitDown(seat));
    this.actions = this.makeActions();
    this.director.cut({ kind: "entry", view: this.entryView() }, 0, false);
    setInterval(() => {
      const now_ms = performance.now();
      if (this.walking && now_ms - this.wished_ms >= wishEvery_ms * 0.9) this.walk(now_ms);
    }, wishEvery_ms);
  }

  get camera(): PerspectiveCamera {
    return this.o.place.camera;
  }
  private get lookedAt(): Piece | null {
    return this.looking === "me" ? null : this.looking;
  }
  get frame(): Frame | null {
    return this.latest;
  }
  get fps(): number {
    return this.frames.length;
  }

  resize(width: number, height: number, pixelRatio: number): void {
    this.size = { width, height };
    this.o.place.resize(width, height, pixelRatio);
    if (!this.walking) this.director.cut({ kind: "entry", view: this.entryView() }, 0, false);
  }

  /** The figure at the entry, turning slowly in the light beside the card. */
  preview(look: Look): void {
    this.o.crowd.remove(previewId);
    this.o.crowd.add(previewId, { name: "", shape: look.shape, tint: look.tint });
  }

  /** From the entry into the mall. */
  enter(now_ms: number): void {
    this.o.crowd.remove(previewId);
    this.walking = true;
    this.people.quiet(now_ms);
    this.director.face(this.own.yaw);
    this.o.walker.face(this.own.yaw);
    this.director.cut({ kind: "walk" }, now_ms);
  }

  /** After the connection came back everything is told anew. */
  rejoin(now_ms: number): void {
    this.people.quiet(now_ms);
  }

  openNearest(): void {
    const near = this.card.shown;
    if (near !== null) this.o.events.openPiece(near.product.id);
  }

  stopLooking(now_ms: number): void {
    if (this.looking === null) return;
    this.turnBack();
    this.looking = null;
    this.director.cut({ kind: "walk" }, now_ms);
  }

  get isLooking(): boolean {
    return this.looking !== null;
  }

  /** Onto the seat that is offered now. */
  sitOnNearest(): void {
    if (this.seatCard.shown !== null) this.sitDown(this.seatCard.shown);
  }

  /** Walks to a seat and sits down. */
  sitDown(index: number): void {
    const { walker, brain, catalogue, events } = this.o;
    const seat = catalogue.mall.seats[index];
    if (seat === undefined || !this.walking) return;
    const before = placeBefore(seat);
    this.stopLooking(performance.now());
    walker.follow(new WalkTo(route(this.own, before, catalogue.mall.boutiques), seatNear_m / 2, this.free), (how) => {
      if (how === "arrived") brain.sit(index);
      if (how === "blocked") events.guide(how, "");
    });
  }

  /** The piece, or the number of the seat, under a point of the window. */
  under(x_px: number, y_px: number): Piece | number | null {
    const { origin, direction, wall_m } = this.rayAt(x_px, y_px);
    return this.shelf.pick(origin, direction, wall_m) ?? seatUnder(this.o.catalogue.mall.seats, origin, direction, wall_m);
  }

  private rayAt(x_px: number, y_px: number): { origin: Vector3; direction: Vector3; wall_m: number } {
    const ndc = new Vector3((x_px / this.size.width) * 2 - 1, 1 - (y_px / this.size.height) * 2, 0.5);
    const origin = this.camera.position.clone();
    const direction = ndc.unproject(this.camera).sub(origin).normalize();
    const wall_m = this.o.brain.ray(origin.x, origin.y, origin.z, direction.x, direction.y, direction.z, pickReach_m) ?? pickReach_m;
    return { origin, direction, wall_m };
  }

  /** Who stands under a point of the window, if nothing hides them. */
  personAt(x_px: number, y_px: number): number | null {
    const { origin, direction, wall_m } = this.rayAt(x_px, y_px);
    return personAlong(origin, direction, this.latest?.avatars ?? [], wall_m);
  }

  /** Where a place is in the window; null for what the camera does not look at. */
  onScreen(place: V3): { x_px: number; y_px: number; distance_m: number } | null {
    const at = new Vector3(place.x, place.y, place.z);
    const distance_m = at.distanceTo(this.camera.position);
    at.project(this.camera);
    if (at.z >= 1 || Math.abs(at.x) > 1.05 || Math.abs(at.y) > 1.2) return null;
    return { x_px: ((at.x + 1) / 2) * this.size.width, y_px: ((1 - at.y) / 2) * this.size.height, distance_m };
  }

  /** Whether no wall hides a place from the camera. */
  sees(place: V3): boolean {
    const { position } = this.camera;
    return this.ray(position, place) >= position.distanceTo(new Vector3(place.x, place.y, place.z)) - seesSlack_m;
  }

  tick(now_ms: number): void {
    const dt_s = Math.min((now_ms - this.last_ms) / 1000, frameMax_s);
    this.last_ms = now_ms;
    this.frames.push(now_ms);
    while ((this.frames[0] ?? now_ms) < now_ms - 1000) this.frames.shift();
    if (this.walking) this.walk(now_ms);
    else this.wait(now_ms);
    this.turnPiece();
    this.shelf.clearOf(this.camera.position, this.lookedAt, this.goal());
    this.director.update(underTheHead(this.own), this.size, this.o.events.covered(), dt_s, now_ms);
    // Goods come once somebody walks: until then the line belongs to the place.
    if (this.walking) this.shelf.update(this.camera.position, now_ms);
    this.showCard();
    if (this.latest?.own) this.shutters.update(this.latest.closed, now_ms);
    this.o.crowd.update(dt_s, this.camera);
    this.o.place.update(this.camera, dt_s);
    this.o.place.render();
  }

  /** At the entry: the figure turns, and the connection may already be opening. */
  private wait(now_ms: number): void {
    const { spawn, crowd, connection } = this.o;
    this.latest = connection.frame();
    connection.pump();
    // Before the first wish nobody has said where the own figure looks: it is posed from then on, facing as the spawn does.
    this.people.update({ ...this.latest, own: null }, false, now_ms);
    const [x, y, z] = spawn.position;
    const yaw = spawn.yaw_rad + Math.PI + Math.sin(now_ms / 2600) * 0.75;
    const pose: FigurePose = { x, y, z, yaw, speed: 0, grounded: true, seated: false };
    crowd.pose(previewId, pose);
    if (this.latest.own !== null) this.own = { ...this.latest.own, yaw: this.own.yaw };
  }

  /** Says what somebody wants and sends it. */
  private wish(now_ms: number): void {
    const { walker, brain, connection, events } = this.o;
    // A picture carries the time at which it was asked for, which may lie before the timer's last step.
    const dt_s = Math.min(Math.max((now_ms - this.wished_ms) / 1000, 0), frameMax_s);
    this.wished_ms = Math.max(now_ms, this.wished_ms);
    const wish = walker.wish(this.own, this.director.orbit.yaw_rad, dt_s, (dx, dy) => this.director.drag(dx, dy));
    brain.input(wish.buttons, wish.x, wish.z, wish.yaw_rad, now_us());
    connection.pump();
    // Led by "Take me there", one wants to see where the way goes.
    if (walker.guided) this.director.face(turnTowards(this.director.orbit.yaw_rad, wish.yaw_rad, guidedTurn_radps * dt_s));
    if (!wish.byHand) return;
    this.ledTo = null;
    events.walked();
    this.stopLooking(now_ms);
  }

  /**
   * One step of the visit without drawing. A timer calls this as often as the world steps, so that a slow picture does not
   * make a slow or clumsy walk; every picture calls it too, so that a fast one answers at once.
   */
  private walk(now_ms: number): void {
    this.wish(now_ms);
    const frame = this.o.connection.frame();
    this.latest = frame;
    if (frame.own !== null && frame.own.seated && !this.own.seated) this.o.events.sat("sits");
    if (frame.own !== null) this.own = { ...frame.own };
    const hidden = this.director.firstPerson || this.lookedAt !== null;
    this.people.update(frame, !hidden, now_ms, this.director.firstPerson ? null : { eye: this.camera.position, goal: this.goal() });
    this.props.update(frame.props);
    this.noticeOutfit(frame);
    this.noticeRoom();
    this.noticeDoors(frame);
    this.o.events.stepped(frame, now_ms);
  }

  /** What is looked at; null while walking. */
  private goal(): Goal | null {
    if (this.looking === "me") return { x: this.own.x, z: this.own.z, half_m: ownSize.x / 2 };
    if (this.lookedAt === null) return null;
    const { group, size } = this.lookedAt;
    return { x: group.position.x, z: group.position.z, half_m: Math.max(size[0], size[2]) / 2 };
  }

  private noticeOutfit(frame: Frame): void {
    for (const event of frame.events) {
      if (event.kind === "tryOnRefused") this.o.events.ownOutfit("refused", event.value);
      if (event.kind === "tryOnExpired") this.o.events.ownOutfit("expired", event.value);
      if (event.kind === "sitRefused" && !this.own.seated) this.o.events.sat("refused");
    }
    const outfit = (this.people.own()?.outfit ?? []).join();
    if (outfit === this.outfitBefore) return;
    this.outfitBefore = outfit;
    this.o.events.ownOutfit("changed", 0);
  }

  private noticeRoom(): void {
    const room = this.o.catalogue.mall.boutiques.find((boutique) => inside(boutique, this.own))?.id ?? null;
    if (room === this.room) return;
    this.room = room;
    this.o.events.entered(room);
  }

  private noticeDoors(frame: Frame): void {
    // Which doors are shut is told before the first place of one's own.
    const closed = [...frame.closed].sort((a, b) => a - b).join();
    if (frame.own === null || closed === this.closed) return;
    this.closed = closed;
    const { catalogue, events } = this.o;
    const wasClosed = this.room !== null && catalogue.isClosed(this.room);
    catalogue.setClosed(frame.closed);
    events.doorsChanged(this.room !== null && !wasClosed && catalogue.isClosed(this.room) ? this.room : null);
  }

  private showCard(): void {
    const near = (pieces: readonly Piece[]): Piece | null => nearestAhead(pieces, this.own, this.director.orbit.yaw_rad, this.card.shown);
    const wanted = this.walking && this.looking === null ? near(this.ledTo === null ? [] : [this.ledTo]) ?? near(this.shelf.pieces) : null;
    this.card.update(wanted, this.camera, this.size);
    const { seats } = this.o.catalogue.mall;
    const maySit = this.walking && this.looking === null && wanted === null && !this.own.seated;
    const seat = maySit ? nearestSeat(seats, this.own, this.latest?.avatars ?? []) : null;
    this.seatCard.update(seat, seats[seat ?? -1], this.camera, this.size);
  }

  private turnPiece(): void {
    if (this.lookedAt !== null) this.lookedAt.turntable.rotation.y = this.director.subjectTurn_rad;
  }

  /** The piece that was turned by hand stands again as the shop has put it. */
  private turnBack(): void {
    if (this.lookedAt !== null) this.lookedAt.turntable.rotation.y = 0;
  }

  private look(piece: Piece): void {
    this.turnBack();
    this.looking = piece;
    // What stands free turns its front to the visitor; a sofa at the wall stays as it stands.
    const turnsToCamera = piece.display.mount === "mannequin" || piece.display.mount === "plinth";
    const subject = (): Subject => {
      const base = baseOf(piece);
      const [x, y, z] = piece.size;
      return { base: { x: base.x, y: base.y, z: base.z }, size: { x, y, z }, yaw_rad: piece.display.yaw_rad };
    };
    this.director.cut({ kind: "look", subject, turnsSubject: true, turnsToCamera }, performance.now());
    this.o.events.goodsChanged();
  }

  private lookAtMe(): void {
    this.turnBack();
    this.looking = "me";
    const subject = (): Subject => ({ base: underTheHead(this.own), size: ownSize, yaw_rad: this.own.yaw });
    this.director.cut({ kind: "look", subject, turnsSubject: false, turnsToCamera: false }, performance.now());
    this.o.events.goodsChanged();
  }

  private ray(from: V3, to: V3): number {
    const d = { x: to.x - from.x, y: to.y - from.y, z: to.z - from.z };
    const length = Math.hypot(d.x, d.y, d.z);
    if (length === 0) return 0;
    return this.o.brain.ray(from.x, from.y, from.z, d.x / length, d.y / length, d.z / length, length) ?? length;
  }

  /** Beside the card on a wide window, above the sheet on a narrow one, with the passage behind. */
  private entryView(): View {
    const [x, y, z] = this.o.spawn.position;
    const forward = { x: Math.sin(this.o.spawn.yaw_rad), z: Math.cos(this.o.spawn.yaw_rad) };
    const right = { x: -forward.z, z: forward.x };
    const narrow = this.size.width < 700;
    const back = narrow ? 4.6 : 3.7;
    const aside = narrow ? 0 : 0.95;
    const eye = { x: x - forward.x * back - right.x * aside, y: y + 1.5, z: z - forward.z * back - right.z * aside };
    const lift = narrow ? 0.05 : 1.18;
    return { eye, target: { x: eye.x + forward.x * back, y: y + lift, z: eye.z + forward.z * back } };
  }

  private free: FreeWay = (from: Point, yaw_rad: number, reach_m: number): number => {
    const dx = Math.sin(yaw_rad);
    const dz = Math.cos(yaw_rad);
    let free = reach_m;
    // Three feelers, as wide as a person.
    for (const side of [-0.3, 0, 0.3]) {
      for (const height of [0.35, walkerHeight_m]) {
        const hit = this.o.brain.ray(from.x + dz * side, this.own.y + height, from.z - dx * side, dx, 0, dz, reach_m + 0.3);
        if (hit !== null) free = Math.min(free, Math.max(hit - 0.3, 0));
      }
    }
    return free;
  };

  private walkTo(goal: Point, arrive_m: number, name: string, piece: Piece | null = null): void {
    const { walker, catalogue, events } = this.o;
    this.stopLooking(performance.now());
    this.ledTo = null;
    const way = route(this.own, goal, catalogue.mall.boutiques);
    events.guide("started", name);
    walker.follow(new WalkTo(way, arrive_m, this.free), (how) => {
      if (how === "arrived") {
        this.faceTo(goal);
        this.ledTo = piece;
      }
      events.guide(how, name);
    });
  }

  /** Having arrived, one turns to what one came for. */
  private faceTo(goal: Point): void {
    const yaw = Math.atan2(goal.x - this.own.x, goal.z - this.own.z);
    this.o.walker.face(yaw);
    this.director.face(yaw);
    this.director.cut({ kind: "walk" }, performance.now());
  }

  private makeActions(): WorldActions {
    const { brain, catalogue } = this.o;
    const pieceOf = (productId: number): Piece | undefined => this.shelf.pieceOf(productId, this.camera.position);
    return {
      tryOn: (variantId) => brain.tryOn(variantId),
      takeOff: (slot) => brain.takeOff(slot),
      wearing: () => this.people.own()?.outfit ?? [],
      lookAtPiece: (productId) => {
        const piece = pieceOf(productId);
        if (piece !== undefined && this.walking) this.look(piece);
      },
      lookAtMe: () => this.lookAtMe(),
      lookingAtMe: () => this.looking === "me",
      showVariant: (productId, variantId) => {
        const piece = pieceOf(productId);
        if (piece !== undefined) void this.shelf.showVariant(piece, variantId);
      },
      fetching: (productId) => {
        const piece = pieceOf(productId);
        return piece !== undefined && piece.state === "loading" ? piece.fraction : null;
      },
      failed: (productId) => pieceOf(productId)?.state === "failed",
      walkToProduct: (productId) => {
        const piece = pieceOf(productId);
        if (piece === undefined) return;
        const { x, z } = piece.group.position;
        this.walkTo({ x, z }, arriveAtPiece_m + Math.max(piece.size[0], piece.size[2]) / 2, piece.product.name, piece);
      },
      walkToDoor: (boutiqueId) => {
        const boutique = catalogue.boutique(boutiqueId);
        if (boutique !== undefined) this.walkTo({ x: boutique.door[0], z: boutique.door[2] }, arriveAtDoor_m, boutique.name);
      },
      wave: () => brain.wave(),
      othersNames: () => this.people.others().sort((a, b) => Number(a.staff) - Number(b.staff)).map((other) => other.name),
    };
  }
}
