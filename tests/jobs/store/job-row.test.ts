import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { JOB_PHASES } from "../../../src/jobs/life/lifecycle.ts";
import { fromRow, partitionOf, toRow } from "../../../src/jobs/store/job-row.ts";
import { newId } from "../../../src/platform/ids.ts";
import { PARTITIONS } from "../../../src/platform/partitions.ts";
import { aJob } from "../../support/a-job.ts";

describe("toRow() and fromRow()", () => {
  it.each(JOB_PHASES)("give a %s job back as it was", (phase) => {
    const job = aJob({ phase, metadata: { a: "ü" }, tags: ["x"], customerId: "c" });
    expect(fromRow(toRow(job))).toEqual(job);
  });

  it.each([
    ["a lease", "processing", "leaseUntil"],
    ["a result", "done", "result"],
    ["an error", "failed", "error"],
    ["a version", "queued", "version"],
  ] as const)("refuse a row without %s where its phase must have one", (_, phase, column) => {
    const { [column]: _missing, ...row } = toRow(aJob({ phase }));
    expect(() => fromRow(row as ReturnType<typeof toRow>)).toThrow(column);
  });

  it.each(["payload", "metadata"])("refuse a row whose %s is cut off", (column) => {
    const row = toRow(aJob({ phase: "queued", metadata: { a: "b" } }));
    expect(() => fromRow({ ...row, [column]: '{"a":' })).toThrow(column);
  });

  it("refuse a value that no column can hold", () => {
    expect(() => toRow(aJob({ phase: "queued", payload: { inline: "x".repeat(40_000) } }))).toThrow("40");
  });
});

describe("partitionOf()", () => {
  it("spreads jobs over all partitions, and over no other", () => {
    const ids = Array.from({ length: 2000 }, () => newId("job", new Date()));
    const used = new Set(ids.map((jobId) => partitionOf({ jobId })));
    expect([...used].sort()).toEqual([...PARTITIONS]);
  });

  it("keeps the row keys of later jobs before those of earlier ones", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1e9 }), (at, later) => {
        const keyAt = (time: number) => toRow(aJob({ phase: "queued", jobId: newId("job", new Date(time)) })).rowKey;
        expect(keyAt(at + later) < keyAt(at)).toBe(true);
      }),
    );
  });
});
