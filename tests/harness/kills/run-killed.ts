import type { Job } from "../../../src/jobs/life/job.ts";
import type { Flow } from "./flow.ts";
import { judge } from "./judge.ts";
import type { Setting } from "./setting.ts";
import { onStage } from "./stage.ts";
import { createTrap } from "./trap.ts";
import type { Place } from "./trap.ts";
import type { Victim } from "./victim.ts";

export interface KilledRun {
  /** Whether the process came to the place where it was to be killed. */
  readonly cameSoFar: boolean;
  /** For people. */
  readonly place: string;
  /** What has become of the jobs in the end. */
  readonly jobs: readonly Job[];
}

/** Runs the flow once, with a process that is killed at this place. */
export async function runKilled(flow: Flow, setting: Setting, place: Place): Promise<KilledRun> {
  let victim: Victim | undefined;
  let jobs: readonly Job[] = [];
  const trap = createTrap(place, () => {
    victim?.kill();
    return "cut";
  });
  await onStage(setting, trap, async (stage) => {
    const { order, aheadMs = 0, ...scene } = await flow.begin(stage);
    // What a killed process has sent may still arrive, but not what it had not begun to send.
    const proxy = await stage.openWayOut("victim", (call, at) => (trap.isSprung() ? "cut" : trap.rule(call, at)));
    victim = stage.victims.begin({ order, environment: proxy.environment, aheadMs });
    const outcome = await victim.ended;
    await proxy.idle();
    await scene.goOn?.(outcome);
    // What one call leaves behind the next one finds: so each such state meets both orders.
    await stage.successor.passTime(place.moment === "before" ? "supervisor" : "messages");
    await scene.check?.(outcome);
    jobs = stage.jobs();
    await (scene.judge ?? (async () => judge(stage)))();
  });
  return { cameSoFar: trap.isSprung(), place: trap.tell(), jobs };
}
