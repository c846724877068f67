import { describe, expect, it } from "@jest/globals";
import { jobViewSchema } from "../../src/contract/job-view.ts";
import { presentJob } from "../../src/http/present-job.ts";
import { JOB_PHASES } from "../../src/jobs/life/lifecycle.ts";
import { aJob } from "../support/a-job.ts";

const ORIGIN = "https://api.example.com";
const returned = { result: { answer: 42 }, artifacts: [] };

describe("presentJob()", () => {
  it.each(JOB_PHASES)("shows a job that is %s as the contract has it, with nothing of its storage", (phase) => {
    const view = presentJob(aJob({ phase }), ORIGIN, { returned });
    expect(jobViewSchema.strict().parse(view)).toEqual(view);
    expect(JSON.stringify(view)).not.toMatch(/claim|lease|payload|blob/i);
  });

  it("shows the result and the error of a job that has them, and no other", () => {
    const view = (phase: (typeof JOB_PHASES)[number]) => presentJob(aJob({ phase }), ORIGIN, { returned });
    expect(JOB_PHASES.filter((phase) => view(phase).result)).toEqual(["done"]);
    expect(JOB_PHASES.filter((phase) => view(phase).error)).toEqual(["failed"]);
  });

  it("shows no time below zero where the clocks of two machines disagree", () => {
    const [early, late] = [new Date("2026-01-01T00:00:00Z"), new Date("2026-01-01T00:00:01Z")];
    const skewed = aJob({ phase: "done", createdAt: late, startedAt: early, endedAt: late });
    expect(presentJob(skewed, ORIGIN)).toMatchObject({ queue_wait_ms: 0, processing_ms: 1000 });
    const backwards = aJob({ phase: "done", createdAt: early, startedAt: late, endedAt: early });
    expect(presentJob(backwards, ORIGIN)).toMatchObject({ queue_wait_ms: 1000, processing_ms: 0 });
  });
});
