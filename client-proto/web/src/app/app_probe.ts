// Fills the probe for browser tests (probe.ts) from the world that was built.
import type { LoadedWorld } from "../world/build.ts";
import { installProbe } from "./probe.ts";

const chest_m = 1.2;

export function installAppProbe(panel: () => string | null, world: LoadedWorld, inside: () => boolean): void {
  const { stage, connection, brain, place, voice, catalogue } = world;
  const poses = (): ReadonlyMap<number, readonly [number, number, number]> =>
    new Map((stage.frame?.avatars ?? []).map((pose) => [pose.id, [pose.x, pose.y, pose.z] as const]));
  installProbe({
    joined: () => inside() && connection.current().kind === "joined",
    status: () => connection.current().kind,
    position: () => (stage.frame?.own == null ? null : [stage.frame.own.x, stage.frame.own.y, stage.frame.own.z]),
    yaw: () => stage.frame?.own?.yaw ?? 0,
    camera: () => stage.camera.position.toArray(),
    others: () => {
      const at = poses();
      return stage.people.others().map(({ id, name, staff, keepsOrder, outfit }) => {
        const [x, y, z] = at.get(id) ?? ([0, 0, 0] as const);
        const chest = stage.onScreen({ x, y: y + chest_m, z });
        return { id, name, staff, keepsOrder, outfit, position: [x, y, z] as const, screen: chest === null ? null : ([chest.x_px, chest.y_px] as const) };
      });
    },
    outfit: () => stage.people.own()?.outfit ?? [],
    fps: () => stage.fps,
    draws: () => place.renderer.info.render.calls,
    triangles: () => place.renderer.info.render.triangles,
    panel,
    goods: () => ({ ready: stage.shelf.pieces.filter((piece) => piece.state === "ready").length, total: stage.shelf.pieces.length }),
    near: () => stage.card.shown?.product.id ?? null,
    shutters: () => catalogue.mall.boutiques.map((_, place) => stage.shutters.lowered(place)),
    statistics: () => brain.statistics(),
    voice: () => voice.probe(),
  });
}
