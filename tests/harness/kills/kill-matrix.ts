import { expect, it } from "@jest/globals";
import type { Flow } from "./flow.ts";
import { runKilled } from "./run-killed.ts";
import { runStopped } from "./run-stopped.ts";
import { inNewSetting } from "./setting.ts";

/**
 * Declares the tests of a flow: its process is killed before its first call, its second, and so on, and then after
 * each, until a run in which it lives to the end shows that there are no more.
 */
export function itHoldsWhenKilled(sentence: string, flow: Flow): void {
  declare(`${sentence}, killed %s each of its calls`, flow, runKilled);
}

/** The same for a worker that is stopped, and goes on when its job has long ended. */
export function itHoldsWhenStopped(sentence: string, flow: Flow): void {
  declare(`${sentence}, stopped %s each of its calls`, flow, runStopped);
}

function declare(sentence: string, flow: Flow, run: typeof runKilled): void {
  it.each(["before", "after"] as const)(
    sentence,
    async (moment) =>
      inNewSetting(async (setting) => {
        let nth = 1;
        while (await run(flow, setting, { nth, moment })) nth += 1;
        expect(nth - 1).toBeGreaterThanOrEqual(flow.leastCalls);
      }),
    300_000, // A few seconds where nothing else runs.
  );
}
