// Name tags: a small sprite above the head, always 16 px high in letters, that fades with distance and hides behind walls.

import { CanvasTexture, LinearFilter, Sprite, SpriteMaterial, SRGBColorSpace } from 'three';
import type { Object3D, PerspectiveCamera } from 'three';

const letter_px = 16, padX_px = 10, padY_px = 5, sharpness = 2;
const clearUntil_m = 6, goneFrom_m = 15;
const nameMax_chars = 32;
/** The mark of who keeps order: a brass seal with a tick, in front of the name. */
const mark_px = 14, markGap_px = 6;

/** How strongly a tag shows at a distance, 0..1. */
export function tagOpacity(distance_m: number): number {
  const t = Math.min(1, Math.max(0, (goneFrom_m - distance_m) / (goneFrom_m - clearUntil_m)));
  return t * t * (3 - 2 * t);
}

function drawMark(context: CanvasRenderingContext2D, x: number, y: number): void {
  const radius = (mark_px / 2) * sharpness;
  context.fillStyle = '#d9b25f';
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = '#1d1a16';
  context.lineWidth = radius * 0.28;
  context.lineCap = context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(x - radius * 0.45, y);
  context.lineTo(x - radius * 0.1, y + radius * 0.38);
  context.lineTo(x + radius * 0.5, y - radius * 0.36);
  context.stroke();
}

export class NameTag {
  readonly sprite: Sprite;
  private readonly texture: CanvasTexture;
  private readonly width_px: number;
  private readonly height_px: number;

  constructor(name: string, marked = false) {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser gives no canvas to write names on');
    const font = `500 ${letter_px * sharpness}px "Inter Variable", Inter, system-ui, sans-serif`;
    const text = [...name].slice(0, nameMax_chars).join('');
    context.font = font;
    const front_px = marked ? mark_px + markGap_px : 0;
    this.width_px = Math.ceil(context.measureText(text).width / sharpness) + 2 * padX_px + front_px;
    this.height_px = Math.ceil(letter_px * 1.25) + 2 * padY_px;
    canvas.width = this.width_px * sharpness;
    canvas.height = this.height_px * sharpness;
    context.font = font;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    context.fillStyle = 'rgba(29, 26, 22, .62)';
    context.beginPath();
    context.roundRect(0, 0, canvas.width, canvas.height, canvas.height / 2);
    context.fill();
    context.fillStyle = '#faf7f1';
    context.fillText(text, (canvas.width + front_px * sharpness) / 2, canvas.height * 0.53);
    if (marked) drawMark(context, (padX_px + mark_px / 2) * sharpness, canvas.height / 2);
    this.texture = new CanvasTexture(canvas);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.minFilter = LinearFilter;
    this.texture.generateMipmaps = false;
    const material = new SpriteMaterial({ map: this.texture, transparent: true, depthWrite: false, sizeAttenuation: false, fog: false });
    material.toneMapped = false;
    this.sprite = new Sprite(material);
    this.sprite.renderOrder = 10;
    this.sprite.raycast = () => undefined;
  }

  place(parent: Object3D, x: number, y: number, z: number, camera: PerspectiveCamera, height_px: number, share = 1): void {
    const distance = Math.hypot(camera.position.x - x, camera.position.y - y, camera.position.z - z);
    const opacity = tagOpacity(distance) * share;
    this.sprite.visible = opacity > 0.01;
    if (!this.sprite.visible) return;
    if (this.sprite.parent !== parent) parent.add(this.sprite);
    this.sprite.material.opacity = opacity;
    this.sprite.position.set(x, y, z);
    // Without attenuation a sprite's scale is in units of the distance 1: this many of them are one pixel.
    const pixel = 2 * Math.tan((camera.fov * Math.PI) / 360) / Math.max(1, height_px);
    this.sprite.scale.set(this.width_px * pixel, this.height_px * pixel, 1);
  }

  hide(): void {
    this.sprite.visible = false;
  }
  dispose(): void {
    this.sprite.removeFromParent();
    this.texture.dispose();
    this.sprite.material.dispose();
  }
}
