import type { Job } from "../../src/jobs/life/job.ts";
import { newId, newOperationId } from "../../src/platform/ids.ts";

const CREATED = new Date("2026-01-01T00:00:00.000Z");

const ENDED = { endedAt: CREATED, expiresAt: new Date("2026-01-31T00:00:00.000Z") };

const PHASE_FIELDS = {
  queued: {},
  processing: { startedAt: CREATED, claimId: "claim-1", leaseUntil: CREATED, attempt: 1 },
  waiting: {
    startedAt: CREATED,
    claimId: "claim-1",
    leaseUntil: CREATED,
    instanceId: "op_1-1",
    waitingFor: {
      ...{ kind: "approval", step: "ask", since: CREATED, until: CREATED },
      ...{ quorum: 2, allowSelf: false, onTimeout: "reject", title: "Go?", votes: [] },
    },
    attempt: 1,
  },
  done: { startedAt: CREATED, ...ENDED, result: { inline: { answer: 42 } }, artifacts: [], attempt: 1 },
  failed: { ...ENDED, error: { code: "PDF_ENCRYPTED", message: "locked" }, attempt: 1 },
  cancelled: ENDED,
} as const satisfies Record<Job["phase"], object>;

/** A job that is right in every field, in the phase a test wants. */
export function aJob({ phase, ...fields }: Partial<Job> & Pick<Job, "phase">): Job {
  const jobId = fields.jobId ?? newId("job", CREATED);
  return {
    workspaceId: "default",
    jobId,
    operationId: newOperationId(jobId),
    jobType: "summarize-pdf",
    profileVersion: 1,
    mode: "async",
    priority: "normal",
    operations: 1,
    retention: { days: 30, failedDays: 180 },
    last: { version: 1, event: "accepted", actor: "client" },
    payload: { inline: {} },
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    version: 3,
    attempt: 0,
    maxAttempts: 4,
    progress: { fraction: 0 },
    steps: [{ name: "extract", status: "pending", attempt: 0 }],
    createdAt: CREATED,
    acceptedAt: CREATED,
    enqueuedAt: CREATED,
    updatedAt: CREATED,
    phase,
    ...PHASE_FIELDS[phase],
    ...fields,
  } as Job;
}
