import { describe, expect, it } from "@jest/globals";
import { decideClaim } from "../../src/jobs/claim.ts";
import { aJob } from "../support/a-job.ts";

const NOW = new Date("2026-01-02T00:00:00.000Z");
const EARLIER = new Date(NOW.getTime() - 1);
const LATER = new Date(NOW.getTime() + 1);

describe("decideClaim()", () => {
  it("takes a job that waits for a worker", () => {
    const job = aJob({ phase: "queued" });
    expect(decideClaim(job, job.operationId, NOW)).toEqual({ outcome: "take" });
  });

  it("takes a job whose worker's lease has run out, to the millisecond", () => {
    const job = aJob({ phase: "processing", leaseUntil: NOW });
    expect(decideClaim(job, job.operationId, NOW)).toEqual({ outcome: "take" });
  });

  it("leaves a job alone while its lease holds, and says until when", () => {
    const job = aJob({ phase: "processing", leaseUntil: LATER });
    expect(decideClaim(job, job.operationId, NOW)).toEqual({ outcome: "notYet", job, until: LATER });
  });

  it("leaves a job alone until its next try is due", () => {
    const early = aJob({ phase: "queued", retryAt: LATER });
    expect(decideClaim(early, early.operationId, NOW)).toMatchObject({ outcome: "notYet", until: LATER });
    const due = aJob({ phase: "queued", retryAt: EARLIER });
    expect(decideClaim(due, due.operationId, NOW)).toEqual({ outcome: "take" });
  });

  it.each(["done", "failed"] as const)("has nothing to do for a job that is %s", (phase) => {
    const job = aJob({ phase });
    expect(decideClaim(job, job.operationId, NOW)).toMatchObject({ outcome: "obsolete" });
  });

  it("has nothing to do for no job, or for another operation's message", () => {
    const job = aJob({ phase: "queued" });
    expect(decideClaim(undefined, job.operationId, NOW)).toMatchObject({ outcome: "obsolete" });
    expect(decideClaim(job, "op_other", NOW)).toMatchObject({ outcome: "obsolete" });
  });
});
