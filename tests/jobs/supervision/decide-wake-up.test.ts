import { describe, expect, it } from "@jest/globals";
import { JOB_PHASES } from "../../../src/jobs/life/lifecycle.ts";
import type { StoredJob } from "../../../src/jobs/store/job-store.ts";
import { tombstoneOf } from "../../../src/jobs/store/tombstone.ts";
import type { StoredTombstone } from "../../../src/jobs/store/tombstone.ts";
import { decideWakeUp } from "../../../src/jobs/supervision/decide-wake-up.ts";
import { aJob } from "../../support/a-job.ts";

const DUE = new Date("2026-01-02T00:00:00.000Z");
const EARLIER = new Date(DUE.getTime() - 1);

function decide(stored: StoredJob | StoredTombstone | undefined, now = DUE, knows = () => true): unknown {
  return decideWakeUp({ workspaceId: "w", jobId: "job_1", at: DUE }, stored, { now, knows });
}

const stored = (fields: Parameters<typeof aJob>[0], dueAt: Date | undefined = DUE): StoredJob => ({
  job: aJob(fields),
  etag: "etag",
  dueAt,
});

describe("decideWakeUp()", () => {
  it("takes a row for a stray when there is no job", () => {
    expect(decide(undefined)).toEqual({ outcome: "stray" });
  });

  it.each(JOB_PHASES)("takes a row for a stray when its job is %s and wakes up at another time, or never", (phase) => {
    expect(decide(stored({ phase }, EARLIER))).toEqual({ outcome: "stray" });
    expect(decide({ ...stored({ phase }), dueAt: undefined })).toEqual({ outcome: "stray" });
  });

  it.each(["done", "failed", "cancelled"] as const)("lets a %s job go when its time has come", (phase) => {
    const ended = stored({ phase });
    expect(decide(ended)).toEqual({ outcome: "expire", stored: ended });
    expect(decide(ended, EARLIER)).toEqual({ outcome: "notYet" });
  });

  it("cleans up after a job that is gone, and forgets it in the end", () => {
    const at = new Date(DUE.getTime() - 30 * 24 * 3_600_000);
    const gone = {
      tombstone: tombstoneOf(aJob({ phase: "done" }), { why: "expired", at, goneDays: 30 }),
      etag: "etag",
      dueAt: DUE,
    };
    expect(decide(gone)).toEqual({ outcome: "forget", gone });
    expect(decide(gone, EARLIER)).toEqual({ outcome: "notYet" });
    const left = { ...gone, tombstone: { ...gone.tombstone, forgetAt: new Date(DUE.getTime() + 1) } };
    expect(decide(left)).toEqual({ outcome: "clean", gone: left });
    expect(decide({ ...left, dueAt: EARLIER })).toEqual({ outcome: "stray" });
  });

  it.each(["queued", "processing"] as const)("leaves a %s job alone until then, to the millisecond", (phase) => {
    expect(decide(stored({ phase }), EARLIER)).toEqual({ outcome: "notYet" });
  });

  it.each([
    ["resend", { phase: "queued" }, { type: "redispatched" }],
    ["resend", { phase: "queued", attempt: 3 }, { type: "redispatched" }],
    ["redrive", { phase: "processing", attempt: 3 }, { type: "lapsed" }],
    ["giveUp", { phase: "processing", attempt: 4 }, { type: "gaveUp", error: { code: "ATTEMPTS_EXHAUSTED" } }],
    ["giveUp", { phase: "queued", attempt: 4 }, { type: "gaveUp", error: { code: "ATTEMPTS_EXHAUSTED" } }],
    [
      "giveUp",
      { phase: "queued", startBefore: DUE },
      { type: "gaveUp", error: { code: "EXPIRED" }, actor: "supervisor" },
    ],
    ["resend", { phase: "queued", startBefore: DUE, startedAt: EARLIER }, { type: "redispatched" }],
  ] as const)("decides on %s for a job that is %j", (outcome, fields, event) => {
    expect(decide(stored(fields))).toMatchObject({ outcome, event });
  });

  it("gives a job up whose type nobody has known for a day, and not before", () => {
    const since = (outdatedSince?: Date) =>
      decide(stored({ phase: "queued", acceptedAt: new Date(0), outdatedSince }), DUE, () => false);
    expect(since()).toMatchObject({ outcome: "resend" });
    expect(since(new Date(DUE.getTime() - 24 * 3_600_000))).toMatchObject({ outcome: "resend" });
    expect(since(new Date(DUE.getTime() - 24 * 3_600_000 - 1))).toMatchObject({
      outcome: "giveUp",
      event: { error: { code: "UNKNOWN_JOB_TYPE" } },
    });
  });
});
