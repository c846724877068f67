import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { JOB_STATUSES } from "../../../src/contract/job-view.ts";
import { awaitedBy } from "../../../src/jobs/life/awaited.ts";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import type { JobEvent } from "../../../src/jobs/life/job-event.ts";
import { jobSchema } from "../../../src/jobs/life/job.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import {
  JOB_EVENT_TYPES,
  JOB_PHASES,
  JOB_TRANSITIONS,
  STATUS_OF,
  isTerminal,
  nextPhase,
  phasesWithStatus,
} from "../../../src/jobs/life/lifecycle.ts";
import { isUndoing } from "../../../src/jobs/life/undo.ts";
import type { WaitingFor } from "../../../src/jobs/life/waiting-for.ts";
import { newOperationId } from "../../../src/platform/ids.ts";
import { aJob } from "../../support/a-job.ts";

const NOW = new Date("2026-01-02T03:04:05.000Z");
const LATER = new Date("2026-01-02T03:05:05.000Z");

const anEvent = {
  redispatched: { type: "redispatched" },
  met: { type: "met", outdatedSince: NOW },
  lapsed: { type: "lapsed" },
  claimed: {
    type: "claimed",
    claimId: "claim-2",
    leaseUntil: LATER,
    plan: { instanceId: "op_1-2", profileVersion: 1, stepNames: ["a"] },
  },
  progressed: { type: "progressed", leaseUntil: LATER, progress: { fraction: 0.5 }, steps: [] },
  suspended: {
    type: "suspended",
    leaseUntil: LATER,
    waitingFor: {
      ...{ kind: "approval", step: "ask", since: NOW, until: LATER },
      ...{ quorum: 1, allowSelf: false, onTimeout: "reject", title: "Go?", votes: [] },
    },
  },
  decided: { type: "decided", vote: { voter: "ada", decision: "approve", at: NOW } },
  answered: { type: "answered", answer: { output: { inline: {} } } },
  resumed: { type: "resumed", leaseUntil: LATER, steps: [] },
  seen: { type: "seen", leaseUntil: LATER },
  stumbled: { type: "stumbled", leaseUntil: LATER, error: { code: "UNCLASSIFIED", message: "no" }, steps: [] },
  requeued: {
    type: "requeued",
    error: { code: "UNCLASSIFIED", message: "no" },
    steps: [],
    retryAt: LATER,
    counted: true,
  },
  released: { type: "released", steps: [], counted: false },
  completed: { type: "completed", result: { inline: {} }, artifacts: [], steps: [], usage: undefined },
  gaveUp: { type: "gaveUp", error: { code: "PDF_ENCRYPTED", message: "locked" } },
  cancelled: { type: "cancelled", actor: "client", reason: "not needed any more" },
  undone: { type: "undone", undo: [{ step: "a", status: "completed", attempt: 1 }] },
  regenerated: {
    type: "regenerated",
    actor: "client",
    operationId: `op_${"2".repeat(34)}`,
    profileVersion: 1,
    maxAttempts: 4,
    stepNames: ["say"],
    payload: { inline: {} },
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  },
} as const satisfies { [E in JobEvent["type"]]: Extract<JobEvent, { type: E }> };

const aCall: WaitingFor = { kind: "call", step: "ask", since: NOW, until: LATER, worker: "reader", failures: 0 };

/** Led by an orchestration, as a job must be that waits; what it waits for is what the event is about. */
function aLedJob(phase: Job["phase"], type?: JobEvent["type"]): Job {
  const awaited = type === "answered" ? aCall : anEvent.suspended.waitingFor;
  return aJob({
    phase,
    ...(phase === "processing" && { instanceId: "op_1-1" }),
    ...(phase === "waiting" && { waitingFor: awaited }),
    ...((phase === "queued" || phase === "processing") && { waitedFor: awaited }),
  });
}

