// The client's brain: the C++ of client-proto as WebAssembly (client-proto/wasm/README.md has the table of exports). This
// wrapper copies bytes in and out and turns words into objects; it decides nothing. Views over the module's memory are
// made anew after every call, because any call may move it.

export const buttonRun = 1;
export const buttonJump = 2;

export type BrainState = "idle" | "connecting" | "joined" | "closed";
const states: readonly BrainState[] = ["idle", "connecting", "joined", "closed"];

/** Why the server ended a visit, in the order of PROTOCOL.md's GoodbyeReason. */
export const goodbyeReasons = [
  "serverClosing", "wrongVersion", "badTicket", "full", "flooding", "badMessage", "idle", "replaced", "tooSlow", "kicked",
] as const;
export type GoodbyeReason = (typeof goodbyeReasons)[number];

export interface AvatarPose {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly speed: number;
  readonly grounded: boolean;
  readonly seated: boolean;
}

export interface PropPose {
  readonly index: number;
  readonly position: readonly [number, number, number];
  readonly rotation: readonly [number, number, number, number];
}

export interface Appearance {
  readonly id: number;
  readonly version: number;
  readonly shape: number;
  readonly tint: number;
  /** One of the house's own assistants. */
  readonly staff: boolean;
  /** A person who may send others away. */
  readonly keepsOrder: boolean;
  /** Variant id per slot, 0 for nothing worn. */
  readonly outfit: readonly number[];
  readonly name: string;
}

export type BrainEventKind = "wave" | "tryOnRefused" | "tryOnExpired" | "emote" | "waveAt" | "invited" | "partyRefused" | "sitRefused" | "bond";
const eventKinds: readonly BrainEventKind[] = ["wave", "tryOnRefused", "tryOnExpired", "emote", "waveAt", "invited", "partyRefused", "sitRefused", "bond"];

export interface BrainEvent {
  readonly kind: BrainEventKind;
  readonly avatar: number;
  readonly value: number;
}

/** A frame of somebody's voice, or word that one was lost: then it has no bytes. */
export interface VoicePiece {
  readonly avatar: number;
  /** On the clock that `voices` was asked with. */
  readonly playAt_us: number;
  readonly startsSpurt: boolean;
  readonly frame: Uint8Array<ArrayBuffer>;
}

/** Who hears it: those near, or one's own party wherever they are. In the order of PROTOCOL.md, as all that follow. */
export const speechLanes = ["near", "party"] as const;
export type SpeechLane = (typeof speechLanes)[number];
export const emoteKinds = ["nod", "shakeHead", "clap", "laugh", "think", "bow", "dance", "point"] as const;
export type EmoteKind = (typeof emoteKinds)[number];
export const relateActions = ["mute", "unmute", "block", "unblock"] as const;
export type RelateAction = (typeof relateActions)[number];
export const moderateActions = ["kick", "ban"] as const;
export type ModerateAction = (typeof moderateActions)[number];
export const partyActions = ["invite", "accept", "decline", "come", "leave"] as const;
export type PartyAction = (typeof partyActions)[number];
export const partyRefusals = ["declined", "expired", "full", "notPossible", "noRoom", "tooSoon"] as const;
export type PartyRefusal = (typeof partyRefusals)[number];

export interface Said {
  readonly avatar: number;
  readonly lane: SpeechLane;
  readonly text: string;
}

export interface PartyMember {
  readonly avatar: number;
  /** Connected now. */
  readonly here: boolean;
  /** 0 the hall, else the boutique's number in the order of mall.json, from 1. */
  readonly place: number;
  readonly name: string;
}

export interface QueuePlace {
  readonly place: number;
  readonly waiting: number;
  readonly estimate_s: number | null;
}

export interface Frame {
  readonly state: BrainState;
  readonly reason: GoodbyeReason | null;
  readonly retryable: boolean;
  readonly retryAfter_ms: number;
  readonly ownId: number;
  /** Null until the first snapshot and the walls are there. */
  readonly own: AvatarPose | null;
  readonly avatars: readonly AvatarPose[];
  readonly props: readonly PropPose[];
  readonly appearances: readonly Appearance[];
  readonly gone: readonly number[];
  /** Boutiques that are closed now, by their place in mall.json from 0. */
  readonly closed: ReadonlySet<number>;
  readonly events: readonly BrainEvent[];
  readonly said: readonly Said[];
  /** Everybody in one's own party, oneself included (nobody: in none); null when nothing has changed. */
  readonly party: readonly PartyMember[] | null;
  /** While one waits at the door of a full mall. */
  readonly queue: QueuePlace | null;
}

