import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isTerminal } from "../../../../src/jobs/life/lifecycle.ts";
import { until } from "../../../local/host/support/until.ts";
import { isWork } from "../calls.ts";
import { judge } from "../judge.ts";
import { onNewStage } from "../stage.ts";
import type { Stage } from "../stage.ts";
import type { Place } from "../trap.ts";
import { askHost } from "./ask-host.ts";
import { startDoomedHost } from "./doomed-host.ts";
import { startKillableHost } from "./killable-host.ts";
import { untilQuiet } from "./quiet.ts";

/** For a longer soak: `KILLS=400 npm test -- dist/tests/harness/kills/hosts/two-hosts`. */
const KILLS = Number(process.env["KILLS"] ?? 10);
/** So many are on their way all the time, for both hosts to have something in their hands. */
const JOBS_AT_ONCE = 3;
/** The run of a job is some ten pieces of work: a host lives for a few of them. */
const LONGEST_LIFE = 40;

/** When each host dies; the seed stands in the name of the test. */
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const places: readonly Place[] = fc.sample(
  fc.record({
    among: fc.constant(isWork),
    nth: fc.integer({ min: 1, max: LONGEST_LIFE }),
    moment: fc.constantFrom("before", "after"),
  }),
  { seed, numRuns: KILLS },
);

/** The addresses of hosts that listen. */
type Living = Set<string>;
const NOBODY = "nobody";

/** One host after the other. */
async function liveAndDie(stage: Stage, living: Living, lives: readonly (readonly [string, Place])[]): Promise<void> {
  for (const [name, place] of lives) {
    const host = await startDoomedHost(stage, name, place);
    living.add(host.url);
    await host.died;
    living.delete(host.url);
  }
}

/** A client that always has some jobs on their way, and asks again with its key until it is answered. */
async function keepAsking(stage: Stage, living: Living, isOver: () => boolean): Promise<void> {
  const isFree = () => stage.jobs().filter(({ phase }) => !isTerminal(phase)).length < JOBS_AT_ONCE;
  while (!isOver()) {
    const request = stage.client.newRequest({ withKey: true });
    let jobId: string | undefined;
    while (jobId === undefined) {
      const url = await until(() => [...living].at(-1) ?? (isOver() ? NOBODY : undefined), "a host to listen");
      if (url === NOBODY) return;
      jobId = await askHost(stage, url, request);
    }
    await until(() => isFree() || isOver(), "a job to end");
  }
}

describe(`K17, K19: two hosts on one queue, killed ${KILLS} times in turns (seed ${seed})`, () => {
  it(
    "end every job once, within its attempts",
    async () => {
      await onNewStage({ tell: () => `at places of seed ${seed}` }, async (stage) => {
        const living: Living = new Set();
        const lives = places.map((place, index) => [`host ${index + 1}`, place] as const);
        const half = Math.ceil(KILLS / 2);
        let isOver = false;
        const dying = Promise.all([
          liveAndDie(stage, living, lives.slice(0, half)),
          liveAndDie(stage, living, lives.slice(half)),
        ]).finally(() => (isOver = true));
        await Promise.all([dying, keepAsking(stage, living, () => isOver)]);

        const last = await startKillableHost(stage, "last host");
        await untilQuiet(stage);
        await last.stop();
        const jobs = stage.jobs();
        // How many the client could ask for depends on how long the hosts live, which is the seed's to say.
        expect(jobs.length).toBeGreaterThanOrEqual(JOBS_AT_ONCE);
        for (const job of jobs) if (job.phase === "failed") expect(job.error.code).toBe("ATTEMPTS_EXHAUSTED");
        await judge(stage);
      });
    },
    60_000 + KILLS * 10_000,
  );
});
