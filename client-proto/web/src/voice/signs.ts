// A small sign over the head of whoever is speaking: three arcs of sound beside the name.
import { CanvasTexture, Sprite, SpriteMaterial, SRGBColorSpace, type PerspectiveCamera, type Scene } from "three";
import type { Place } from "./loudspeaker.ts";

const drawn_px = 64;
const size_px = 26;

function drawing(): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = drawn_px;
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.fillStyle = "rgba(29, 26, 22, .62)";
    context.beginPath();
    context.arc(drawn_px / 2, drawn_px / 2, drawn_px / 2, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = "#f0d9a8";
    context.lineCap = "round";
    context.lineWidth = 5;
    for (const radius of [7, 16, 25]) {
      context.beginPath();
      context.arc(drawn_px * 0.27, drawn_px / 2, radius, -0.75, 0.75);
      context.stroke();
    }
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}

export class Signs {
  private readonly scene: Scene;
  private readonly texture = drawing();
  private readonly sprites: Sprite[] = [];

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** One at each place, above the name. */
  show(places: readonly Place[], camera: PerspectiveCamera, height_px: number): void {
    while (this.sprites.length < places.length) this.sprites.push(this.newSprite());
    // Without attenuation a sprite's scale is in units of the distance 1: this many of them are one pixel.
    const scale = (size_px * 2 * Math.tan((camera.fov * Math.PI) / 360)) / Math.max(1, height_px);
    this.sprites.forEach((sprite, index) => {
      const place = places[index];
      sprite.visible = place !== undefined;
      if (place === undefined) return;
      sprite.position.set(place.x, place.y, place.z);
      sprite.scale.set(scale, scale, 1);
    });
  }

  private newSprite(): Sprite {
    const material = new SpriteMaterial({ map: this.texture, transparent: true, depthWrite: false, sizeAttenuation: false, fog: false });
    material.toneMapped = false;
    const sprite = new Sprite(material);
    sprite.renderOrder = 11;
    sprite.raycast = () => undefined;
    this.scene.add(sprite);
    return sprite;
  }
}
