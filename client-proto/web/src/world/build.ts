// Builds the world once the code is here: brain and walls, place and light, mannequins. Each is fetched with its bytes
// counted under a name, side by side; only then may somebody walk.
import brainUrl from "../../../../build/wasm/brain.wasm?url";
import { Crowd, mannequin } from "../avatar/index.ts";
import { fetchCounted, type Progress } from "../app/progress.ts";
import type { Catalogue } from "../goods/catalogue.ts";
import { Brain } from "../net/brain.ts";
import { Connection, type Status } from "../net/connection.ts";
import { createPlace, type Place, type Quality } from "../place/index.ts";
import type { MallDocument } from "../place/mall.ts";
import { t } from "../i18n/index.ts";
import { Voice } from "../voice/index.ts";
import { Stage, type StageEvents } from "./stage.ts";
import type { Walker } from "./walker.ts";

export interface BuildOptions {
  readonly canvas: HTMLCanvasElement;
  readonly catalogue: Catalogue;
  readonly walker: Walker;
  readonly progress: Progress;
  readonly status: (status: Status) => void;
  readonly events: StageEvents;
}

export interface LoadedWorld {
  readonly stage: Stage;
  readonly connection: Connection;
  readonly brain: Brain;
  readonly place: Place;
  readonly voice: Voice;
  readonly catalogue: Catalogue;
}

const mallUrl = "/content/mall/mall.json";
const brainExpected_bytes = 80_000;
const mallExpected_bytes = 60_000;
const lightExpected_bytes = 1_600_000;
/** Drawing the textures costs time, not bytes: it counts like a file of this size. */
const buildShare_bytes = 400_000;

export async function buildWorld(options: BuildOptions): Promise<LoadedWorld> {
  const { catalogue, progress } = options;
  const [brain, mall] = await Promise.all([loadBrain(progress, catalogue), loadMall(progress)]);
  const place = await build(options.canvas, mall, progress);
  const crowd = new Crowd(place);
  const connection = new Connection(brain, options.status);
  const [spawn] = mall.spawns;
  const stage = new Stage({
    place, crowd, figure: mannequin, catalogue, brain, connection, walker: options.walker,
    spawn: spawn ?? { position: [0, 0, 39], yaw_rad: Math.PI }, events: options.events,
  });
  const voice = new Voice({ brain, connection, scene: place.scene, camera: place.camera });
  return { stage, connection, brain, place, voice, catalogue };
}

async function build(canvas: HTMLCanvasElement, mall: MallDocument, progress: Progress): Promise<Place> {
  const light = progress.start("progress.light", lightExpected_bytes);
  const task = progress.start("progress.place", buildShare_bytes);
  const quality = wantedQuality();
  const place = await createPlace(canvas, mall, {
    ...(quality === null ? {} : { quality }),
    closedText: t("place.closed"),
    onProgress: (fraction) => {
      progress.update(light, Math.min(fraction * 2, 1) * lightExpected_bytes, lightExpected_bytes);
      if (fraction >= 0.5) progress.finish(light);
      progress.update(task, Math.max(fraction * 2 - 1, 0) * buildShare_bytes, buildShare_bytes);
    },
  });
  progress.finish(task);
  return place;
}

/** `?quality=low` asks for the plainest picture: for tests, and for machines without a graphics processor. */
function wantedQuality(): Quality | null {
  const wish = new URLSearchParams(location.search).get("quality");
  return wish === "low" || wish === "phone" || wish === "desktop" ? wish : null;
}

async function loadBrain(progress: Progress, catalogue: Catalogue): Promise<Brain> {
  const task = progress.start("progress.walls", brainExpected_bytes);
  const [code, walls] = await Promise.all([
    fetchCounted(brainUrl, brainExpected_bytes, (loaded, total) => progress.update(task, loaded, total)),
    fetchCounted(catalogue.mall.collision.url, 1, () => undefined),
  ]);
  const brain = await Brain.load(code);
  const status = brain.loadCollision(walls);
  if (status !== 0) throw new Error(`the walls of the mall cannot be read (${status})`);
  progress.finish(task);
  return brain;
}

async function loadMall(progress: Progress): Promise<MallDocument> {
  const task = progress.start("progress.mall", mallExpected_bytes);
  const bytes = await fetchCounted(mallUrl, mallExpected_bytes, (loaded, total) => progress.update(task, loaded, total));
  progress.finish(task);
  return JSON.parse(new TextDecoder().decode(bytes)) as MallDocument;
}
