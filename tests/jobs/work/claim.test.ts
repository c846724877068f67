import { describe, expect, it } from "@jest/globals";
import type { Job } from "../../../src/jobs/life/job.ts";
import { claimJob, decideClaim } from "../../../src/jobs/work/claim.ts";
import { aJob } from "../../support/a-job.ts";
import { createTimedApp } from "../../support/timed-app.ts";

const NOW = new Date("2026-01-02T00:00:00.000Z");
const EARLIER = new Date(NOW.getTime() - 1);
const LATER = new Date(NOW.getTime() + 1);
/** In seconds. */
const DAY = 24 * 3600;

const decide = (job: Job | undefined, operationId: string, knows = () => true) =>
  decideClaim(job, { operationId, now: NOW, knows });

describe("decideClaim()", () => {
  it("takes a job that waits for a worker", () => {
    const job = aJob({ phase: "queued" });
    expect(decide(job, job.operationId)).toEqual({ outcome: "take" });
  });

  it("takes a job whose worker's lease has run out, to the millisecond", () => {
    const job = aJob({ phase: "processing", leaseUntil: NOW });
    expect(decide(job, job.operationId)).toEqual({ outcome: "take" });
  });

  it("leaves a job alone while its lease holds, and says until when", () => {
    const job = aJob({ phase: "processing", leaseUntil: LATER });
    expect(decide(job, job.operationId)).toEqual({ outcome: "notYet", job, until: LATER });
  });

  it("leaves a job alone until its next try is due", () => {
    const early = aJob({ phase: "queued", retryAt: LATER });
    expect(decide(early, early.operationId)).toMatchObject({ outcome: "notYet", until: LATER });
    const due = aJob({ phase: "queued", retryAt: EARLIER });
    expect(decide(due, due.operationId)).toEqual({ outcome: "take" });
  });

  it("leaves a job alone until it is to start, and until its next try if that is later", () => {
    const early = aJob({ phase: "queued", startAfter: LATER, retryAt: EARLIER });
    expect(decide(early, early.operationId)).toMatchObject({ outcome: "notYet", until: LATER });
    const due = aJob({ phase: "queued", startAfter: EARLIER });
    expect(decide(due, due.operationId)).toEqual({ outcome: "take" });
  });

  it("ends a job that had to begin before now, even if it was put off; one that has begun goes on (R-221)", () => {
    const late = aJob({ phase: "queued", startBefore: NOW, retryAt: LATER });
    expect(decide(late, late.operationId)).toMatchObject({ outcome: "end", event: { error: { code: "EXPIRED" } } });
    const begun = aJob({ phase: "queued", startBefore: EARLIER, startedAt: EARLIER });
    expect(decide(begun, begun.operationId)).toEqual({ outcome: "take" });
  });

  it("leaves a job of an unknown type to another worker, whatever it waits for, until nobody has known it for a day", () => {
    const unknown = (fields: Parameters<typeof aJob>[0]) => {
      const job = aJob({ acceptedAt: EARLIER, ...fields });
      return decide(job, job.operationId, () => false);
    };
    expect(unknown({ phase: "queued" })).toMatchObject({ outcome: "unknownType" });
    expect(unknown({ phase: "queued", retryAt: LATER })).toMatchObject({ outcome: "unknownType" });
    expect(unknown({ phase: "processing", leaseUntil: LATER })).toMatchObject({ outcome: "unknownType" });
    const aDayAgo = new Date(NOW.getTime() - 24 * 3_600_000 - 1);
    expect(unknown({ phase: "queued", acceptedAt: aDayAgo })).toMatchObject({ outcome: "unknownType" });
    expect(unknown({ phase: "queued", outdatedSince: aDayAgo })).toMatchObject({
      outcome: "end",
      event: { error: { code: "UNKNOWN_JOB_TYPE" } },
    });
  });

  it.each(["done", "failed", "cancelled"] as const)("has nothing to do for a job that is %s", (phase) => {
    const job = aJob({ phase });
    expect(decide(job, job.operationId)).toMatchObject({ outcome: "obsolete" });
  });

  it("has nothing to do for no job, or for another operation's message", () => {
    const job = aJob({ phase: "queued" });
    expect(decide(undefined, job.operationId)).toMatchObject({ outcome: "obsolete" });
    expect(decide(job, "op_other")).toMatchObject({ outcome: "obsolete" });
  });
});

describe("claimJob()", () => {
  it("counts the day from when its type was met as unknown, and not from before somebody knew it again", async () => {
    const test = await createTimedApp();
    const { json } = await test.submit();
    const ref = { workspaceId: "default", jobId: String(json["job_id"]), operationId: String(json["operation_id"]) };
    const stored = await test.app.jobs.require(ref);
    const retryAt = test.inSeconds(5 * DAY);
    await test.app.jobs.save({ ...stored.job, retryAt } as Job, stored);
    const unknowing = { ...test.app, profiles: { ...test.app.profiles, knows: () => false } };
    const outcomes: string[] = [];
    for (const deps of [unknowing, test.app, unknowing, unknowing]) {
      test.pass(2 * DAY);
      outcomes.push((await claimJob(deps, ref)).outcome);
    }
    expect(outcomes).toEqual(["unknownType", "notYet", "unknownType", "ended"]);
  });
});
