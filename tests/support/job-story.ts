import { expect } from "@jest/globals";
import type { App } from "../../src/app.ts";
import type { Job, JobRef } from "../../src/jobs/life/job.ts";
import { isTerminal } from "../../src/jobs/life/lifecycle.ts";
import type { HistoryEntry } from "../../src/jobs/store/history.ts";
import { listHistory } from "../../src/jobs/store/list-history.ts";

export interface Story {
  readonly job: Job;
  /** Oldest first. */
  readonly lines: readonly HistoryEntry[];
  /** How its operations ended, in order. */
  readonly ends: readonly string[];
}

/** What happened to a job; throws unless it is one story without a gap, in which each operation ends once at most. */
export async function storyOf(app: App, ref: JobRef): Promise<Story> {
  const { job } = await app.jobs.require(ref);
  const { entries, unreadable } = await listHistory(app, { ref, limit: 1000 });
  expect(unreadable).toEqual([]);
  const lines = [...entries].reverse();
  expect(lines[0]).toMatchObject({ version: 1, event: "accepted", to: "queued" });
  for (const [index, line] of lines.slice(1).entries()) {
    expect(line.from).toBe(lines[index]?.to);
    expect(line.version).toBeGreaterThan(lines[index]?.version ?? Infinity);
  }
  expect(lines.at(-1)).toMatchObject({ to: job.phase, operationId: job.operationId });
  const ends = lines.filter(({ to }) => isTerminal(to));
  expect(new Set(ends.map(({ operationId }) => operationId)).size).toBe(ends.length);
  return { job, lines, ends: ends.map(({ to }) => to) };
}
