// The place on the screen: builds the hall, takes its light, and draws it. What other parts of the client bring in (goods, people) they
// add to the scene and hand to `adopt`, which gives them the place's light.

import {
  BasicShadowMap,
  DataTexture,
  HalfFloatType,
  LinearFilter,
  LinearMipmapLinearFilter,
  LinearSRGBColorSpace,
  Matrix4,
  NoToneMapping,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  ShaderChunk,
  Vector3,
  WebGLRenderTarget,
  WebGLRenderer,
} from 'three';
import type { Material, Mesh, Object3D, RawShaderMaterial, Texture } from 'three';
import type { MaterialName } from './geometry/mesh.ts';
import { makeLayout } from './layout.ts';
import type { LightIndex, LightSections } from './light.ts';
import { probeAtlas, readLight } from './light.ts';
import { boutiqueZones } from './mall.ts';
import type { Box3 } from './mall.ts';
import { Contacts } from './render/contacts.ts';
import { Environment } from './render/environment.ts';
import { makeFinish } from './render/finish.ts';
import { makeFloors } from './render/floor.ts';
import { Instances, kMirrorLayer } from './render/instances.ts';
import type { SharedUniforms } from './render/lit.ts';
import { LitMaterials } from './render/lit.ts';
import { Mirror } from './render/mirror.ts';
import { Probes } from './render/probes.ts';
import type { Quality, QualitySettings } from './render/quality.ts';
import { kQualities } from './render/quality.ts';
import { makeSigns } from './render/signs.ts';
import { kRoofGlass, kShopGlass, makeGlass, makeSky } from './render/sky.ts';
import { Sun } from './render/sun.ts';
import type { TextureSet } from './render/textures.ts';
import { drawTextures, FullScreen } from './render/textures.ts';

/** What the place needs of the mall document: the names on the signs. */
export interface PlaceMall {
  readonly boutiques: readonly { readonly id: string; readonly name: string }[];
}

export interface PlaceOptions {
  /** 'low' is for tests and software rendering: no floor mirror, small textures, no antialiasing. Default: by the screen. */
  readonly quality?: Quality;
  /** Where light.json and light.bin lie. Default: /content/mall/ */
  readonly contentUrl?: string;
  readonly signFont?: string;
  /** Lettering of shut doors, in the visitor's language. */
  readonly closedText?: string;
  readonly signal?: AbortSignal;
  /** 0..1 as the light arrives and the textures are drawn. */
  readonly onProgress?: (fraction: number) => void;
}

export interface PlaceFigures {
  readonly calls: number;
  readonly triangles: number;
  readonly textureBytes: number;
}

export interface Place {
  readonly scene: Scene;
  readonly renderer: WebGLRenderer;
  readonly camera: PerspectiveCamera;
  readonly quality: 'desktop' | 'phone';
  resize(width: number, height: number, pixelRatio: number): void;
  update(camera: PerspectiveCamera, dt_s: number): void;
  render(): void;
  /** Gives what lies below this object the place's light, and a contact shadow if it stands; call again when new meshes were added below it. */
  adopt(object: Object3D, stands?: boolean): void;
  figures(): PlaceFigures;
  dispose(): void;
}

const kFov_deg = 60;
const kExposureHall = 0.95;
/** The eye adapts to the shops, which are a little darker. */
const kExposureShop = 1.09;
const kAdaptation_per_s = 1.6;
const kNarrowScreen_px = 640;

export async function createPlace(canvas: HTMLCanvasElement, mall: PlaceMall, options: PlaceOptions = {}): Promise<Place> {
  const url = options.contentUrl ?? '/content/mall/';
  const quality = options.quality ?? (Math.min(window.innerWidth, window.innerHeight) < kNarrowScreen_px ? 'phone' : 'desktop');
  const fetched = (name: string): Promise<Response> => fetch(url + name, options.signal ? { signal: options.signal } : {});
  const [index, bytes] = await Promise.all([
    fetched('light.json').then(checked).then((r) => r.json() as Promise<LightIndex>),
    fetched('light.bin').then(checked).then((r) => r.arrayBuffer()),
    document.fonts.load(`500 40px ${options.signFont ?? kSignFont}`).catch(() => []),
  ]);
  options.onProgress?.(0.5);
  const place = new HallPlace(canvas, mall, options, quality, index, readLight(index, new Uint8Array(bytes)));
  options.onProgress?.(1);
  return place;
}

const kSignFont = '"Fraunces Variable", Fraunces, Georgia, serif';

