// The lettering: the shops' names on their fascias, "Opening soon" on the doors of those that are shut. One texture, one mesh.

import { BufferAttribute, BufferGeometry, CanvasTexture, Color, Matrix4, Mesh, MeshBasicMaterial, Vector3 } from 'three';
import type { Bay } from '../layout.ts';

export interface SignText {
  readonly bay: Bay;
  readonly text: string;
  readonly open: boolean;
}

export interface SignFonts {
  readonly family: string;
  /** What shut doors say. */
  readonly closed: string;
}

const kRow_px = 128;
const kWidth_px = 1024;
const kColumns = 2;
const kFasciaColour = new Color(2.3, 1.75, 1.05);
/** A rectangle on the bay's front. */
interface Plate {
  readonly x: number;
  readonly halfWidth: number;
  readonly low: number;
  readonly high: number;
  readonly z: number;
}
const kFascia: Plate = { x: 0, halfWidth: 0.95, low: 2.96, high: 3.44, z: -0.108 };
/** On the right leaf, at the height of the eyes. */
const kDoorLettering: Plate = { x: 0.385, halfWidth: 0.26, low: 1.54, high: 1.67, z: -0.226 };

function drawTexts(texts: readonly string[], closed: string, family: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = kWidth_px;
  canvas.height = kRow_px * Math.ceil((texts.length + 1) / kColumns);
  const draw = canvas.getContext('2d')!;
  draw.fillStyle = '#fff';
  draw.textAlign = 'center';
  draw.textBaseline = 'middle';
  const cell = kWidth_px / kColumns;
  [...texts, closed].forEach((text, i) => {
    const isName = i < texts.length;
    draw.font = isName ? `500 62px ${family}` : `400 74px ${family}`;
    draw.letterSpacing = isName ? '9px' : '1px';
    draw.fillText(isName ? text.toUpperCase() : text, cell * (i % kColumns) + cell / 2, kRow_px * (Math.floor(i / kColumns) + 0.5), cell - 12);
  });
  return canvas;
}

export function makeSigns(signs: readonly SignText[], fonts: SignFonts, anisotropy: number): Mesh {
  const texts = [...new Set(signs.map((s) => s.text))];
  const canvas = drawTexts(texts, fonts.closed, fonts.family);
  const rows = canvas.height / kRow_px;
  const positions: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  const letter = (bay: Bay, cell: number, { x: middle, halfWidth, low, high, z }: Plate): void => {
    const matrix = new Matrix4().makeRotationY(bay.yaw).setPosition(...bay.position);
    const first = positions.length / 3;
    const [left, right] = [middle - halfWidth, middle + halfWidth];
    for (const [x, y] of [[left, low], [right, low], [right, high], [left, high]] as const) positions.push(...new Vector3(x, y, z).applyMatrix4(matrix).toArray());
    const u = (cell % kColumns) / kColumns;
    const v = 1 - (Math.floor(cell / kColumns) + 1) / rows;
    uvs.push(u, v, u + 1 / kColumns, v, u + 1 / kColumns, v + 1 / rows, u, v + 1 / rows);
    indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
  };
  for (const { bay, text, open } of signs) {
    letter(bay, texts.indexOf(text), kFascia);
    if (!open) letter(bay, texts.length, kDoorLettering);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from(positions), 3));
  geometry.setAttribute('uv', new BufferAttribute(Float32Array.from(uvs), 2));
  geometry.setIndex(indices);
  const texture = new CanvasTexture(canvas);
  texture.anisotropy = anisotropy;
  const mesh = new Mesh(geometry, new MeshBasicMaterial({ map: texture, transparent: true, color: kFasciaColour, depthWrite: false }));
  mesh.layers.enable(1);
  mesh.renderOrder = 6;
  return mesh;
}
