import { describe, expect, it } from "@jest/globals";
import { BATCH_TRANSITIONS, isOver, nextBatchPhase } from "../../src/batches/batch-phases.ts";
import type { BatchEventType } from "../../src/batches/batch-phases.ts";
import { evolveBatch } from "../../src/batches/batch.ts";
import type { Batch } from "../../src/batches/batch.ts";
import { decideEnd, endIfOver } from "../../src/batches/end-batch.ts";
import type { Outcome } from "../../src/batches/end-batch.ts";
import type { ItemStore } from "../../src/batches/item-store.ts";
import { newId } from "../../src/platform/ids.ts";
import { createBatchScene } from "../support/batch-scene.ts";
import { TRACEPARENT } from "../support/echo-jobs.ts";

describe("endIfOver()", () => {
  it("does not end a batch whose last job began since it saw nobody at work", async () => {
    const scene = await createBatchScene();
    const { app } = scene;
    const last = { job_type: "echo", payload: { text: "last" } };
    const ref = { workspaceId: "default", batchId: await scene.accepted([{ key: "only" }], { finally: last }) };
    const phase = async () => (await app.batches.require(ref)).batch.phase;
    await scene.deliver("batch-requests");
    await scene.deliver("job-requests");
    expect(await phase()).toBe("finishing");

    let hasBegun = false;
    const isMarked: ItemStore["isMarked"] = async (kind, ...where) => {
      const marked = await app.items.isMarked(kind, ...where);
      if (kind === "active" && !hasBegun) {
        hasBegun = true;
        await scene.deliver("batch-requests");
        expect(await scene.countMessages("job-requests")).toBe(1);
      }
      return marked;
    };
    await endIfOver({ ...app, items: { ...app.items, isMarked } }, ref);
    expect({ hasBegun, phase: await phase() }).toEqual({ hasBegun: true, phase: "finishing" });

    await scene.settle();
    expect(await phase()).toBe("completed");
  });
});

const NOW = new Date("2026-03-01T00:00:00.000Z");
const LOADING: Batch = {
  ...{ workspaceId: "default", batchId: newId("batch", NOW), phase: "loading", policy: "fail_fast", items: 1 },
  ...{ plan: "plan", hasFinally: true, traceparent: TRACEPARENT, retentionDays: 30, version: 1 },
  ...{ last: { version: 1, event: "accepted", actor: "client" }, createdAt: NOW, updatedAt: NOW },
};

/** What happens to a batch whoever asks how its items stand: by its client, or because a stage of it is done. */
const BY_OTHERS = ["loaded", "opened", "cancelRequested", "stopped", "swept", "reopened"] as const;
/** In these, nobody asks. */
const NOT_ASKED: readonly Batch["phase"][] = ["loading", "opening", "stopping", "gone"];

interface Case {
  readonly batch: Batch;
  readonly last: Outcome["last"];
}

/** Everything that can follow from a case, however the items come to stand. Says of each answer what it was to. */
function nextOf({ batch, last }: Case, answered: (type: BatchEventType, batch: Batch) => void): Case[] {
  const apply = (type: BatchEventType) => evolveBatch(batch, { type, actor: "worker" }, NOW);
  // Who loads a batch sees that it was cancelled meanwhile, and does not open it.
  const isStopped = (type: BatchEventType) => type === "opened" && batch.stop !== undefined;
  const byOthers = BY_OTHERS.filter((type) => nextBatchPhase(batch.phase, type) && !isStopped(type)).map((type) => ({
    batch: apply(type),
    last,
  }));
  const begun = batch.phase === "finishing" && last === "blocked" ? [{ batch, last: "completed" } as const] : [];
  if (NOT_ASKED.includes(batch.phase)) return [...byOthers, ...begun];
  const ends = [true, false].flatMap((isBad) => {
    const type = decideEnd(batch, { last, isBad });
    if (type) answered(type, batch);
    return type && nextBatchPhase(batch.phase, type) ? [{ batch: apply(type), last }] : [];
  });
  return [...byOthers, ...begun, ...ends];
}

describe("decideEnd()", () => {
  it.each(["blocked", undefined] as const)(
    "only ever answers what is legal where it is asked; last job: %s",
    (last) => {
      const seen = new Set<string>();
      const left: Case[] = [{ batch: LOADING, last }];
      const illegal: string[] = [];
      const ended = new Set<string>();
      for (let each = left.pop(); each; each = left.pop()) {
        const { phase, stop } = each.batch;
        const name = [phase, stop, each.last].join(" ");
        if (seen.has(name)) continue;
        seen.add(name);
        left.push(
          ...nextOf(each, (type, batch) => {
            if (!nextBatchPhase(batch.phase, type)) illegal.push(`${type} in ${name}`);
            if (type !== "finishing") ended.add(`${batch.phase} ${type}`);
          }),
        );
      }
      expect(illegal).toEqual([]);
      const phases = new Set([...seen].map((name) => name.split(" ")[0]));
      expect([...phases].sort()).toEqual(
        Object.keys(BATCH_TRANSITIONS)
          .filter((phase) => phase !== "gone" && (last !== undefined || phase !== "finishing"))
          .sort(),
      );
      for (const phase of ["running", "draining", ...(last ? ["finishing"] : [])])
        expect(ended).toContain(`${phase} completed`);
      expect([...ended].filter((name) => isOver(name.split(" ")[0] as Batch["phase"])).sort()).toEqual([
        "completed failed",
        "failed completed",
      ]);
    },
  );

  it("does not pass over an answer in silence that is not legal", async () => {
    const scene = await createBatchScene();
    const { app } = scene;
    const ref = { workspaceId: "default", batchId: await scene.accepted([{ key: "only" }]) };
    await scene.settle();
    const stored = await app.batches.require(ref);
    await app.batches.save({ ...stored.batch, stop: "cancelled" }, stored); // As no row can be.
    await expect(endIfOver(app, ref)).rejects.toThrow(/Cannot apply "cancelled"/);
  });
});