function checked(response: Response): Response {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response;
}

function lightTexture(rgb: Uint8Array, [width, height]: readonly [number, number]): DataTexture {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) rgba[4 * i + c] = rgb[3 * i + c]!;
  const texture = new DataTexture(rgba, width, height);
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  texture.needsUpdate = true;
  return texture;
}

class HallPlace implements Place {
  readonly scene = new Scene();
  readonly renderer: WebGLRenderer;
  readonly camera = new PerspectiveCamera(kFov_deg, 16 / 9, 0.08, 260);
  readonly quality: 'desktop' | 'phone';
  private readonly settings: QualitySettings;
  private readonly screen = new FullScreen();
  private readonly textures: TextureSet;
  private readonly materials: LitMaterials;
  private readonly instances: Instances;
  private readonly floors: Mesh[];
  private readonly contacts: Contacts;
  private readonly probes: Probes;
  private readonly sun: Sun;
  private readonly environment: Environment;
  private readonly mirror: Mirror | null;
  private readonly picture: WebGLRenderTarget;
  private readonly finish: RawShaderMaterial;
  private readonly shared: SharedUniforms;
  private readonly zones: readonly Box3[];
  private readonly owned: { dispose(): void }[] = [];
  private exposure = kExposureHall;
  private viewed: PerspectiveCamera = this.camera;
  private readonly eye = new Vector3();
  private sinceLast_s = 0;

  constructor(canvas: HTMLCanvasElement, mall: PlaceMall, options: PlaceOptions, quality: Quality, index: LightIndex, light: LightSections) {
    this.quality = quality === 'desktop' ? 'desktop' : 'phone';
    this.settings = kQualities[quality];
    const s = this.settings;
    this.renderer = makeRenderer(canvas, s.softShadows);
    this.textures = drawTextures(this.renderer, this.screen, s.textureScale, s.normalMaps, s.floorTexels);
    this.mirror = s.mirror ? new Mirror() : null;
    const floorLight = lightTexture(light.floor, index.floor);
    const shellLight = lightTexture(light.shell, index.shell);
    this.shared = {
      floorLight: { value: floorLight },
      shellLight: { value: shellLight },
      reflection: { value: greyTexel() },
      reflectionMatrix: { value: new Matrix4() },
      reflectionGain: { value: 0 },
    };
    this.materials = new LitMaterials(this.textures, this.shared, ShaderChunk.shadowmap_pars_fragment);
    this.environment = new Environment(s.cubeTexels);
    const glass = makeGlass(this.environment.cube.texture, kShopGlass);
    const skyGlass = makeGlass(this.environment.cube.texture, kRoofGlass);
    const materialOf = (name: MaterialName): Material | undefined => (name === 'glass' ? glass : name === 'skyGlass' ? skyGlass : this.materials.byName[name]);
    const layout = makeLayout();
    this.zones = boutiqueZones(layout);
    this.instances = new Instances(this.scene, layout, light.vertices, materialOf, s.reach);
    this.floors = makeFloors(this.materials.nave, this.materials.square);
    const names = new Map(mall.boutiques.map((b) => [b.id, b.name]));
    const signs = makeSigns(
      layout.bays.map((bay) => ({ bay, text: (bay.boutique && names.get(bay.boutique)) || bay.sign, open: bay.boutique !== null })),
      { family: options.signFont ?? kSignFont, closed: options.closedText ?? 'Opening soon' },
      this.renderer.capabilities.getMaxAnisotropy(),
    );
    this.scene.add(...this.floors, signs, makeSky());
    this.sun = new Sun(this.scene, s.shadowTexels);
    this.contacts = new Contacts(this.scene);
    this.probes = new Probes(probeAtlas(this.zones), this.zones, light.probes);
    this.picture = new WebGLRenderTarget(4, 4, { type: HalfFloatType, samples: s.samples, generateMipmaps: s.bloom > 0, minFilter: s.bloom > 0 ? LinearMipmapLinearFilter : LinearFilter });
    this.finish = makeFinish(this.picture.texture, s.bloom);
    this.owned.push(floorLight, shellLight, glass, skyGlass, this.finish, this.picture, this.shared.reflection.value as Texture);
    this.takeEnvironment([glass, skyGlass]);
  }

