import { afterAll, describe, expect, it } from "@jest/globals";
import { stopHostProcesses } from "../../support/host-process.ts";
import { createCrashApp } from "./crash-app.ts";
import { scenarios } from "./scenarios.ts";
import type { Progress, Scenario } from "./scenarios.ts";

/** More appends than any scenario makes: the search for the last one ends here with an error. */
const MOST_APPENDS = 60;

/** Kills the host at that append, restarts it, lets it finish; says whether the host lived so long at all. */
async function runWithKill(
  scenario: Scenario,
  moment: string,
  append: number,
): Promise<{ wasKilled: boolean; result: unknown }> {
  const app = createCrashApp();
  const first = await app.start(`${moment}:${append}`);
  const progress: Progress = {};
  const finished = scenario.begin(first, progress).then(() => scenario.result(first, app));
  const outcome = await Promise.race([
    finished.then((result) => ({ result })).catch(() => undefined),
    first.exited.then(() => undefined),
  ]);
  if (outcome && first.child.exitCode === null && first.child.signalCode === null) {
    await first.stop();
    return { wasKilled: false, result: outcome.result };
  }
  await first.exited;
  const second = await app.start();
  await scenario.begin(second, progress);
  const result = await scenario.result(second, app);
  await second.stop();
  return { wasKilled: true, result };
}

describe.each(scenarios)("$name, killed at every append to the journal", (scenario) => {
  afterAll(stopHostProcesses);

  // Killed before an append is killed after the one before it, so "torn" stands for both.
  it.each(["torn", "after"])("ends as if nothing had happened, killed %s", async (moment) => {
    // Two at a time: most of a run is the start of its two hosts.
    for (let append = 1; append <= MOST_APPENDS; append += 2) {
      const runs = await Promise.all([append, append + 1].map((each) => runWithKill(scenario, moment, each)));
      for (const { result } of runs) expect({ append, result }).toEqual({ append, result: scenario.expected });
      if (runs.every(({ wasKilled }) => !wasKilled)) {
        expect(append).toBeGreaterThan(3); // or it never killed anything
        return;
      }
    }
    throw new Error(`The scenario makes more than ${MOST_APPENDS} appends`);
  });
});