export interface Statistics {
  readonly roundTrip_ms: number;
  readonly snapshots: number;
  readonly snapshotsLost: number;
  readonly received_bytes: number;
  readonly corrections: number;
  readonly correctionMax_m: number;
  readonly refused: number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  brain_create(): number;
  brain_alloc(size: number): number;
  brain_free(pointer: number): void;
  brain_load_collision(brain: number, pointer: number, size: number): number;
  brain_hello(brain: number, pointer: number, now_us: number): number;
  brain_resume(brain: number, now_us: number): number;
  brain_on_bundle(brain: number, pointer: number, size: number, now_us: number): number;
  brain_on_closed(brain: number, now_us: number): void;
  brain_input(brain: number, buttons: number, x: number, z: number, yaw: number, now_us: number): void;
  brain_wave(brain: number): void;
  brain_wave_at(brain: number, avatar: number): number;
  brain_say(brain: number, lane: number, pointer: number, size: number): number;
  brain_emote(brain: number, kind: number): number;
  brain_relate(brain: number, avatar: number, action: number): number;
  brain_moderate(brain: number, avatar: number, action: number, minutes: number): number;
  brain_party(brain: number, action: number, avatar: number): number;
  brain_social(brain: number): number;
  brain_try_on(brain: number, variant: number): void;
  brain_take_off(brain: number, slot: number): void;
  brain_sit(brain: number, seat: number): void;
  brain_hear(brain: number, wanted: number): void;
  brain_speak(brain: number, pointer: number, size: number, startsSpurt: number, now_us: number): number;
  brain_voices(brain: number, now_us: number): number;
  brain_poll(brain: number, now_us: number): number;
  brain_frame(brain: number, now_us: number): number;
  brain_ray(brain: number, x: number, y: number, z: number, dx: number, dy: number, dz: number, reach: number): number;
  brain_statistics(brain: number): number;
  brain_collision_matches(brain: number): number;
}

/** Lane 0 may lose messages (the newest wins), lane 1 is reliable. */
export interface Outgoing {
  readonly lane: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const avatarWords = 8;
const propWords = 8;
const appearanceWords = 12;
const eventWords = 4;
const voiceWords = 5;
const saidWords = 5;
const memberWords = 8;
const estimateUnknown = 0xffff;
const slots = 5;
/** Of an avatar's flags, as PROTOCOL.md numbers them. */
const flagGrounded = 1;
const flagSeated = 8;
const noReason = 0xffffffff;
export const ticketBytes = 48;

export class Brain {
  private readonly exports: Exports;
  private readonly handle: number;
  private readonly text = new TextDecoder();

  private constructor(exports: Exports) {
    this.exports = exports;
    exports._initialize();
    this.handle = exports.brain_create();
  }

  static async load(bytes: BufferSource): Promise<Brain> {
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Brain(instance.exports as unknown as Exports);
  }

  /** 0 is good; otherwise 1 + CollisionStatus. */
  loadCollision(bytes: Uint8Array): number {
    return this.withBytes(bytes, (pointer) => this.exports.brain_load_collision(this.handle, pointer, bytes.length));
  }

  collisionMatches(): "unknown" | "yes" | "no" {
    return (["unknown", "yes", "no"] as const)[this.exports.brain_collision_matches(this.handle)] ?? "unknown";
  }

  hello(ticket: Uint8Array, now_us: number): boolean {
    if (ticket.length !== ticketBytes) return false;
    return this.withBytes(ticket, (pointer) => this.exports.brain_hello(this.handle, pointer, now_us)) === 0;
  }

  resume(now_us: number): boolean {
    return this.exports.brain_resume(this.handle, now_us) === 0;
  }

  onBundle(bytes: Uint8Array, now_us: number): number {
    return this.withBytes(bytes, (pointer) => this.exports.brain_on_bundle(this.handle, pointer, bytes.length, now_us));
  }

  onClosed(now_us: number): void {
    this.exports.brain_on_closed(this.handle, now_us);
  }

  input(buttons: number, x: number, z: number, yaw_rad: number, now_us: number): void {
    this.exports.brain_input(this.handle, buttons, x, z, yaw_rad, now_us);
  }

