import type { Verdict } from "../fault-proxy.ts";
import { createGate } from "../gate.ts";
import type { Stage } from "../stage.ts";
import { createTrap } from "../trap.ts";
import type { Place } from "../trap.ts";
import { startKillableHost } from "./killable-host.ts";
import type { KillableHost } from "./killable-host.ts";

/** A host that is killed when it comes to a place in its life. */
export interface DoomedHost extends KillableHost {
  readonly died: Promise<void>;
}

export async function startDoomedHost(stage: Stage, name: string, place: Place): Promise<DoomedHost> {
  const [listens, died] = [createGate(), createGate()];
  let isDead = false;
  const trap = createTrap(place, async (): Promise<Verdict> => {
    await listens.opened; // It may have found work before it says that it listens.
    isDead = true;
    await host.kill();
    died.open();
    return "cut";
  });
  // What a killed process has sent may still arrive, but not what it had not begun to send.
  const host = await startKillableHost(stage, name, (call, at) => (isDead ? "cut" : trap.rule(call, at)));
  listens.open();
  return { ...host, died: died.opened };
}
