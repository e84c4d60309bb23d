// Goods standing on their displays. The nearest come first, a few at a time, so that what one walks up to is there.
// Pieces stand at their real size; garments on figures are worn by the same mannequins as the visitors.
import { Box3, Group, Matrix4, Ray, Raycaster, Vector3, type Object3D } from "three";
import type { Display, Product, Vec3 } from "../net/types.ts";
import { standsBefore, type Goal } from "../world/camera.ts";
import type { Garment, Place, StaticFigure } from "../world/seams.ts";
import { firstVariant, type Catalogue } from "./catalogue.ts";
import { fit, stands } from "./fit.ts";
import type { ModelStore } from "./model_store.ts";
import { tint } from "./tint.ts";

export interface Piece {
  readonly display: Display;
  readonly product: Product;
  /** Stands at the display and turns with it; `turntable` inside turns the piece itself. */
  readonly group: Group;
  readonly turntable: Group;
  /** As it stands there, metres; the display's space until the model has come. */
  size: Vec3;
  variantId: number;
  state: "waiting" | "loading" | "ready" | "failed";
  fraction: number;
  failedAt_ms: number;
}

const loadWithin_m = 40;
const loadingMax = 3;
const retryAfter_ms = 15_000;
const pickWithin_m = 14;
const eyeRoom_m = 0.25;
const tall_m = 1.3;

export class Shelf {
  readonly pieces: Piece[] = [];
  private readonly place: Place;
  private readonly catalogue: Catalogue;
  private readonly models: ModelStore;
  private readonly figure: StaticFigure;
  private readonly raycaster = new Raycaster();
  private readonly changed: () => void;

  constructor(place: Place, catalogue: Catalogue, models: ModelStore, figure: StaticFigure, changed: () => void) {
    this.place = place;
    this.catalogue = catalogue;
    this.models = models;
    this.figure = figure;
    this.changed = changed;
    for (const display of catalogue.displays()) {
      const product = catalogue.product(display.product_id ?? -1);
      if (product !== undefined) this.pieces.push(this.prepare(display, product));
    }
  }

  /** One product may stand in several places: the one nearest to `eye` is meant. */
  pieceOf(productId: number, eye: Vector3): Piece | undefined {
    const distance = (piece: Piece): number => piece.group.position.distanceToSquared(eye);
    const [nearest] = this.pieces.filter((piece) => piece.product.id === productId).sort((a, b) => distance(a) - distance(b));
    return nearest;
  }

  /** Asks for the nearest pieces that are not there yet. */
  update(eye: Vector3, now_ms: number): void {
    let loading = this.pieces.filter((piece) => piece.state === "loading").length;
    if (loading >= loadingMax) return;
    const wanted = this.pieces
      .filter((piece) => piece.state === "waiting" || (piece.state === "failed" && now_ms - piece.failedAt_ms > retryAfter_ms))
      .map((piece) => ({ piece, distance: piece.group.position.distanceTo(eye) }))
      .filter(({ distance }) => distance < loadWithin_m)
      .sort((a, b) => a.distance - b.distance);
    for (const { piece } of wanted) {
      if (loading >= loadingMax) return;
      loading += 1;
      void this.load(piece);
    }
  }

  /** Shows another colour of a piece: garments and plain pieces are tinted by their variant. */
  async showVariant(piece: Piece, variantId: number): Promise<void> {
    if (piece.variantId === variantId) return;
    piece.variantId = variantId;
    if (piece.product.wear !== null && piece.state === "ready") await this.load(piece);
  }

  /** What the camera would stand in, or what stands before what is looked at, is left out of the picture; `kept` never is. */
  clearOf(eye: Vector3, kept: Piece | null, goal: Goal | null): void {
    for (const piece of this.pieces) {
      const near = piece !== kept && piece.group.position.distanceToSquared(eye) < 9;
      const inside = near && boxOf(piece).expandByScalar(eyeRoom_m).containsPoint(piece.group.worldToLocal(eye.clone()));
      piece.turntable.visible = piece === kept || !(inside || (goal !== null && hides(piece, eye, goal)));
    }
  }

  /** The piece under a ray, if nothing solid is before it. `wall_m` is how far the ray goes until it meets a wall. */
  pick(origin: Vector3, direction: Vector3, wall_m: number): Piece | null {
    let best: { piece: Piece; distance: number } | null = null;
    for (const piece of this.pieces) {
      const distance = this.hit(piece, origin, direction);
      if (distance === null || distance > pickWithin_m) continue;
      // A piece on the floor is itself solid: its own box may be met a little earlier than what is seen of it.
      const slack = Math.hypot(piece.size[0], piece.size[2]) / 2 + 0.35;
      if (distance > wall_m + slack) continue;
      if (best === null || distance < best.distance) best = { piece, distance };
    }
    return best?.piece ?? null;
  }

