// Whom one does not want to hear (muted) or to meet (blocked). The shop keeps the list; here is what of it is known of those who are
// about (the world tells whom of them one has muted), and the calls that read the list and take entries back.
import { call, type Answer } from "../net/api.ts";
import type { RelateAction } from "../net/brain.ts";
import type { Relation } from "../net/types.ts";

export interface Bond {
  readonly muted: boolean;
  readonly blocked: boolean;
}

const none: Bond = { muted: false, blocked: false };

export function bondAfter(bond: Bond, action: RelateAction): Bond {
  if (action === "mute" || action === "unmute") return { ...bond, muted: action === "mute" };
  return { ...bond, blocked: action === "block" };
}

export class Bonds {
  private readonly known = new Map<number, Bond>();
  private readonly gone = new Set<number>();

  of(avatar: number): Bond {
    return this.known.get(avatar) ?? none;
  }
  wish(avatar: number, action: RelateAction): void {
    this.known.set(avatar, bondAfter(this.of(avatar), action));
  }
  /** What the world tells of somebody in sight. */
  told(avatar: number, muted: boolean): void {
    this.known.set(avatar, { ...this.of(avatar), muted });
  }
  left(avatar: number): void {
    if (this.known.has(avatar)) this.gone.add(avatar);
  }
  /** Whoever comes into sight is not blocked (any more), and the world tells anew whether they are muted. */
  came(avatar: number): void {
    if (this.gone.delete(avatar)) this.known.delete(avatar);
  }
  forget(): void {
    this.known.clear();
    this.gone.clear();
  }
}

export async function fetchRelations(): Promise<Answer<readonly Relation[]>> {
  const answer = await call<{ readonly relations: readonly Relation[] }>("GET", "/api/relations");
  return answer.ok ? { ok: true, value: answer.value.relations } : answer;
}

export function liftRelation(id: string): Promise<Answer<unknown>> {
  return call("POST", `/api/relations/${encodeURIComponent(id)}/lift`);
}
