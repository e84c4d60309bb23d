// The small card with name and price that appears above the nearest piece in front of somebody, and opens it.
import { Vector3, type PerspectiveCamera } from "three";
import { formatMoney, t } from "../i18n/index.ts";
import { h } from "../ui/dom.ts";
import { priceOf } from "./catalogue.ts";
import { baseOf, topOf, type Piece } from "./shelf.ts";

const near_m = 2.7;
/** A piece that shows keeps showing until somebody is this much further away: no flicker at the border. */
const keep_m = 0.5;
const ahead_cos = 0.35;

/** The piece that a visitor at `feet` looking along `yaw_rad` stands before, or null. */
export function nearestAhead(pieces: readonly Piece[], feet: { x: number; z: number }, yaw_rad: number, shown: Piece | null): Piece | null {
  let best: Piece | null = null;
  let bestScore = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const base = piece.group.position;
    const dx = base.x - feet.x;
    const dz = base.z - feet.z;
    const distance = Math.hypot(dx, dz);
    const reach = near_m + Math.max(piece.size[0], piece.size[2]) / 2 + (piece === shown ? keep_m : 0);
    if (distance > reach) continue;
    const ahead = (dx * Math.sin(yaw_rad) + dz * Math.cos(yaw_rad)) / Math.max(distance, 0.01);
    if (ahead < ahead_cos) continue;
    const score = distance * (2 - ahead) - (piece === shown ? 0.3 : 0);
    if (score < bestScore) {
      best = piece;
      bestScore = score;
    }
  }
  return best;
}

/** Hangs a card above a point of the picture, within the window; what lies behind the camera is not shown. */
export function hang(card: HTMLElement, point: Vector3, size_px: { width: number; height: number }): void {
  const width = card.offsetWidth;
  const height = card.offsetHeight;
  const x = Math.min(Math.max(((point.x + 1) / 2) * size_px.width - width / 2, 12), size_px.width - width - 12);
  const y = Math.min(Math.max(((1 - point.y) / 2) * size_px.height - height, 76), size_px.height - height - 90);
  card.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  card.classList.toggle("near", point.z < 1);
}

export class PieceCard {
  readonly element: HTMLButtonElement;
  private readonly name = h("strong");
  private readonly price = h("span");
  private readonly say: (text: string) => void;
  private readonly point = new Vector3();
  shown: Piece | null = null;

  constructor(open: (piece: Piece) => void, say: (text: string) => void) {
    this.say = say;
    this.element = h("button", { class: "piece-card glassy", type: "button", onClick: () => this.shown !== null && open(this.shown) }, this.name, this.price);
  }

  update(piece: Piece | null, camera: PerspectiveCamera, size_px: { width: number; height: number }): void {
    if (piece !== this.shown) this.change(piece);
    if (piece === null) return;
    this.point.copy(topOf(piece));
    // Over tall pieces the card would leave the picture: it then hangs before the upper third.
    if (piece.size[1] > 1.3) this.point.setY(baseOf(piece).y + piece.size[1] * 0.72);
    hang(this.element, this.point.project(camera), size_px);
  }

  private change(piece: Piece | null): void {
    this.shown = piece;
    if (piece === null) {
      this.element.classList.remove("near");
      return;
    }
    const price = priceOf(piece.product);
    const money = price === null ? "" : formatMoney(price.price);
    const text = price?.from === true ? t("piece.from", { price: money }) : money;
    this.name.textContent = piece.product.name;
    this.price.textContent = text;
    this.say(t("live.near", { name: piece.product.name, price: text }));
  }
}
