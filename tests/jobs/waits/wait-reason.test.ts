import { describe, expect, it } from "@jest/globals";
import type { Job } from "../../../src/jobs/life/job.ts";
import { JOB_PHASES } from "../../../src/jobs/life/lifecycle.ts";
import type { WaitingFor } from "../../../src/jobs/life/waiting-for.ts";
import type { Durations } from "../../../src/jobs/waits/durations.ts";
import { waitCode, waitReason } from "../../../src/jobs/waits/wait-reason.ts";
import { aJob } from "../../support/a-job.ts";

const NOW = new Date("2026-01-01T00:01:00.000Z");
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

/** Half of all wait for 10 s and take 100 s; one of ten takes twice as long. */
const USUAL: Durations = {
  waitsMs: { normal: [10_000, 10_000, 10_000, 20_000], high: [1000, 1000, 1000] },
  worksMs: [100_000, 100_000, 100_000, 200_000],
};
const NONE: Durations = { waitsMs: {}, worksMs: [] };
const OUTAGE = { code: "PROVIDER_UNAVAILABLE", message: "The model provider did not answer" } as const;
const BUSY = { code: "PROVIDER_THROTTLED", message: "Too many" } as const;
const failed = { attempt: 1, startedAt: at(-30), last: { version: 3, event: "requeued", actor: "worker" } } as const;

type Fields = Parameters<typeof aJob>[0];
const queued = (fields: Partial<Fields>) =>
  ({ phase: "queued", acceptedAt: at(-5), enqueuedAt: at(-5), ...fields }) as Fields;
const working = (fields: Partial<Fields>) =>
  ({ phase: "processing", startedAt: at(-40), movedAt: at(-40), leaseUntil: at(20), ...fields }) as Fields;

const approval: WaitingFor = {
  ...{ kind: "approval", step: "ask", since: NOW, until: at(60) },
  ...{ quorum: 1, allowSelf: false, onTimeout: "reject", title: "Go?", votes: [] },
};
const call: WaitingFor = { kind: "call", step: "read", since: NOW, until: at(60), worker: "reader", failures: 0 };

const ERROR = { code: "STEP_TIMEOUT", message: "too long" } as const;

