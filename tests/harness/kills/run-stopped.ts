import { expect } from "@jest/globals";
import type { Verdict } from "./fault-proxy.ts";
import type { Flow } from "./flow.ts";
import { createGate } from "./gate.ts";
import { judge } from "./judge.ts";
import type { Setting } from "./setting.ts";
import { onStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { createTrap } from "./trap.ts";
import type { Place } from "./trap.ts";
import type { Victim } from "./victim.ts";

const FENCED = /^warn job fenced /;

/**
 * Runs the flow once, with a worker that is stopped at this place and wakes up when others have ended its job: it must
 * not write any more, and must say that it was overtaken if it held the job. Returns whether it came so far.
 */
export async function runStopped(flow: Flow, setting: Setting, place: Place): Promise<boolean> {
  const stopped = createGate();
  const overtaken = createGate();
  let victim: Victim | undefined;
  const trap = createTrap(place, async (): Promise<Verdict> => {
    victim?.stop();
    stopped.open();
    await overtaken.opened;
    return "go on";
  });
  await onStage(setting, trap, async (stage) => {
    const { order, aheadMs = 0, meanwhile, says = FENCED, check } = await flow.begin(stage);
    const proxy = await stage.openWayOut("victim", trap.rule);
    victim = stage.victims.begin({ order, environment: proxy.environment, aheadMs });
    await Promise.race([stopped.opened, victim.ended]);
    const heldJob = stage.jobs().some(({ phase }) => phase === "processing");
    await meanwhile?.();
    await stage.successor.passTime(place.moment === "before" ? "supervisor" : "messages");
    const written = stage.log.commits.length;
    overtaken.open();
    victim.goOn();
    const outcome = await victim.ended;
    await proxy.idle();
    expectNoMore(stage, written);
    if (heldJob) expect(outcome?.lines).toEqual([expect.stringMatching(says)]);
    await check?.(outcome);
    await judge(stage);
  });
  return trap.isSprung();
}

function expectNoMore({ log }: Stage, written: number): void {
  expect(log.commits.slice(written)).toEqual([]);
}
