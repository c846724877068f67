import { describe, expect, it } from "@jest/globals";
import type { BatchView } from "../../../local/dev/batch-client.ts";
import { formatChanges } from "../../../local/dev/batch-report.ts";

type Status = BatchView["items"][number]["status"];

const view = (items: Record<string, Status>, counts: Record<string, number>): BatchView => ({
  batch_id: "batch_1",
  status: "running",
  counts,
  items: Object.entries(items).map(([key, status]) => ({ key, status })),
});

describe("formatChanges()", () => {
  it("shows what has changed since, and the counts once behind it", () => {
    const first = formatChanges(view({ a: "accepted", b: "accepted", c: "blocked" }, { blocked: 1, accepted: 2 }), {});
    expect(first.lines).toEqual(["  a             released", "  b             released    1 blocked, 2 accepted"]);
    const same = formatChanges(view({ a: "accepted", b: "accepted", c: "blocked" }, { blocked: 1 }), first.seen);
    expect(same.lines).toEqual([]);
    const next = view({ a: "completed", b: "accepted", c: "blocked" }, { blocked: 1, running: 0, completed: 1 });
    expect(formatChanges(next, first.seen).lines).toEqual(["  a             completed   1 blocked, 1 completed"]);
  });

  it("says why an item failed, and that one waits again", () => {
    const error = { code: "OUT_OF_INK", message: "There is no ink" };
    const batch: BatchView = { ...view({}, { failed: 1 }), items: [{ key: "a", status: "failed", error }] };
    expect(formatChanges(batch, {}).lines).toEqual(["  a             failed  OUT_OF_INK: There is no ink  1 failed"]);
    expect(formatChanges(view({ a: "blocked" }, {}), { a: "failed" }).lines).toEqual(["  a             blocked"]);
  });

  it("shows the last word as an item", () => {
    const batch: BatchView = { ...view({}, { completed: 2 }), finally: { status: "running" } };
    expect(formatChanges(batch, {}).lines).toEqual(["  finally       running     2 completed"]);
  });

  it("shows nothing of a batch whose items are not written yet", () => {
    const { counts: _none, ...loading } = view({}, {});
    expect(formatChanges(loading, {}).lines).toEqual([]);
  });
});
