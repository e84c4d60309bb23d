// Keys to walk by. Keys belong to whatever has the focus first: a text field, a list of choices or a panel keep their
// arrows, buttons keep Enter and Space. `event.code` is used for WASD, so that the keys lie where the fingers are on
// every layout.
import type { Intent } from "./intent.ts";

export type Command = "open" | "escape" | "wave" | "sit" | "firstPerson" | "talk" | "gestures";

const aheadCodes = new Set(["KeyW", "ArrowUp"]);
const backCodes = new Set(["KeyS", "ArrowDown"]);
const leftCodes = new Set(["KeyA", "ArrowLeft"]);
const rightCodes = new Set(["KeyD", "ArrowRight"]);
const runCodes = new Set(["ShiftLeft", "ShiftRight"]);
const walkCodes = new Set([...aheadCodes, ...backCodes, ...leftCodes, ...rightCodes]);
const commandCodes: Readonly<Record<string, Command>> = {
  KeyE: "open", KeyG: "wave", KeyX: "sit", KeyC: "firstPerson", Enter: "talk", KeyQ: "gestures",
};

/** Pure part: the set of held codes to an intent. */
export function intentOf(held: ReadonlySet<string>): Intent {
  const any = (codes: ReadonlySet<string>): number => ([...codes].some((code) => held.has(code)) ? 1 : 0);
  return {
    right: any(rightCodes) - any(leftCodes),
    ahead: any(aheadCodes) - any(backCodes),
    run: any(runCodes) === 1,
    jump: held.has("Space"),
  };
}

export type FocusOwner = "world" | "panel" | "button" | "text";

/** Whether a key goes to the world, given what has the focus. */
export function worldGets(code: string, owner: FocusOwner): boolean {
  if (owner === "text") return false;
  if (owner === "world") return true;
  if (code === "Space" || code === "Enter") return false;
  return owner === "button" || !code.startsWith("Arrow");
}

export function focusOwner(element: Element | null): FocusOwner {
  if (element === null || element === document.body || element.id === "world") return "world";
  if (element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) return "text";
  if (element.closest(".panel, .entry, .screen, .list-page") !== null) return "panel";
  return "button";
}

export class Keyboard {
  private readonly held = new Set<string>();
  private readonly command: (command: Command) => void;
  enabled = false;

  constructor(command: (command: Command) => void, signal: AbortSignal) {
    this.command = command;
    window.addEventListener("keydown", (event) => this.down(event), { signal });
    window.addEventListener("keyup", (event) => this.held.delete(event.code), { signal });
    window.addEventListener("blur", () => this.held.clear(), { signal });
  }

  intent(): Intent {
    return intentOf(this.enabled ? this.held : new Set());
  }

  private down(event: KeyboardEvent): void {
    if (event.code === "Escape") {
      this.command("escape");
      return;
    }
    if (!this.enabled || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!worldGets(event.code, focusOwner(document.activeElement))) return;
    const command = commandCodes[event.code];
    if (command !== undefined) {
      if (!event.repeat) this.command(command);
      event.preventDefault();
      return;
    }
    if (!walkCodes.has(event.code) && !runCodes.has(event.code) && event.code !== "Space") return;
    this.held.add(event.code);
    event.preventDefault();
  }
}
