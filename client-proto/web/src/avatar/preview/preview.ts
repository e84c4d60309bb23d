// A studio for looking at avatars: shoot.mjs opens it, asks for a picture and saves it. Not part of what ships.

import {
  ACESFilmicToneMapping, BackSide, BoxGeometry, CircleGeometry, Color, DirectionalLight, DoubleSide, Fog, Group, Mesh, MeshBasicMaterial,
  MeshStandardMaterial, PCFSoftShadowMap, PerspectiveCamera, PlaneGeometry, PMREMGenerator, Scene, WebGLRenderer,
} from 'three';
import type { Texture } from 'three';
import { addClip, clearPose, finishPose } from '../clips.ts';
import { bodyUrl, Crowd, shoeLift_m } from '../crowd.ts';
import { dress, Figure } from '../figure.ts';
import { addGesture, gestureDuration_s } from '../gestures.ts';
import type { EmoteKind } from '../../net/brain.ts';
import { ModelStore } from '../models.ts';
import { drawnSlots, slotCount, slotNames } from '../outfit.ts';
import type { WornGarment } from '../outfit.ts';
import { sit } from '../sitting.ts';
import { makePose } from '../skeleton.ts';
import { skinTints } from '../tints.ts';

interface Item {
  shape: number;
  /** "jacket" or "jacket:#334455". */
  wears?: string[];
  clip?: string;
  /** Shown at this phase instead of a clip's. */
  gesture?: EmoteKind;
  phase?: number;
  x?: number;
  z?: number;
  yaw?: number;
  tint?: number;
  far?: boolean;
  /** On a stool of a bench's height. */
  sits?: boolean;
}
interface Shot {
  width: number;
  height: number;
  camera?: [number, number, number];
  target?: [number, number, number];
  fov?: number;
  items?: Item[];
  shadow_m?: number;
  /** That many people walking about, drawn by the crowd. */
  crowd?: number;
}
interface Entry {
  name: string;
  slot: string;
  hides: string[];
  colours: { hex: string }[];
  models: string[];
}

const renderer = new WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
document.body.append(renderer.domElement);
renderer.shadowMap.enabled = true;
renderer.shadowMap.type = PCFSoftShadowMap;
renderer.toneMapping = ACESFilmicToneMapping;
renderer.toneMappingExposure = 0.92;
const store = new ModelStore();
const stool_m = 0.455;

function studioLight(): Texture {
  const scene = new Scene();
  scene.background = new Color(0.3, 0.31, 0.335);
  const lamp = (x: number, y: number, z: number, w: number, h: number, power: number, tint = 0xffffff): void => {
    const mesh = new Mesh(new PlaneGeometry(w, h), new MeshBasicMaterial({ color: new Color(tint).multiplyScalar(power), side: DoubleSide }));
    mesh.position.set(x, y, z);
    mesh.lookAt(0, 0, 0);
    scene.add(mesh);
  };
  lamp(-5, 4, 4, 4, 5, 4.5, 0xfff3e4);
  lamp(6, 2, 2, 2.2, 6, 2.2, 0xe6f0ff);
  lamp(0, 7, 0, 6, 6, 2.2);
  lamp(3, 3, -6, 3, 4, 4);
  lamp(-4, 2, -5, 2, 4, 2.2);
  lamp(0, -5, 0, 14, 14, 0.42, 0xb8a894);
  scene.add(new Mesh(new BoxGeometry(30, 30, 30), new MeshBasicMaterial({ color: new Color(0.3, 0.31, 0.335), side: BackSide })));
  return new PMREMGenerator(renderer).fromScene(scene, 0.035).texture;
}
const environment = studioLight();

function studio(shadow_m: number): Scene {
  const scene = new Scene();
  scene.environment = environment;
  scene.environmentIntensity = 0.62;
  scene.background = new Color(0xd8d4ce);
  scene.fog = new Fog(0xd8d4ce, 6, 40);
  const floor = new Mesh(new CircleGeometry(30, 64), new MeshStandardMaterial({ color: 0xbfb9b0, roughness: 0.95 }));
  floor.rotation.x = -Math.PI / 2;
  floor.receiveShadow = true;
  const key = new DirectionalLight(0xfff1e0, 2.0);
  key.position.set(-2.8, 3.4, 2.2);
  key.target.position.set(0, 0.9, 0);
  key.castShadow = true;
  key.shadow.mapSize.set(2048, 2048);
  Object.assign(key.shadow.camera, { left: -shadow_m, right: shadow_m, top: 1.6, bottom: -1.6, near: 0.5, far: 12 });
  key.shadow.bias = -0.0006;
  key.shadow.normalBias = 0.006;
  key.shadow.radius = 6;
  const rim = new DirectionalLight(0xe8f0ff, 1.5);
  rim.position.set(2.5, 2.6, -3);
  scene.add(floor, key, key.target, rim);
  return scene;
}

const catalogue = async (): Promise<Entry[]> => ((await (await fetch('/content/garments/garments.json')).json()) as { garments: Entry[] }).garments;