  private hit(piece: Piece, origin: Vector3, direction: Vector3): number | null {
    const inverse = new Matrix4().copy(piece.group.matrixWorld).invert();
    const ray = new Ray(origin.clone(), direction.clone()).applyMatrix4(inverse);
    const box = boxOf(piece).expandByScalar(0.03);
    const point = ray.intersectBox(box, new Vector3());
    if (point === null) return null;
    if (piece.state === "ready") {
      this.raycaster.set(origin, direction);
      const [exact] = this.raycaster.intersectObject(piece.turntable, true);
      if (exact !== undefined) return exact.distance;
    }
    return point.distanceTo(ray.origin);
  }

  private prepare(display: Display, product: Product): Piece {
    const group = new Group();
    const turntable = new Group();
    group.add(turntable);
    group.position.set(...display.position);
    group.rotation.y = display.yaw_rad;
    group.updateMatrixWorld(true);
    this.place.scene.add(group);
    return {
      display, product, group, turntable, size: sizeGuess(product, display), variantId: firstVariant(product)?.id ?? 0,
      state: "waiting", fraction: 0, failedAt_ms: 0,
    };
  }

  private async load(piece: Piece): Promise<void> {
    const first = piece.state !== "ready";
    if (first) piece.state = "loading";
    try {
      const onFigure = piece.product.wear !== null && piece.display.mount === "mannequin";
      const object = onFigure ? await this.dress(piece) : await this.stand(piece);
      piece.turntable.clear();
      piece.turntable.add(object);
      piece.group.updateMatrixWorld(true);
      if (!onFigure) this.place.adopt(piece.group, stands(piece.display.mount));
      piece.state = "ready";
    } catch {
      if (first) {
        piece.state = "failed";
        piece.failedAt_ms = performance.now();
      }
    }
    this.changed();
  }

  private async stand(piece: Piece): Promise<Object3D> {
    const model = await this.models.get(piece.product.model_url, (fraction) => {
      piece.fraction = fraction;
      this.changed();
    });
    const object = model.clone(true);
    tint(object, this.catalogue.variant(piece.variantId)?.colour?.hex ?? null);
    const bounds = new Box3().setFromObject(object);
    const box = { min: bounds.min.toArray(), max: bounds.max.toArray() };
    const placed = fit(box, piece.product.size_m, piece.display.mount);
    const holder = new Group();
    holder.add(object);
    holder.scale.setScalar(placed.scale);
    holder.position.set(...placed.offset);
    holder.traverse((part) => {
      part.castShadow = true;
      part.receiveShadow = true;
    });
    piece.size = placed.size;
    return holder;
  }

  /** A figure wearing the piece, and what the shop puts with it, so that nobody stands there in a jacket alone. */
  private async dress(piece: Piece): Promise<Object3D> {
    const outfit = [garmentOf(this.catalogue, piece.variantId)].filter((garment) => garment !== null);
    const taken = new Set(outfit.map((garment) => garment.slot));
    for (const other of this.catalogue.products(piece.product.boutique)) {
      if (other.wear === null || taken.has(other.wear.slot) || other.wear.slot === 0 || other.wear.slot === 2) continue;
      const garment = garmentOf(this.catalogue, firstVariant(other)?.id ?? 0);
      if (garment === null) continue;
      outfit.push(garment);
      taken.add(other.wear.slot);
    }
    piece.size = [0.62, 1.82, 0.42];
    return this.figure(this.place, piece.display.shape ?? 0, outfit);
  }
}

/** Whether a piece is tall enough to hide what is looked at, and before it. */
const hides = (piece: Piece, eye: Vector3, goal: Goal): boolean =>
  piece.size[1] >= tall_m && standsBefore(piece.group.position, piece.size[0] / 2, eye, goal);

export function garmentOf(catalogue: Catalogue, variantId: number): Garment | null {
  const wear = catalogue.productOfVariant(variantId)?.wear;
  if (wear === undefined || wear === null) return null;
  return { slot: wear.slot, models: wear.models, colour: catalogue.variant(variantId)?.colour?.hex ?? null, hides: wear.hides };
}

function sizeGuess(product: Product, display: Display): Vec3 {
  return product.size_m.every((length) => length > 0) ? product.size_m : display.space_m;
}

function boxOf(piece: Piece): Box3 {
  const [width, height, depth] = piece.size;
  const low = piece.display.mount === "wall" ? -height / 2 : piece.display.mount === "hanger" ? -height : 0;
  const back = piece.display.mount === "wall" ? 0 : -depth / 2;
  return new Box3(new Vector3(-width / 2, low, back), new Vector3(width / 2, low + height, back + depth));
}

/** Middle of the piece's base, in the world. */
export function baseOf(piece: Piece): Vector3 {
  const box = boxOf(piece);
  const centre = box.getCenter(new Vector3());
  return new Vector3(centre.x, box.min.y, centre.z).applyMatrix4(piece.group.matrixWorld);
}

/** Where the small card with name and price hangs: just above the piece. */
export function topOf(piece: Piece): Vector3 {
  const base = baseOf(piece);
  return base.setY(base.y + piece.size[1] + 0.1);
}