  private takeEnvironment(glasses: readonly Material[]): void {
    this.camera.position.set(0, 1.7, 38);
    this.camera.updateMatrixWorld();
    this.instances.showAll(true);
    this.sun.draw(this.renderer, this.scene, this.camera.position);
    this.instances.showAll(false);
    const panes = this.scene.children.filter((o) => glasses.includes((o as Mesh).material as Material));
    this.environment.take(this.renderer, this.scene, panes, (map) => {
      this.materials.setEnvironment(map);
      this.probes.setEnvironment(map);
    });
    if (this.mirror) {
      this.owned.push(this.mirror);
      this.shared.reflectionGain.value = 1;
    }
  }

  resize(width: number, height: number, pixelRatio: number): void {
    const ratio = Math.min(pixelRatio, this.settings.pixelRatioMax);
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    this.picture.setSize(Math.max(1, Math.round(w * this.settings.renderScale)), Math.max(1, Math.round(h * this.settings.renderScale)));
    this.mirror?.resize(w, h);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
  }

  update(camera: PerspectiveCamera, dt_s: number): void {
    this.viewed = camera;
    this.sinceLast_s += dt_s;
    camera.updateMatrixWorld();
    this.eye.setFromMatrixPosition(camera.matrixWorld);
    const inShop = this.zones.some(({ min, max }) => this.eye.x > min[0] && this.eye.x < max[0] && this.eye.z > min[2] && this.eye.z < max[2]);
    const wanted = inShop ? kExposureShop : kExposureHall;
    this.exposure += (wanted - this.exposure) * Math.min(1, dt_s * kAdaptation_per_s);
    this.finish.uniforms['exposure']!.value = this.exposure;
    if (this.sun.isStale(this.eye)) {
      this.instances.showAll(true);
      this.sun.draw(this.renderer, this.scene, this.eye);
    }
  }

  render(): void {
    this.renderer.info.reset();
    this.scene.updateMatrixWorld();
    this.contacts.update(this.sinceLast_s);
    if (this.mirror) this.renderMirror(this.mirror);
    this.instances.select(this.viewed, 'eye', this.sinceLast_s);
    this.sinceLast_s = 0;
    this.renderer.setRenderTarget(this.picture);
    this.renderer.render(this.scene, this.viewed);
    this.screen.draw(this.renderer, this.finish, null);
  }

  private renderMirror(mirror: Mirror): void {
    mirror.follow(this.viewed, this.shared.reflectionMatrix.value as Matrix4);
    this.instances.select(mirror.camera, 'mirror', 0);
    for (const floor of this.floors) floor.visible = false;
    // The floor's material must not read the picture that is being drawn.
    const own = this.shared.reflection;
    this.renderer.setRenderTarget(mirror.target);
    this.renderer.render(this.scene, mirror.camera);
    for (const floor of this.floors) floor.visible = true;
    own.value = mirror.target.texture;
  }

  adopt(object: Object3D, stands = true): void {
    this.probes.adopt(object);
    object.traverse((node) => node.layers.enable(kMirrorLayer));
    if (stands) this.contacts.add(object);
  }

  figures(): PlaceFigures {
    const { calls, triangles } = this.renderer.info.render;
    const { shadowTexels, cubeTexels } = this.settings;
    const targets = this.picture.width * this.picture.height * 8 * 1.33 + (this.mirror ? this.mirror.target.width * this.mirror.target.height * 12 : 0);
    return { calls, triangles, textureBytes: Math.round(this.textures.bytes + shadowTexels ** 2 * 4 + cubeTexels ** 2 * 6 * 8 * 1.33 + 768 * 1024 * 8 + targets) };
  }

  dispose(): void {
    for (const item of [this.textures, this.materials, this.instances, this.contacts, this.probes, this.sun, this.environment, this.screen, ...this.owned]) item.dispose();
    for (const floor of this.floors) floor.geometry.dispose();
    this.renderer.dispose();
  }
}

function greyTexel(): DataTexture {
  const texture = new DataTexture(new Uint8Array([90, 84, 76, 255]), 1, 1);
  texture.needsUpdate = true;
  return texture;
}

function makeRenderer(canvas: HTMLCanvasElement, softShadows: boolean): WebGLRenderer {
  const renderer = new WebGLRenderer({ canvas, antialias: false, powerPreference: 'high-performance' });
  renderer.info.autoReset = false;
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = softShadows ? PCFShadowMap : BasicShadowMap;
  renderer.shadowMap.autoUpdate = false;
  renderer.toneMapping = NoToneMapping;
  renderer.outputColorSpace = LinearSRGBColorSpace;
  return renderer;
}
