import { describe, expect, it } from "@jest/globals";
import { cancelJob } from "../../src/jobs/cancel.ts";
import { evolve } from "../../src/jobs/life/evolve.ts";
import { echoProfile } from "../support/profiles.ts";
import { submittedJob } from "../support/submitted-job.ts";
import type { SubmittedJob } from "../support/submitted-job.ts";

const NOW = new Date("2026-01-02T03:04:05.000Z");

/** A job that was cancelled behind a step that can be taken back. */
async function cancelledBehindStep(): Promise<SubmittedJob> {
  const job = await submittedJob(echoProfile());
  const stored = await job.test.app.jobs.require(job.ref);
  const steps = [{ name: "echo", status: "completed" as const, attempt: 1, compensable: true }];
  await job.test.app.jobs.save({ ...stored.job, steps }, stored);
  await cancelJob(job.test.app, { ref: job.ref, actor: "client" });
  return job;
}

describe("a job whose steps are being taken back", () => {
  it("begins no new operation and does not go until that is over", async () => {
    const job = await cancelledBehindStep();
    const path = `/api/jobs/${job.ref.jobId}`;
    const { test } = job;
    for (const ask of [
      async () => test.request("POST", `${path}/regenerate`),
      async () => test.request("DELETE", path),
    ]) {
      const answer = await ask();
      expect([answer.status, answer.json["code"]]).toEqual([409, "UNDO_PENDING"]);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    }
    const stored = await test.app.jobs.require(job.ref);
    const undo = [{ step: "echo", status: "completed" as const, attempt: 1 }];
    await test.app.jobs.save(evolve(stored.job, { type: "undone", undo }, NOW), stored);
    expect((await test.request("POST", `${path}/regenerate`)).status).toBe(202);
  });
});
