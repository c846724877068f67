import { describe, expect, it } from "@jest/globals";
import type { JobStore } from "../../src/jobs/store/job-store.ts";
import { waitForJob } from "../../src/jobs/wait-for-job.ts";
import { createWaitingRoom } from "../../src/jobs/waiting-room.ts";
import { aJob } from "../support/a-job.ts";

const job = aJob({ phase: "queued" });
const never = { job, seconds: 60, until: () => false };

/** A store whose job ends when the test says so. */
function storeOf(current: () => typeof job): JobStore {
  return { require: async () => ({ job: current(), etag: "1" }) } as Partial<JobStore> as JobStore;
}

describe("waitForJob()", () => {
  it("answers at once when as many wait as may, and holds again when one has left (R-012)", async () => {
    const waitingRoom = createWaitingRoom(1);
    let current = job;
    const deps = { jobs: storeOf(() => current), waitingRoom };
    const held = waitForJob(deps, { ...never, until: ({ phase }) => phase === "done" });
    expect((await waitForJob(deps, never)).phase).toBe("queued");
    current = aJob({ phase: "done" });
    expect((await held).phase).toBe("done");
    expect(waitingRoom.enter()).toBe(true);
  });

  it("does not read again what was read just now, if that is as wanted, or if nobody more may wait", async () => {
    const jobs = storeOf(() => {
      throw new Error("was read");
    });
    const asWanted = { ...never, until: ({ phase }: typeof job) => phase === "queued" };
    expect(await waitForJob({ jobs, waitingRoom: createWaitingRoom(1) }, asWanted)).toBe(job);
    expect(await waitForJob({ jobs, waitingRoom: createWaitingRoom(0) }, never)).toBe(job);
  });

  it("gives its place back when storage fails", async () => {
    const waitingRoom = createWaitingRoom(1);
    const jobs = storeOf(() => {
      throw new Error("storage is gone");
    });
    await expect(waitForJob({ jobs, waitingRoom }, never)).rejects.toThrow("storage is gone");
    expect(waitingRoom.enter()).toBe(true);
  });
});
