// What is replicated, in Colyseus' own terms, in two variants. `16bit` is the lean schema: positions in fixed point over the
// hall (1.5 mm) and one byte of yaw. Plain integers are used for it and not `t.quantized`, which sends the same bytes but
// converts again for each client that looks. `float` is what Colyseus' examples do.
import { schema, t, type MapSchema, type Schema } from "@colyseus/schema";
import { headings, side_m, type Place } from "./hall.ts";

export const roomName = "hall";

export type Fields = "16bit" | "float";

export interface Avatar extends Schema {
  x: number;
  z: number;
  yaw: number;
}

export interface HallState extends Schema {
  avatars: MapSchema<Avatar>;
}

export interface Form {
  newState(): HallState;
  newAvatar(): Avatar;
  write(avatar: Avatar, at: Place, heading: number): void;
  read(avatar: Avatar): Place;
}

/** What a client sends: where to, and how fast. Colyseus sends only what changed. */
export const Input = schema({ heading: t.uint8(), gait: t.uint8() }, "Input");

const unitsPer_m = 65_535 / side_m;
const yawOf = (heading: number): number => (heading / headings) * 2 * Math.PI;

function lean(): Form {
  const LeanAvatar = schema({ x: t.uint16(), z: t.uint16(), yaw: t.uint8() }, "Avatar");
  const LeanHall = schema({ avatars: t.map(LeanAvatar).view() }, "Hall");
  return {
    newState: () => new LeanHall() as unknown as HallState,
    newAvatar: () => new LeanAvatar(),
    write(avatar, at, heading) {
      avatar.x = Math.round(at.x_m * unitsPer_m);
      avatar.z = Math.round(at.z_m * unitsPer_m);
      avatar.yaw = heading;
    },
    read: (avatar) => ({ x_m: avatar.x / unitsPer_m, z_m: avatar.z / unitsPer_m }),
  };
}

function plain(): Form {
  const PlainAvatar = schema({ x: t.float32(), z: t.float32(), yaw: t.float32() }, "Avatar");
  const PlainHall = schema({ avatars: t.map(PlainAvatar).view() }, "Hall");
  return {
    newState: () => new PlainHall() as unknown as HallState,
    newAvatar: () => new PlainAvatar(),
    write(avatar, at, heading) {
      avatar.x = at.x_m;
      avatar.z = at.z_m;
      avatar.yaw = yawOf(heading);
    },
    read: (avatar) => ({ x_m: avatar.x, z_m: avatar.z }),
  };
}

export const formOf = (fields: Fields): Form => (fields === "16bit" ? lean() : plain());

export function fieldsOf(text: string): Fields {
  if (text !== "16bit" && text !== "float") throw new Error(`not a kind of fields: ${text}`);
  return text;
}
