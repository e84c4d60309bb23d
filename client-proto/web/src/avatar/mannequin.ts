// A figure that stands on a display: the crowd's body and garments in a resting pose.

import { addClip, clearPose, finishPose } from './clips.ts';
import { shoeLift_m, bodyUrl } from './crowd.ts';
import type { AvatarPlace } from './crowd.ts';
import { Figure, dress } from './figure.ts';
import { ModelStore } from './models.ts';
import { drawnSlots, feetSlot, slotCount } from './outfit.ts';
import type { WornGarment } from './outfit.ts';
import { makePose } from './skeleton.ts';
import { skinTints } from './tints.ts';
import { Group } from 'three';

export interface DisplayGarment extends WornGarment {
  readonly slot: number;
}

const shared = new ModelStore();

/** The figure faces +Z and stands on y = 0. Garments that cannot be fetched are left out; without the body there is no figure. */
export async function mannequin(place: AvatarPlace, shape: number, outfit: readonly DisplayGarment[], store = shared): Promise<Group> {
  const worn = new Array<WornGarment | null>(slotCount).fill(null);
  for (const garment of outfit) if (garment.slot >= 0 && garment.slot < slotCount) worn[garment.slot] = garment;
  const body = await store.body(bodyUrl(shape));
  const levels = [body.near];
  const colours: (string | null)[] = [skinTints[0]];
  for (const slot of drawnSlots(worn)) {
    const garment = worn[slot];
    const url = garment?.models[shape] ?? garment?.models[0];
    if (garment === null || garment === undefined || url === undefined) continue;
    const model = await store.model(url).catch(() => null);
    if (model === null) {
      worn[slot] = null;
      continue;
    }
    levels.push(model.near);
    colours.push(garment.colour);
  }
  const figure = new Figure(body);
  figure.wear(dress(levels, worn), colours);
  const pose = makePose(), idle = body.clips.get('idle');
  clearPose(pose);
  if (idle !== undefined) addClip(pose, idle, 0, 1);
  finishPose(pose);
  figure.pose(pose);
  const group = new Group();
  group.name = 'mannequin';
  figure.mesh.position.y = worn[feetSlot] !== null ? shoeLift_m : 0;
  group.add(figure.mesh);
  place.adopt(group);
  return group;
}
