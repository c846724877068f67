import { describe, expect, it } from "@jest/globals";
import { formerOf } from "../../../src/jobs/life/former.ts";
import type { StepRecord } from "../../../src/jobs/life/job.ts";
import { undoOf } from "../../../src/jobs/life/undo.ts";
import { aJob } from "../../support/a-job.ts";

const done = (name: string, compensable: boolean, output: unknown = 1): StepRecord => ({
  ...{ name, status: "completed", attempt: 1, checkpoint: { inline: { output, artifacts: [] } } },
  ...(compensable && { compensable }),
});

describe("formerOf()", () => {
  it("keeps what can be taken back and what that is given, and nothing else", () => {
    const steps: StepRecord[] = [done("a", false), done("b", true), done("c", false)];
    const { former } = formerOf({ ...aJob({ phase: "queued" }), steps });
    expect(former).toMatchObject([{ profileVersion: 1, steps: [{ name: "a" }, { name: "b", compensable: true }] }]);
    expect(formerOf({ ...aJob({ phase: "queued" }), steps: [done("a", false)] })).toEqual({});
  });

  it("fits its column however often a job begins anew: of the oldest only what was done is kept", () => {
    let job = {
      ...aJob({ phase: "queued" }),
      steps: [done("a", false, "x".repeat(3900)), done("b", true, "x".repeat(3900))],
    };
    for (let version = 2; version < 12; version++) job = { ...job, ...formerOf(job), profileVersion: version };
    const { former = [] } = job;
    expect(JSON.stringify(former).length).toBeLessThanOrEqual(25_000);
    expect(former.map(({ profileVersion }) => profileVersion)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(former[0]?.steps).toEqual([{ name: "b", status: "completed", attempt: 1, compensable: true }]);
    expect(former.at(-1)?.steps[0]).toHaveProperty("checkpoint");
    expect(undoOf({ steps: [], former })).toHaveLength(10);
  });
});