/** The whole table, written a second time: a change of the life cycle must be made in both places. */
const EXPECTED = `
              redispatched  met           claimed       progressed    suspended     decided       answered      resumed       seen          stumbled      lapsed        requeued      released      completed     gaveUp        cancelled     undone        regenerated
  queued      queued        queued        processing    -             -             queued        queued        -             -             -             -             -             -             -             failed        cancelled     -             -
  processing  -             -             processing    processing    waiting       processing    processing    -             processing    processing    queued        queued        queued        done          failed        cancelled     -             -
  waiting     -             -             -             -             waiting       waiting       waiting       processing    waiting       waiting       queued        -             queued        done          failed        cancelled     -             -
  done        -             -             -             -             -             -             -             -             -             -             -             -             -             -             -             -             -             queued
  failed      -             -             -             -             -             -             -             -             -             -             -             -             -             -             -             -             failed        queued
  cancelled   -             -             -             -             -             -             -             -             -             -             -             -             -             -             -             -             cancelled     queued
`;

/** Votes and answers are for a job that waits for one: those who take them ask first. */
function isHeard(job: Job, type: JobEvent["type"]): boolean {
  const awaited = awaitedBy(job);
  if (type === "decided") return awaited?.kind === "approval";
  return type !== "answered" || (awaited?.kind === "call" && !awaited.answer);
}

describe("JOB_TRANSITIONS", () => {
  it("is the published table, cell by cell", () => {
    const pad = (cells: readonly string[]) =>
      `  ${cells
        .map((cell, column) => cell.padEnd(column === 0 ? 10 : 12))
        .join("  ")
        .trimEnd()}`;
    const rows = JOB_PHASES.map((phase) =>
      pad([phase, ...JOB_EVENT_TYPES.map((event) => nextPhase(phase, event) ?? "-")]),
    );
    expect(["", pad(["", ...JOB_EVENT_TYPES]), ...rows, ""].join("\n")).toBe(EXPECTED);
  });

  it("gives every phase a public status", () => {
    for (const phase of JOB_PHASES) expect(JOB_STATUSES).toContain(STATUS_OF[phase]);
    expect(phasesWithStatus("completed")).toEqual(["done"]);
    expect(phasesWithStatus("cancelled")).toEqual(["cancelled"]);
  });

  it("has a way out of every phase that is not terminal, and none but a new operation out of the others", () => {
    expect(JOB_PHASES.filter(isTerminal)).toEqual(["done", "failed", "cancelled"]);
    for (const phase of JOB_PHASES.filter(isTerminal)) {
      const ways = Object.entries(JOB_TRANSITIONS[phase]).filter(([, next]) => next !== phase);
      expect(ways).toEqual([["regenerated", "queued"]]);
    }
  });
});