async function outfitOf(wears: readonly string[]): Promise<(WornGarment | null)[]> {
  const outfit = new Array<WornGarment | null>(slotCount).fill(null);
  for (const text of wears) {
    const [name, colour] = text.split(':');
    const entry = (await catalogue()).find((garment) => garment.name === name);
    if (entry === undefined) throw new Error(`no garment ${name}`);
    const slot = slotNames.indexOf(entry.slot as (typeof slotNames)[number]);
    outfit[slot] = { models: entry.models.map((m) => `/content/garments/${m}`), colour: colour ?? entry.colours[0]!.hex, hides: entry.hides };
  }
  return outfit;
}

async function stand(item: Item): Promise<Group> {
  const body = await store.body(bodyUrl(item.shape));
  const outfit = await outfitOf(item.wears ?? []);
  const slots = drawnSlots(outfit);
  const models = await Promise.all(slots.map((slot) => store.model(outfit[slot]!.models[item.shape]!)));
  const detail = item.far ? 'far' : 'near';
  const figure = new Figure(body);
  figure.wear(dress([body[detail], ...models.map((m) => m[detail])], outfit), [skinTints[item.tint ?? 0]!, ...slots.map((s) => outfit[s]!.colour)]);
  const pose = makePose();
  clearPose(pose);
  addClip(pose, body.clips.get(item.clip ?? 'idle')!, item.phase ?? 0, 1);
  finishPose(pose);
  if (item.sits === true) sit(pose, 1);
  if (item.gesture !== undefined) addGesture(pose, body.rest, item.gesture, (item.phase ?? 0) * gestureDuration_s[item.gesture], 1);
  figure.pose(pose);
  const group = new Group();
  group.add(figure.mesh);
  group.position.set(item.x ?? 0, outfit[4] !== null ? shoeLift_m : 0, item.z ?? 0);
  if (item.sits === true) {
    const stool = new Mesh(new BoxGeometry(0.5, stool_m, 0.5), new MeshStandardMaterial({ color: 0x8a6a4a, roughness: 0.8 }));
    stool.position.set(0, -stool_m / 2, 0);
    group.add(stool);
    group.position.y += stool_m;
  }
  group.rotation.y = item.yaw ?? 0;
  return group;
}

async function people(scene: Scene, count: number, camera: PerspectiveCamera): Promise<string> {
  const crowd = new Crowd({ scene, renderer, quality: 'desktop', adopt: () => undefined }, store);
  const wardrobe = await Promise.all([
    outfitOf(['jacket', 'trousers', 'sneakers', 'tee', 'hat']), outfitOf(['tee:#1f7a72', 'trousers:#3b3d42', 'sneakers']),
    outfitOf(['dress', 'sneakers']), outfitOf([]),
  ]);
  const started = performance.now();
  for (let id = 0; id < count; id++) {
    crowd.add(id, { name: `Guest ${id}`, shape: id % 3, tint: id % 8 });
    wardrobe[id % wardrobe.length]!.forEach((garment, slot) => {
      if (garment !== null) crowd.wear(id, slot, garment);
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const at = (id: number, t: number): void => {
    const speed = [0, 1.1, 2.0, 4.2][id % 4]!, yaw = (id * 2.4) % 6.28;
    const x = ((id * 7) % 23) - 11, z = -((id * 13) % 41) + 2;
    crowd.pose(id, { x: x + Math.sin(yaw) * speed * t, y: 0, z: z + Math.cos(yaw) * speed * t, yaw, speed, grounded: true, seated: false });
  };
  let worst = 0, total = 0;
  const frames = 40;
  for (let frame = 0; frame < frames; frame++) {
    for (let id = 0; id < count; id++) at(id, frame / 60);
    const before = performance.now();
    crowd.update(1 / 60, camera);
    const spent = performance.now() - before;
    if (frame >= 5) {
      total += spent;
      worst = Math.max(worst, spent);
    }
  }
  renderer.info.reset();
  return `update ${(total / (frames - 5)).toFixed(2)} ms, worst ${worst.toFixed(2)} ms, started ${(performance.now() - started).toFixed(0)} ms`;
}

async function shoot(shot: Shot): Promise<string> {
  renderer.setSize(shot.width, shot.height);
  const scene = studio(shot.shadow_m ?? 1.6);
  const camera = new PerspectiveCamera(shot.fov ?? 24, shot.width / shot.height, 0.1, 80);
  camera.position.set(...(shot.camera ?? [0, 1.15, 5.2]));
  camera.lookAt(...(shot.target ?? [0, 0.92, 0]));
  camera.updateMatrixWorld();
  let told = '';
  for (const item of shot.items ?? []) scene.add(await stand(item));
  if (shot.crowd !== undefined) told = await people(scene, shot.crowd, camera);
  renderer.render(scene, camera);
  return `${told} ${renderer.info.render.calls} calls ${renderer.info.render.triangles} triangles`;
}

Object.assign(window, { shoot, ready: true });
