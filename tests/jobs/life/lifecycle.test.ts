import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { JOB_STATUSES } from "../../../src/contract/job-view.ts";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import type { JobEvent } from "../../../src/jobs/life/job-event.ts";
import { jobSchema } from "../../../src/jobs/life/job.ts";
import {
  JOB_EVENT_TYPES,
  JOB_PHASES,
  JOB_TRANSITIONS,
  STATUS_OF,
  isTerminal,
  nextPhase,
  phasesWithStatus,
} from "../../../src/jobs/life/lifecycle.ts";
import { newOperationId } from "../../../src/platform/ids.ts";
import { aJob } from "../../support/a-job.ts";

const NOW = new Date("2026-01-02T03:04:05.000Z");
const LATER = new Date("2026-01-02T03:05:05.000Z");

const anEvent = {
  redispatched: { type: "redispatched" },
  lapsed: { type: "lapsed" },
  claimed: { type: "claimed", claimId: "claim-2", leaseUntil: LATER },
  progressed: { type: "progressed", leaseUntil: LATER, progress: { fraction: 0.5 }, steps: [] },
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

/** The whole table, written a second time: a change of the life cycle must be made in both places. */
const EXPECTED = `
              redispatched  claimed       progressed    lapsed        requeued      released      completed     gaveUp        cancelled     regenerated
  queued      queued        processing    -             -             -             -             -             failed        cancelled     -
  processing  -             processing    processing    queued        queued        queued        done          failed        cancelled     -
  done        -             -             -             -             -             -             -             -             -             queued
  failed      -             -             -             -             -             -             -             -             -             queued
  cancelled   -             -             -             -             -             -             -             -             -             queued
`;

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
    for (const phase of JOB_PHASES.filter(isTerminal))
      expect(Object.keys(JOB_TRANSITIONS[phase])).toEqual(["regenerated"]);
  });
});

describe("evolve()", () => {
  it.each(JOB_PHASES.flatMap((phase) => JOB_EVENT_TYPES.map((type) => ({ phase, type }))))(
    "follows the table when a $phase job is $type",
    ({ phase, type }) => {
      const job = aJob({ phase });
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

  it("walks only along the table, and never out of an end (P3, P4)", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...JOB_EVENT_TYPES), { maxLength: 40 }), (types) => {
        let job = aJob({ phase: "queued" });
        for (const type of types) {
          const next = nextPhase(job.phase, type);
          if (!next) continue;
          const event = { ...anEvent[type], ...(type === "regenerated" && { operationId: newOperationId(job.jobId) }) };
          const { version, phase, operationId } = job;
          job = evolve(job, event, NOW);
          if (isTerminal(phase)) expect(job.operationId).not.toBe(operationId);
          expect(job).toMatchObject({ phase: next, version: version + 1 });
        }
      }),
    );
  });
});
