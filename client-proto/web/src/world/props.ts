// Things that can be pushed: the brain says where they are, this draws them. A ball is leather in eight panels, a box is
// a wooden crate; both by small canvases, so that nothing has to be downloaded.
import { BoxGeometry, CanvasTexture, Mesh, MeshStandardMaterial, SphereGeometry, SRGBColorSpace, type BufferGeometry } from "three";
import type { PropPose } from "../net/brain.ts";
import type { Prop } from "../net/types.ts";
import type { Place } from "./seams.ts";

const texture_px = 256;

export class Props {
  private readonly meshes: Mesh[] = [];
  private readonly place: Place;

  constructor(place: Place, props: readonly Prop[]) {
    this.place = place;
    for (const prop of props) {
      const mesh = new Mesh(geometryOf(prop), new MeshStandardMaterial({ map: panels(prop.kind), roughness: 0.62 }));
      mesh.castShadow = true;
      mesh.receiveShadow = true;
      mesh.visible = false;
      this.meshes.push(mesh);
      place.scene.add(mesh);
    }
  }

  update(poses: readonly PropPose[]): void {
    for (const pose of poses) {
      const mesh = this.meshes[pose.index];
      if (mesh === undefined) continue;
      mesh.position.set(...pose.position);
      mesh.quaternion.set(...pose.rotation);
      if (mesh.visible) continue;
      mesh.visible = true;
      mesh.updateMatrixWorld(true);
      this.place.adopt(mesh);
    }
  }
}

function geometryOf(prop: Prop): BufferGeometry {
  const [x, y, z] = prop.half;
  return prop.kind === "sphere" ? new SphereGeometry(x, 40, 28) : new BoxGeometry(x * 2, y * 2, z * 2);
}

/** Alternating panels with a darker seam between them, and a little wear so that no surface is one flat colour. */
function panels(kind: "sphere" | "box"): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = texture_px;
  canvas.height = texture_px;
  const context = canvas.getContext("2d");
  if (context === null) return new CanvasTexture(canvas);
  const colours = kind === "sphere" ? ["#b5482f", "#ece0c8", "#2f4a5c", "#ece0c8"] : ["#8a6238", "#7b552e"];
  const count = kind === "sphere" ? 8 : 4;
  const width = texture_px / count;
  for (let panel = 0; panel < count; panel += 1) {
    context.fillStyle = colours[panel % colours.length] ?? "#888";
    context.fillRect(panel * width, 0, width, texture_px);
    context.fillStyle = "rgba(40, 26, 14, 0.55)";
    context.fillRect(panel * width, 0, 1.5, texture_px);
  }
  for (let speck = 0; speck < 900; speck += 1) {
    // A fixed sequence: the same ball for everybody.
    const x = (speck * 97.13) % texture_px;
    const y = (speck * 53.71 + (speck % 7) * 31) % texture_px;
    context.fillStyle = speck % 2 === 0 ? "rgba(255, 240, 215, 0.05)" : "rgba(30, 18, 8, 0.06)";
    context.fillRect(x, y, 5, 2);
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 8;
  return texture;
}