  wave(): void {
    this.exports.brain_wave(this.handle);
  }
  waveAt(avatar: number): boolean {
    return this.exports.brain_wave_at(this.handle, avatar) === 0;
  }
  /** False for what may not be said (see PROTOCOL.md), and while one is not inside. */
  say(lane: SpeechLane, text: string): boolean {
    const bytes = new TextEncoder().encode(text);
    return this.withBytes(bytes, (pointer) => this.exports.brain_say(this.handle, speechLanes.indexOf(lane), pointer, bytes.length)) === 0;
  }
  emote(kind: EmoteKind): boolean {
    return this.exports.brain_emote(this.handle, emoteKinds.indexOf(kind)) === 0;
  }
  relate(avatar: number, action: RelateAction): boolean {
    return this.exports.brain_relate(this.handle, avatar, relateActions.indexOf(action)) === 0;
  }
  /** For who keeps order; a ban lasts for a minute at least. */
  moderate(avatar: number, action: ModerateAction, minutes: number): boolean {
    return this.exports.brain_moderate(this.handle, avatar, moderateActions.indexOf(action), minutes) === 0;
  }
  /** Whom it is about is not asked for `leave`. */
  party(action: PartyAction, avatar = 0): boolean {
    return this.exports.brain_party(this.handle, partyActions.indexOf(action), avatar) === 0;
  }
  tryOn(variantId: number): void {
    this.exports.brain_try_on(this.handle, variantId);
  }
  takeOff(slot: number): void {
    this.exports.brain_take_off(this.handle, slot);
  }
  /** The seat's number in mall.json, from 0. */
  sit(seat: number): void {
    this.exports.brain_sit(this.handle, seat);
  }

  /** Whether one wants to hear others; holds for later connections too. */
  hear(wanted: boolean): void {
    this.exports.brain_hear(this.handle, wanted ? 1 : 0);
  }
  /** One Opus frame of 20 ms; false when nobody is there to send it to. */
  speak(frame: Uint8Array, startsSpurt: boolean, now_us: number): boolean {
    return this.withBytes(frame, (pointer) => this.exports.brain_speak(this.handle, pointer, frame.length, startsSpurt ? 1 : 0, now_us)) === 0;
  }
  /** What is to be played by now, each once. */
  voices(now_us: number): VoicePiece[] {
    const pointer = this.exports.brain_voices(this.handle, now_us);
    return this.list(this.words(pointer).u32(0), pointer + 4, voiceWords, (words) => ({
      avatar: words.u32(0), playAt_us: now_us + words.i32(1), startsSpurt: words.u32(2) === 1,
      frame: new Uint8Array(this.exports.memory.buffer, words.u32(4), words.u32(3)).slice(),
    }));
  }

  poll(now_us: number): Outgoing | null {
    const pointer = this.exports.brain_poll(this.handle, now_us);
    if (pointer === 0) return null;
    const view = new DataView(this.exports.memory.buffer, pointer);
    const lane = view.getUint32(0, true);
    const size = view.getUint32(4, true);
    return { lane, bytes: new Uint8Array(this.exports.memory.buffer, pointer + 8, size).slice() };
  }

  /** Distance to the first wall or piece of furniture along a direction, or null within `reach_m`. */
  ray(x: number, y: number, z: number, dx: number, dy: number, dz: number, reach_m: number): number | null {
    const distance = this.exports.brain_ray(this.handle, x, y, z, dx, dy, dz, reach_m);
    return distance < 0 ? null : distance;
  }

  frame(now_us: number): Frame {
    const pointer = this.exports.brain_frame(this.handle, now_us);
    return this.readFrame(pointer);
  }

  statistics(): Statistics {
    const words = this.words(this.exports.brain_statistics(this.handle));
    return {
      roundTrip_ms: words.f32(0), snapshots: words.u32(3), snapshotsLost: words.u32(4),
      received_bytes: words.u32(5), corrections: words.u32(6), correctionMax_m: words.f32(7), refused: words.u32(10),
    };
  }

  private readFrame(pointer: number): Frame {
    const head = this.words(pointer);
    const reason = head.u32(1);
    const own: AvatarPose = {
      id: head.u32(14), x: head.f32(15), y: head.f32(16), z: head.f32(17), yaw: head.f32(18), speed: head.f32(19),
      grounded: (head.u32(20) & 1) === 1, seated: (head.u32(20) & 2) === 2,
    };
    return {
      state: states[head.u32(0)] ?? "closed",
      reason: reason === noReason ? null : (goodbyeReasons[reason] ?? null),
      retryable: head.u32(2) === 1,
      retryAfter_ms: head.u32(3),
      ownId: own.id,
      own: head.u32(21) === 1 ? own : null,
      avatars: this.list(head.u32(4), head.u32(5), avatarWords, readAvatar),
      props: this.list(head.u32(6), head.u32(7), propWords, readProp),
      appearances: this.list(head.u32(8), head.u32(9), appearanceWords, (words) => this.readAppearance(words)),
      gone: this.list(head.u32(10), head.u32(11), 1, (words) => words.u32(0)),
      closed: bits(head.u32(22), head.u32(23)),
      events: this.list(head.u32(12), head.u32(13), eventWords, readEvent),
      ...this.readSocial(),
    };
  }

