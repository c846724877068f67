import type { Job } from "../../../src/jobs/life/job.ts";
import type { Verdict } from "./fault-proxy.ts";
import type { Flow } from "./flow.ts";
import { createGate } from "./gate.ts";
import { judge } from "./judge.ts";
import type { Setting } from "./setting.ts";
import { onStage } from "./stage.ts";
import { createTrap } from "./trap.ts";
import type { Place } from "./trap.ts";
import type { Victim } from "./victim.ts";

export interface StoppedRun {
  /** Whether the worker came to the place where it was to be stopped. */
  readonly cameSoFar: boolean;
  /** For people. */
  readonly place: string;
  /** What it wrote after it had woken up. */
  readonly written: readonly unknown[];
  /** What it said, if it held the job when it was stopped. */
  readonly said?: readonly string[] | undefined;
  /** What has become of the jobs in the end. */
  readonly jobs: readonly Job[];
}

/** Runs the flow once, with a worker that is stopped at this place and wakes up when others have ended its job. */
export async function runStopped(flow: Flow, setting: Setting, place: Place): Promise<StoppedRun> {
  const stopped = createGate();
  const overtaken = createGate();
  let victim: Victim | undefined;
  const trap = createTrap(place, async (): Promise<Verdict> => {
    victim?.stop();
    stopped.open();
    await overtaken.opened;
    return "go on";
  });
  let found: Pick<StoppedRun, "written" | "said" | "jobs"> = { written: [], jobs: [] };
  await onStage(setting, trap, async (stage) => {
    const { order, aheadMs = 0, meanwhile, check } = await flow.begin(stage);
    const proxy = await stage.openWayOut("victim", trap.rule);
    victim = stage.victims.begin({ order, environment: proxy.environment, aheadMs });
    await Promise.race([stopped.opened, victim.ended]);
    const heldJob = stage.jobs().some(({ phase }) => phase === "processing");
    await meanwhile?.();
    await stage.successor.passTime(place.moment === "before" ? "supervisor" : "messages");
    const commits = stage.log.commits.length;
    overtaken.open();
    victim.goOn();
    const outcome = await victim.ended;
    await proxy.idle();
    await check?.(outcome);
    found = {
      written: stage.log.commits.slice(commits),
      said: heldJob ? (outcome?.lines ?? []) : undefined,
      jobs: stage.jobs(),
    };
    await judge(stage);
  });
  return { cameSoFar: trap.isSprung(), place: trap.tell(), ...found };
}
