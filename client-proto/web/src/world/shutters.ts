// The shutters of boutiques that are closed: a rolling grille of rods in the boutique's own colour, through which one still
// sees the goods, with a small sign at the height of the eyes. It comes down, and goes up again, while somebody looks.
import { BoxGeometry, CanvasTexture, Color, CylinderGeometry, Group, InstancedMesh, Matrix4, Mesh, MeshStandardMaterial, PlaneGeometry, SRGBColorSpace } from "three";
import type { Boutique, Entrance } from "../net/types.ts";
import { kShopSpecs } from "../place/shops/specs.ts";
import { prefersReducedMotion } from "../ui/dom.ts";
import type { Place } from "./seams.ts";

const lowering_ms = 800;
const rodPitch_m = 0.085;
const rod_m = 0.022;
const rodDepth_m = 0.011;
const linkEvery_m = 0.3;
const link_m = 0.012;
const foot_m = 0.09;
const footDepth_m = 0.045;
const line_m = 0.012;
const signWidth_m = 0.86;
const signHeight_m = 0.26;
const signMiddle_m = 1.5;
const signBefore_m = 0.034;
const sign_px = [688, 208] as const;
const bronze = new Color(0.235, 0.155, 0.092);
const brass = new Color(0.8, 0.56, 0.28);
const fontFamily = '"Fraunces Variable", Fraunces, Georgia, serif';

type Closable = Pick<Boutique, "kind" | "entrances">;

export class Shutters {
  private readonly byPlace = new Map<number, Shutter[]>();
  private readonly place: Place;
  private readonly boutiques: readonly Closable[];
  private readonly text: () => string;
  private last_ms: number | null = null;

  constructor(place: Place, boutiques: readonly Closable[], text: () => string) {
    this.place = place;
    this.boutiques = boutiques;
    this.text = text;
  }

  /** `closed`: places in the mall's list. What is closed when this is first asked hangs there already. */
  update(closed: ReadonlySet<number>, now_ms: number): void {
    const atOnce = this.last_ms === null || prefersReducedMotion();
    const step = atOnce ? 1 : (now_ms - (this.last_ms ?? now_ms)) / lowering_ms;
    this.last_ms = now_ms;
    for (const place of closed) if (!this.byPlace.has(place)) this.byPlace.set(place, this.hang(place));
    for (const [place, shutters] of this.byPlace) for (const shutter of shutters) shutter.move(closed.has(place) ? step : -step);
  }

  /** How far down the shutters of a boutique are: 0 open, 1 closed. */
  lowered(place: number): number {
    return this.byPlace.get(place)?.[0]?.lowered ?? 0;
  }

  private hang(place: number): Shutter[] {
    const boutique = this.boutiques[place];
    return (boutique?.entrances ?? []).map((entrance) => {
      const shutter = new Shutter(entrance, colourOf(boutique?.kind ?? ""), this.text());
      this.place.scene.add(shutter.group);
      shutter.group.updateMatrixWorld(true);
      this.place.adopt(shutter.group, false);
      return shutter;
    });
  }
}

function colourOf(kind: string): Color {
  const spec = Object.values(kShopSpecs).find((candidate) => candidate.kind === kind);
  return spec === undefined ? bronze : new Color(...spec.accent);
}

/** One grille. Its rods hang from above; those that are still rolled up are not drawn. */
class Shutter {
  readonly group = new Group();
  lowered = 0;
  private readonly height_m: number;
  private readonly rods: InstancedMesh;
  private readonly links: Mesh[] = [];
  private readonly foot = new Group();
  private readonly sign: Mesh;

  constructor(entrance: Entrance, colour: Color, text: string) {
    const { width_m, height_m } = entrance;
    this.height_m = height_m;
    const metal = new MeshStandardMaterial({ color: colour, metalness: 0.55, roughness: 0.42 });
    const frame = new MeshStandardMaterial({ color: bronze, metalness: 0.8, roughness: 0.38 });
    const rod = new CylinderGeometry(1, 1, width_m, 10).rotateZ(Math.PI / 2).scale(1, rod_m, rodDepth_m);
    this.rods = new InstancedMesh(rod, metal, Math.ceil(height_m / rodPitch_m));
    const links = Math.floor(width_m / linkEvery_m);
    for (let i = 0; i <= links; i += 1) this.addLink((i - links / 2) * (width_m / (links + 0.5)), frame);
    this.addFoot(width_m, frame);
    this.sign = makeSign(text);
    this.group.add(this.rods, this.foot, this.sign);
    this.group.position.set(...entrance.position);
    this.group.rotation.y = entrance.yaw_rad;
    this.arrange();
  }

  /** Down by a part of its height, or up by a negative one. */
  move(part: number): void {
    const next = Math.min(Math.max(this.lowered + part, 0), 1);
    if (next === this.lowered) return;
    this.lowered = next;
    this.arrange();
  }

  private addLink(x: number, material: MeshStandardMaterial): void {
    const link = new Mesh(new BoxGeometry(link_m, 1, link_m), material);
    link.position.x = x;
    this.links.push(link);
    this.group.add(link);
  }

  private addFoot(width_m: number, material: MeshStandardMaterial): void {
    const bar = new Mesh(new BoxGeometry(width_m, foot_m, footDepth_m), material);
    const line = new Mesh(new BoxGeometry(width_m, line_m, footDepth_m + 0.006), new MeshStandardMaterial({ color: brass, metalness: 0.9, roughness: 0.3 }));
    bar.position.y = foot_m / 2;
    line.position.y = foot_m;
    this.foot.add(bar, line);
  }

  private arrange(): void {
    const eased = this.lowered * this.lowered * (3 - 2 * this.lowered);
    const low = this.height_m * (1 - eased);
    const hanging = this.height_m - low;
    this.group.visible = this.lowered > 0;
    const at = new Matrix4();
    this.rods.count = Math.max(Math.floor((hanging - foot_m) / rodPitch_m), 0);
    for (let i = 0; i < this.rods.count; i += 1) this.rods.setMatrixAt(i, at.makeTranslation(0, low + foot_m + rodPitch_m * (i + 0.5), 0));
    this.rods.instanceMatrix.needsUpdate = true;
    this.rods.computeBoundingSphere();
    for (const link of this.links) {
      link.scale.y = Math.max(hanging, 0.001);
      link.position.y = low + hanging / 2;
    }
    this.foot.position.y = low;
    this.foot.visible = hanging > foot_m;
    this.sign.position.set(0, low + signMiddle_m, signBefore_m);
    this.sign.visible = low + signMiddle_m + signHeight_m / 2 < this.height_m;
  }
}

/** Cream enamel with a brass rim. */
function makeSign(text: string): Mesh {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = sign_px;
  const draw = canvas.getContext("2d");
  if (draw !== null) {
    const [width, height] = sign_px;
    draw.fillStyle = "#b98a4a";
    draw.fillRect(0, 0, width, height);
    draw.fillStyle = "#f3eadb";
    draw.fillRect(10, 10, width - 20, height - 20);
    draw.strokeStyle = "#b98a4a";
    draw.lineWidth = 3;
    draw.strokeRect(24, 24, width - 48, height - 48);
    draw.fillStyle = "#3a2a1c";
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    draw.font = `500 78px ${fontFamily}`;
    draw.fillText(text, width / 2, height / 2 + 4, width - 90);
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 8;
  return new Mesh(new PlaneGeometry(signWidth_m, signHeight_m), new MeshStandardMaterial({ map: texture, roughness: 0.45 }));
}
