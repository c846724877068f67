import { describe, expect, it } from "@jest/globals";
import type { FailedJob } from "../../../src/jobs/life/job.ts";
import { historyRow, readHistoryRow } from "../../../src/jobs/store/history.ts";
import { aJob } from "../../support/a-job.ts";

describe("historyRow() and readHistoryRow()", () => {
  it("tell why the operation failed, and when", () => {
    const job = aJob({ phase: "failed" }) as FailedJob;
    expect(readHistoryRow(historyRow(job))).toMatchObject({ to: "failed", at: job.updatedAt, error: job.error });
  });

  it("refuse a line whose error is cut off", () => {
    const row = historyRow(aJob({ phase: "failed" }));
    expect(() => readHistoryRow({ ...row, error: '{"code":' })).toThrow("Cannot read row");
  });
});