describe("evolve()", () => {
  it.each(JOB_PHASES.flatMap((phase) => JOB_EVENT_TYPES.map((type) => ({ phase, type }))))(
    "follows the table when a $phase job is $type",
    ({ phase, type }) => {
      const job = aLedJob(phase, type);
      const next = nextPhase(phase, type);
      if (!next) {
        expect(() => evolve(job, anEvent[type], NOW)).toThrow(`Cannot apply "${type}"`);
        return;
      }
      const evolved = evolve(job, anEvent[type], NOW);
      expect(evolved).toMatchObject({ phase: next, version: job.version + 1, updatedAt: NOW });
      expect(jobSchema.parse(evolved)).toEqual(evolved);
    },
  );

  it("counts an attempt at each claim and keeps the time of the first", () => {
    const claimed = evolve(aJob({ phase: "queued" }), anEvent.claimed, NOW);
    const again = evolve(evolve(claimed, anEvent.requeued, LATER), anEvent.claimed, LATER);
    expect([claimed.attempt, again.attempt]).toEqual([1, 2]);
    expect(again.startedAt).toEqual(NOW);
  });

  it.each(["requeued", "released"] as const)(
    "takes an attempt out of the count again when it is %s uncounted",
    (type) => {
      const claimed = evolve(aJob({ phase: "queued" }), anEvent.claimed, NOW);
      const back = evolve(claimed, { ...anEvent[type], counted: false }, LATER);
      expect(back).toMatchObject({ attempt: 0, uncounted: 1 });
      expect(evolve(back, anEvent.claimed, LATER)).toMatchObject({ attempt: 1, uncounted: 1 });
      const counted = evolve(claimed, { ...anEvent[type], counted: true }, LATER);
      expect([counted.attempt, counted.uncounted]).toEqual([1, undefined]);
    },
  );

  it("lets progress only grow", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (fractions) => {
        let job = evolve(aJob({ phase: "queued" }), anEvent.claimed, NOW);
        for (const fraction of fractions) {
          const before = job.progress.fraction;
          job = evolve(job, { ...anEvent.progressed, progress: { fraction, message: "m" } }, NOW);
          expect(job.progress).toEqual({ fraction: Math.max(before, fraction), message: "m" });
        }
      }),
    );
  });

  it("keeps what was used of the model over every event, and no checkpoint beyond the end", () => {
    const usage = { model: "m", inputTokens: 1, outputTokens: 1, calls: 1, latencyMs: 1 };
    const steps = [{ name: "a", status: "completed", attempt: 1, checkpoint: { inline: {} } }] as const;
    for (const type of ["progressed", "requeued", "released", "completed", "gaveUp"] as const) {
      const before = aJob({ phase: "processing", usage });
      const after = evolve(before, { ...anEvent[type], steps: [...steps] }, LATER);
      expect(after.usage).toEqual(usage);
      expect("checkpoint" in (after.steps[0] ?? {})).toBe(!isTerminal(after.phase));
      const more = { ...usage, calls: 2 };
      expect(evolve(before, { ...anEvent[type], usage: more }, LATER).usage).toEqual(more);
    }
  });

  it("leaves no lease on a job that nobody holds", () => {
    const claimed = evolve(aJob({ phase: "queued" }), anEvent.claimed, NOW);
    for (const type of ["lapsed", "requeued", "released", "completed", "gaveUp"] as const) {
      expect(evolve(claimed, anEvent[type], LATER)).not.toHaveProperty("leaseUntil");
      expect(evolve(claimed, anEvent[type], LATER)).not.toHaveProperty("claimId");
    }
  });

  it("lets a job wait, be decided on and go on, under one claim", () => {
    const claimed = evolve(aJob({ phase: "queued" }), anEvent.claimed, NOW);
    const waiting = evolve(claimed, anEvent.suspended, NOW);
    const decided = evolve(waiting, anEvent.decided, NOW);
    expect(decided).toMatchObject({ claimId: "claim-2", waitingFor: { votes: [{ voter: "ada" }] } });
    const resumed = evolve(decided, anEvent.resumed, LATER);
    expect(resumed).toMatchObject({ phase: "processing", claimId: "claim-2", leaseUntil: LATER, attempt: 1 });
    expect(resumed).not.toHaveProperty("waitingFor");
    expect(evolve(waiting, anEvent.lapsed, LATER)).not.toHaveProperty("waitingFor");
  });

  it("keeps what a job waited for until the next orchestration, unless that is to do the steps before it again", () => {
    const lapsed = evolve(aLedJob("waiting"), anEvent.lapsed, NOW);
    const decided = evolve(lapsed, anEvent.decided, NOW);
    expect(decided).toMatchObject({ phase: "queued", last: { event: "decided", step: "ask", by: "ada" } });
    const claimed = evolve(decided, anEvent.claimed, NOW);
    expect(claimed).toMatchObject({ phase: "processing", waitedFor: { votes: [{ voter: "ada" }] } });
    const { plan, ...planless } = anEvent.claimed;
    for (const other of [planless, { ...planless, plan: { ...plan, profileVersion: 2 } }])
      expect(evolve(decided, other, NOW)).not.toHaveProperty("waitedFor");
    for (const job of [claimed, aLedJob("waiting")]) {
      const released = evolve(job, anEvent.released, LATER);
      expect(released).not.toHaveProperty("waitedFor");
      expect(released).not.toHaveProperty("waitingFor");
    }
  });

  it("takes the first answer of a worker that was called, and no other", () => {
    const answered = evolve(aLedJob("waiting", "answered"), anEvent.answered, NOW);
    expect(answered).toMatchObject({ waitingFor: { answer: { output: { inline: {} } } }, last: { step: "ask" } });
    expect(() => evolve(answered, anEvent.answered, NOW)).toThrow("it waits for none");
    expect(() => evolve(aLedJob("waiting"), anEvent.answered, NOW)).toThrow("it waits for none");
    const failed = { type: "answered", answer: { failure: "out of paper" } } as const;
    expect(evolve(aLedJob("queued", "answered"), failed, NOW).last).toMatchObject({ reason: "failure" });
  });

  it("lets no job wait that no orchestration leads, and takes no vote where nobody is asked", () => {
    expect(() => evolve(aJob({ phase: "processing" }), anEvent.suspended, NOW)).toThrow("no orchestration leads it");
    const polling = {
      ...anEvent.suspended,
      waitingFor: { kind: "poll", step: "p", since: NOW, until: LATER, looks: 1 },
    };
    const waiting = evolve(aLedJob("processing"), polling as JobEvent, NOW);
    expect(() => evolve(waiting, anEvent.decided, NOW)).toThrow("it waits for no approval");
  });

  it("renews the lease of a job that was seen alive, and says nothing of it in the history", () => {
    const job = aLedJob("processing");
    const seen = evolve(job, anEvent.seen, NOW);
    expect(seen).toMatchObject({ leaseUntil: LATER, last: job.last });
    expect(evolve(job, anEvent.stumbled, NOW)).toMatchObject({
      lastError: { code: "UNCLASSIFIED" },
      firstFailedAt: NOW,
    });
  });

  it("keeps what finished steps have done, that it is taken back when the job ends badly, and only then", () => {
    const done = { status: "completed", attempt: 1, checkpoint: { inline: {} } } as const;
    const steps = [
      { name: "a", ...done, compensable: true },
      { name: "b", ...done },
      { name: "c", ...done, compensable: true },
    ];
    const before = aJob({ phase: "processing", steps });
    for (const event of [anEvent.gaveUp, anEvent.cancelled]) {
      const after = evolve(before, event, NOW);
      const pending = { status: "pending", attempt: 0 };
      expect(after).toMatchObject({
        undo: [
          { step: "c", ...pending },
          { step: "a", ...pending },
        ],
      });
      expect(after.steps.map((step) => "checkpoint" in step)).toEqual([true, true, true]);
      expect(isUndoing(after)).toBe(true);
      expect(evolve(after, { type: "undone", undo: [{ step: "c", status: "pending", attempt: 1 }] }, NOW).last).toEqual(
        after.last,
      );
      const undone = evolve(after, anEvent.undone, NOW);
      expect(undone).toMatchObject({ phase: after.phase, last: { event: "undone", actor: "worker" } });
      expect(isUndoing(undone)).toBe(false);
    }
    expect(evolve(before, { ...anEvent.completed, steps }, NOW)).not.toHaveProperty("undo");
    expect(evolve(aJob({ phase: "processing" }), anEvent.gaveUp, NOW)).not.toHaveProperty("undo");
  });

  it("walks only along the table, and never out of an end (P3, P4)", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...JOB_EVENT_TYPES), { maxLength: 40 }), (types) => {
        let job = aJob({ phase: "queued" });
        for (const type of types) {
          const next = nextPhase(job.phase, type);
          if (!next || !isHeard(job, type)) continue;
          const event = { ...anEvent[type], ...(type === "regenerated" && { operationId: newOperationId(job.jobId) }) };
          const { version, phase, operationId } = job;
          job = evolve(job, event, NOW);
          if (isTerminal(phase) && type !== "undone") expect(job.operationId).not.toBe(operationId);
          expect(job).toMatchObject({ phase: next, version: version + 1 });
        }
      }),
    );
  });
});