  private readSocial(): Pick<Frame, "said" | "party" | "queue"> {
    const words = this.words(this.exports.brain_social(this.handle));
    const estimate = words.u32(8);
    return {
      said: this.list(words.u32(0), words.u32(1), saidWords, (said) => ({
        avatar: said.u32(0), lane: speechLanes[said.u32(1)] ?? "near", text: this.readText(said.u32(3), said.u32(4)),
      })),
      party: words.u32(4) === 0 ? null : this.list(words.u32(2), words.u32(3), memberWords, (member) => ({
        avatar: member.u32(0), here: member.u32(1) === 1, place: member.u32(2), name: this.readText(member.u32(6), member.u32(7)),
      })),
      queue: words.u32(5) === 0 ? null : { place: words.u32(6), waiting: words.u32(7), estimate_s: estimate === estimateUnknown ? null : estimate },
    };
  }

  private readText(size_bytes: number, pointer: number): string {
    return this.text.decode(new Uint8Array(this.exports.memory.buffer, pointer, size_bytes));
  }

  private list<T>(count: number, pointer: number, size_words: number, read: (words: Words) => T): T[] {
    const items: T[] = [];
    for (let i = 0; i < count; i += 1) items.push(read(this.words(pointer + i * size_words * 4)));
    return items;
  }

  private readAppearance(words: Words): Appearance {
    const outfit: number[] = [];
    for (let slot = 0; slot < slots; slot += 1) outfit.push(words.u32(5 + slot));
    return {
      id: words.u32(0), version: words.u32(1), shape: words.u32(2), tint: words.u32(3), staff: (words.u32(4) & 1) !== 0, keepsOrder: (words.u32(4) & 2) !== 0, outfit,
      name: this.readText(words.u32(10), words.u32(11)),
    };
  }

  private words(pointer: number): Words {
    return new Words(new DataView(this.exports.memory.buffer, pointer));
  }

  private withBytes(bytes: Uint8Array, run: (pointer: number) => number): number {
    const pointer = this.exports.brain_alloc(bytes.length);
    new Uint8Array(this.exports.memory.buffer, pointer, bytes.length).set(bytes);
    const result = run(pointer);
    this.exports.brain_free(pointer);
    return result;
  }
}

const none: ReadonlySet<number> = new Set();

/** The bits that are set in two words, the lower one first. */
function bits(low: number, high: number): ReadonlySet<number> {
  if (low === 0 && high === 0) return none;
  const set = new Set<number>();
  for (let i = 0; i < 64; i += 1) if ((((i < 32 ? low : high) >>> (i % 32)) & 1) === 1) set.add(i);
  return set;
}

/** Little-endian 4-byte words at a pointer. */
class Words {
  private readonly view: DataView;
  constructor(view: DataView) {
    this.view = view;
  }
  u32(index: number): number {
    return this.view.getUint32(index * 4, true);
  }
  i32(index: number): number {
    return this.view.getInt32(index * 4, true);
  }
  f32(index: number): number {
    return this.view.getFloat32(index * 4, true);
  }
}

function readAvatar(words: Words): AvatarPose {
  return {
    id: words.u32(0), x: words.f32(1), y: words.f32(2), z: words.f32(3), yaw: words.f32(4), speed: words.f32(5),
    grounded: (words.u32(6) & flagGrounded) !== 0, seated: (words.u32(6) & flagSeated) !== 0,
  };
}

function readProp(words: Words): PropPose {
  return {
    index: words.u32(0),
    position: [words.f32(1), words.f32(2), words.f32(3)],
    rotation: [words.f32(4), words.f32(5), words.f32(6), words.f32(7)],
  };
}

function readEvent(words: Words): BrainEvent {
  return { kind: eventKinds[words.u32(0)] ?? "wave", avatar: words.u32(1), value: words.u32(2) };
}

/** The ticket travels as base64url without padding. */
export function decodeBase64Url(text: string): Uint8Array {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}
