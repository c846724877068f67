import { expect, it } from "@jest/globals";
import type { Flow } from "./flow.ts";
import { runKilled } from "./run-killed.ts";
import type { KilledRun } from "./run-killed.ts";
import { runStopped } from "./run-stopped.ts";
import type { StoppedRun } from "./run-stopped.ts";
import { inNewSetting } from "./setting.ts";
import type { Setting } from "./setting.ts";
import type { Place } from "./trap.ts";

/** Where a process meets its fate: before one of its calls is carried out, or after that. */
export const MOMENTS = ["before", "after"] as const;
type Moment = (typeof MOMENTS)[number];

/** For all runs of one flow. A few seconds where nothing else runs. */
export const PATIENCE_MS = 300_000;

/** Declares the tests of a flow that says itself what must hold. */
export function itHoldsWhenKilled(sentence: string, flow: Flow): void {
  it.each(MOMENTS)(
    `${sentence}, killed %s each of its calls`,
    async (moment) => {
      const { calls } = await killAtEachCall(flow, moment);
      expect(calls).toBeGreaterThanOrEqual(flow.leastCalls);
    },
    PATIENCE_MS,
  );
}

interface Tried<Run> {
  /** At how many calls it was tried. */
  readonly calls: number;
  /** One for each call, and the last, in which nothing happened to the process. */
  readonly runs: readonly Run[];
}

/**
 * Runs a flow with a process that is killed at its first call, then one that is killed at its second, and so on, until
 * a run in which it lives to the end shows that there are no more.
 *
 * @throws when something does not hold that must, whatever the flow is about
 */
export async function killAtEachCall(flow: Flow, moment: Moment): Promise<Tried<KilledRun>> {
  return tryEachCall(moment, async (setting, place) => runKilled(flow, setting, place));
}

/** The same for a worker that is stopped, and goes on when its job has long ended. */
export async function stopAtEachCall(flow: Flow, moment: Moment): Promise<Tried<StoppedRun>> {
  return tryEachCall(moment, async (setting, place) => runStopped(flow, setting, place));
}

async function tryEachCall<Run extends { readonly cameSoFar: boolean }>(
  moment: Moment,
  run: (setting: Setting, place: Place) => Promise<Run>,
): Promise<Tried<Run>> {
  const runs: Run[] = [];
  await inNewSetting(async (setting) => {
    do runs.push(await run(setting, { nth: runs.length + 1, moment }));
    while (runs.at(-1)?.cameSoFar);
  });
  return { calls: runs.length - 1, runs };
}