const CASES: readonly (readonly [string, Fields, { code: string; text: string; eta?: Date | undefined }])[] = [
  [
    "has a step that is tried again",
    working({ lastError: ERROR, last: { version: 3, event: "stumbled", actor: "worker" } }),
    { code: "RETRYING", text: "The step was tried and failed (STEP_TIMEOUT: too long); it is tried again" },
  ],
  [
    "is led by an orchestration that the supervisor has not asked yet",
    working({ leaseUntil: at(-59), instanceId: "op_1-1", movedAt: at(-9000) }),
    { code: "WORKING", text: "A worker is at work, attempt 1 of 4, for longer than usual" },
  ],
  [
    "is to start later",
    queued({ startAfter: at(3600) }),
    { code: "SCHEDULED", text: "To be started at 2026-01-01 01:01 UTC, as asked for", eta: at(3600) },
  ],
  [
    "is to start at a second of its own",
    queued({ startAfter: at(61) }),
    { code: "SCHEDULED", text: "To be started at 2026-01-01 00:02:01 UTC, as asked for", eta: at(61) },
  ],
  ["waits for a worker", queued({}), { code: "QUEUED", text: "Waiting for a worker", eta: at(5) }],
  [
    "waits in the shorter line",
    queued({ priority: "high", acceptedAt: NOW }),
    { code: "QUEUED", text: "Waiting for a worker", eta: at(1) },
  ],
  ["waits in a line that nobody knows", queued({ priority: "low" }), { code: "QUEUED", text: "Waiting for a worker" }],
  [
    "could not begin before a while ago",
    queued({ acceptedAt: at(-9000), startAfter: at(-2) }),
    { code: "QUEUED", text: "Waiting for a worker", eta: at(8) },
  ],
  [
    "waits longer than half of all",
    queued({ acceptedAt: at(-15) }),
    { code: "QUEUED", text: "Waiting for a worker", eta: at(5) },
  ],
  [
    "waits longer than nine of ten",
    queued({ acceptedAt: at(-20) }),
    { code: "QUEUED", text: "Waiting for a worker, longer than usual" },
  ],
  [
    "was begun anew",
    queued({ createdAt: at(-9000), acceptedAt: at(-1) }),
    { code: "QUEUED", text: "Waiting for a worker", eta: at(9) },
  ],
  [
    "had its message sent again",
    queued({ acceptedAt: at(-9000), redispatches: 1, enqueuedAt: at(-3) }),
    {
      code: "QUEUED",
      text: "Waiting for a worker; its message was sent again, in case the one before was lost",
      eta: at(7),
    },
  ],
  [
    "was handed back by a worker that had to end",
    queued({ ...failed, lastError: OUTAGE, last: { version: 5, event: "released", actor: "worker" } }),
    { code: "QUEUED", text: "Waiting for another worker, since the one before was shut down", eta: at(5) },
  ],
  [
    "waits for its turn",
    queued({ sequence: { key: "invoices", place: 2 } }),
    { code: "WAITING_FOR_TURN", text: 'Waiting for its turn in the sequence "invoices"' },
  ],
  [
    "is to have its turn later",
    queued({ sequence: { key: "invoices", place: 2 }, startAfter: at(60) }),
    { code: "SCHEDULED", text: "To be started at 2026-01-01 00:02 UTC, as asked for", eta: at(60) },
  ],
  [
    "is tried again soon",
    queued({ ...failed, lastError: OUTAGE, retryAt: at(4) }),
    {
      code: "RETRYING",
      text: "The last attempt failed (PROVIDER_UNAVAILABLE: The model provider did not answer); attempt 2 of 4 follows",
      eta: at(4),
    },
  ],
  [
    "is due to be tried again and waits for a worker",
    queued({ ...failed, lastError: OUTAGE, retryAt: at(-1) }),
    { code: "RETRYING", text: expect.stringMatching(/attempt 2 of 4 follows$/) as unknown as string, eta: at(9) },
  ],
  [
    "lost its worker",
    queued({
      ...failed,
      last: { version: 3, event: "lapsed", actor: "supervisor" },
      lastError: { code: "WORKER_LOST", message: "The worker gave no sign of life" },
    }),
    {
      code: "RETRYING",
      text: "The last attempt failed (WORKER_LOST: The worker gave no sign of life); attempt 2 of 4 follows",
      eta: at(5),
    },
  ],
  [
    "waits as long as the provider asked for",
    queued({ ...failed, attempt: 0, uncounted: 1, lastError: BUSY, retryAt: at(40) }),
    { code: "THROTTLED", text: "The model provider asked to wait; attempt 1 of 4 follows", eta: at(40) },
  ],
  ["is at work", working({}), { code: "WORKING", text: "A worker is at work, attempt 1 of 4", eta: at(60) }],
  [
    "is at a step",
    working({ attempt: 2, progress: { fraction: 0.75, step: "summarize" }, movedAt: at(-5) }),
    { code: "WORKING", text: 'A worker is at step "summarize", attempt 2 of 4', eta: at(20) },
  ],
  [
    "is at work for longer than half of all",
    working({ movedAt: at(-100) }),
    { code: "WORKING", text: "A worker is at work, attempt 1 of 4", eta: at(100) },
  ],
  [
    "is at work for longer than nine of ten",
    working({ movedAt: at(-200) }),
    { code: "WORKING", text: "A worker is at work, attempt 1 of 4, for longer than usual" },
  ],
  [
    "has a worker that gives no sign of life",
    working({ leaseUntil: NOW }),
    { code: "STALLED", text: "The worker gives no sign of life; another will take the job over", eta: at(45) },
  ],
  [
    "has had no worker for longer than can be",
    working({ leaseUntil: at(-45) }),
    { code: "STALLED", text: "The worker gives no sign of life; another will take the job over" },
  ],
  [
    "waits for people",
    { phase: "waiting", waitingFor: approval },
    { code: "WAITING_FOR_APPROVAL", text: 'Waiting for a decision at step "ask": Go?', eta: at(60) },
  ],
  [
    "people have decided on",
    { phase: "waiting", waitingFor: { ...approval, votes: [{ voter: "ada", decision: "approve", at: NOW }] } },
    { code: "WORKING", text: 'Going on from step "ask"', eta: at(1) },
  ],
  [
    "has waited for a worker of somebody else's until the time was over",
    { phase: "waiting", waitingFor: { ...call, until: at(0) } },
    { code: "WORKING", text: 'Going on from step "read"', eta: at(1) },
  ],
  [
    "waits for a worker of somebody else's",
    { phase: "waiting", waitingFor: call },
    { code: "WAITING_FOR_EVENT", text: 'Waiting at step "read" for the external worker "reader"', eta: at(60) },
  ],
  [
    "a worker of somebody else's has answered",
    { phase: "waiting", waitingFor: { ...call, answer: { output: { inline: 1 } } } },
    { code: "WORKING", text: 'Going on from step "read"', eta: at(1) },
  ],
];

describe("waitReason()", () => {
  it.each(CASES)("explains a job that %s", (_, fields, expected) => {
    const reason = waitReason(aJob(fields), { durations: USUAL, takeOverMs: 45_000 }, NOW);
    expect(reason).toEqual({ eta: undefined, ...expected });
  });

  it.each(CASES)("says the same without estimates where nothing is known: a job that %s", (_, fields, expected) => {
    const job = aJob(fields);
    const { code } = expected;
    const reason = waitReason(job, { durations: NONE }, NOW);
    expect([reason?.code, waitCode(job, NOW)]).toEqual([code, code]);
    const putOff =
      job.phase === "queued" ? [job.startAfter, job.retryAt].find((time) => time && time > NOW) : undefined;
    expect(reason?.eta).toEqual(job.phase === "waiting" ? expected.eta : putOff);
  });

  it("has one for every job that has not ended, and none for one that has", () => {
    const withReason = JOB_PHASES.filter((phase) => waitReason(aJob({ phase }), { durations: USUAL }, NOW));
    expect(withReason).toEqual(["queued", "processing", "waiting"]);
  });

  it("never foretells what is past", () => {
    for (const [, fields] of CASES)
      for (const seconds of [0, 1, 10, 100, 1000, 100_000]) {
        const job: Job = aJob(fields);
        const eta = waitReason(job, { durations: USUAL, takeOverMs: 45_000 }, at(seconds))?.eta;
        if (eta) expect(eta.getTime()).toBeGreaterThan(at(seconds).getTime());
      }
  });
});
