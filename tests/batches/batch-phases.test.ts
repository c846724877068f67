import { describe, expect, it } from "@jest/globals";
import { BATCH_PHASES, BATCH_TRANSITIONS, isOver, nextBatchPhase } from "../../src/batches/batch-phases.ts";
import type { BatchEventType, BatchPhase } from "../../src/batches/batch-phases.ts";
import { evolveBatch } from "../../src/batches/batch.ts";
import type { Batch } from "../../src/batches/batch.ts";
import { InvariantError } from "../../src/platform/errors.ts";
import { newId } from "../../src/platform/ids.ts";
import { TRACEPARENT } from "../support/echo-jobs.ts";

const NOW = new Date("2026-03-01T00:00:00.000Z");
const EVENTS = [...new Set(Object.values(BATCH_TRANSITIONS).flatMap((row) => Object.keys(row)))] as BatchEventType[];

function aBatch(phase: BatchPhase): Batch {
  return {
    ...{
      workspaceId: "default",
      batchId: newId("batch", NOW),
      phase,
      policy: "skip_dependents",
      items: 1,
      plan: "plan",
    },
    ...{ hasFinally: false, traceparent: TRACEPARENT, retentionDays: 30, version: 3, createdAt: NOW, updatedAt: NOW },
    last: { version: 3, event: "before", actor: "worker" },
    ...(isOver(phase) && { endedAt: NOW, expiresAt: NOW }),
  };
}

describe("evolveBatch()", () => {
  it("does what the table says, and refuses all else", () => {
    for (const phase of BATCH_PHASES)
      for (const type of EVENTS) {
        const to = nextBatchPhase(phase, type);
        const evolve = () => evolveBatch(aBatch(phase), { type, actor: "worker" }, NOW);
        if (to)
          expect(evolve()).toMatchObject({ phase: to, version: 4, last: { version: 4, event: type, from: phase } });
        else expect(evolve).toThrow(InvariantError);
      }
  });

  it("has an end and a time to go exactly while it is over", () => {
    for (const phase of BATCH_PHASES)
      for (const [type, to] of Object.entries(BATCH_TRANSITIONS[phase]) as [BatchEventType, BatchPhase][]) {
        const batch = evolveBatch(aBatch(phase), { type, actor: "worker" }, NOW);
        expect([batch.endedAt !== undefined, batch.expiresAt !== undefined]).toEqual([isOver(to), isOver(to)]);
      }
  });

  it("remembers why it is stopped: a client's cancel before a failure, until it is opened again", () => {
    const after = (batch: Batch, type: BatchEventType) => evolveBatch(batch, { type, actor: "worker" }, NOW);
    const stopped = after(aBatch("running"), "stopped");
    expect(stopped.stop).toBe("failed");
    const cancelled = after(stopped, "cancelRequested");
    expect(cancelled.stop).toBe("cancelled");
    const opened = after(after(after(aBatch("loading"), "cancelRequested"), "loaded"), "stopped");
    expect(opened).toMatchObject({ stop: "cancelled", phase: "stopping" });
    const ended = after(after(cancelled, "swept"), "cancelled");
    expect(after(ended, "reopened")).not.toHaveProperty("stop");
  });

  it("leads from every phase to an end, and nowhere from being gone", () => {
    const ends = (from: BatchPhase, seen: readonly BatchPhase[] = []): boolean =>
      isOver(from) ||
      (Object.values(BATCH_TRANSITIONS[from]) as BatchPhase[]).some(
        (to) => !seen.includes(to) && ends(to, [...seen, from]),
      );
    for (const phase of BATCH_PHASES) expect([phase, ends(phase)]).toEqual([phase, phase !== "gone"]);
  });
});
