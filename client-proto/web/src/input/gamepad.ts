// The first gamepad that is plugged in: left stick walks, right stick turns, A jumps, the right trigger runs.
import { still, type Intent } from "./intent.ts";

const deadZone = 0.18;

export interface GamepadReading {
  readonly intent: Intent;
  readonly turnX: number;
  readonly turnY: number;
}

const nothing: GamepadReading = { intent: still, turnX: 0, turnY: 0 };

export function dead(value: number | undefined): number {
  if (value === undefined || Math.abs(value) < deadZone) return 0;
  return Math.sign(value) * ((Math.abs(value) - deadZone) / (1 - deadZone));
}

export function readGamepad(): GamepadReading {
  const pad = navigator.getGamepads?.().find((candidate) => candidate?.connected === true && candidate.mapping === "standard");
  if (pad === undefined || pad === null) return nothing;
  const intent: Intent = {
    right: dead(pad.axes[0]),
    ahead: -dead(pad.axes[1]),
    run: (pad.buttons[7]?.value ?? 0) > 0.5,
    jump: pad.buttons[0]?.pressed ?? false,
  };
  return { intent, turnX: dead(pad.axes[2]), turnY: dead(pad.axes[3]) };
}
