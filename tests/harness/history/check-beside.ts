import { wakeUpKey } from "../../../src/jobs/due-store.ts";
import { readHistoryRow } from "../../../src/jobs/history.ts";
import type { Job } from "../../../src/jobs/job.ts";
import { jobIdOfRowKey } from "../../../src/jobs/job-row.ts";
import { partsOfRowKey } from "../../../src/platform/partitions.ts";
import type { Row } from "../../../src/platform/tables.ts";
import type { Commit, History, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";

/**
 * The rows beside a job change with it, in one transaction: there is one wake-up row for a job that is due, at the time
 * that the job's own row names; and its history has a line for each transition, written once.
 */
export function checkBeside({ commits }: History, walks: readonly Walk[]): Violation[] {
  const rows = commits.flatMap((commit) => {
    const kind = partsOfRowKey((commit.after ?? commit.before)?.rowKey ?? "")[0];
    return kind === "due" || kind === "hist" ? [{ ...commit, kind }] : [];
  });
  return walks.flatMap((walk) => {
    const own = rows.filter(({ before, after }) => jobOf(after ?? before) === walk.jobId);
    return [
      ...checkWakeUps(walk, own.filter(({ kind }) => kind === "due"), commits),
      ...checkLines(walk, own.filter(({ kind }) => kind === "hist")),
    ].map(({ kind, text }) => ({ kind, text: `${walk.jobId}: ${text}` }));
  });
}

/** `due|time|workspace|job` and `hist|workspace|job, counted downwards|version`. */
function jobOf(row: Row | undefined): string {
  const parts = partsOfRowKey(row?.rowKey ?? "");
  return parts[0] === "due" ? (parts[3] ?? "") : jobIdOfRowKey(parts[2] ?? "");
}

/** Looked at after each transaction that changed one or the other. */
function checkWakeUps({ moves }: Walk, rows: readonly Commit[], commits: readonly Commit[]): Violation[] {
  const found: Violation[] = [];
  const standing = new Set<string>();
  const transactions = [...new Set([...moves, ...rows].map(({ transaction }) => transaction))].sort((a, b) => a - b);
  let job: Job | undefined;
  let dueAt: unknown;
  for (const transaction of transactions) {
    for (const row of rows.filter((each) => each.transaction === transaction)) {
      if (row.after) standing.add(row.after.rowKey);
      else standing.delete(row.before?.rowKey ?? "");
    }
    const move = moves.find((each) => each.transaction === transaction);
    if (move) {
      job = move.after;
      dueAt = commits[move.index]?.after?.["dueAt"];
    }
    const wanted = job && dueAt instanceof Date ? wakeUpKey({ ...job, at: dueAt }).rowKey : undefined;
    const isRight = standing.size === (wanted === undefined ? 0 : 1) && (wanted === undefined || standing.has(wanted));
    if (!isRight)
      found.push({ kind: "wake-up row", text: `${[...standing].join(", ") || "none"} instead of ${wanted ?? "none"}` });
  }
  return found.slice(0, 1); // The first is the cause of the others.
}

function checkLines({ moves }: Walk, rows: readonly Commit[]): Violation[] {
  const found: Violation[] = [];
  const say = (text: string) => found.push({ kind: "history", text });
  for (const { before, after } of rows)
    if (before && after && !isSame(before, after)) say(`line ${String(after["version"])} was written over`);
  const removed = rows.filter(({ after }) => !after).map(({ transaction }) => transaction);
  const goneIn = moves.find(({ after }) => !after)?.transaction ?? Infinity;
  if (removed.some((transaction) => transaction < goneIn)) say("a line went before its job");
  for (const { transaction, before, after } of moves) {
    if (!after || before?.last.version === after.last.version) continue;
    const line = rows.find((row) => row.transaction === transaction && row.after?.["version"] === after.version)?.after;
    if (!line) say(`version ${after.version} ("${after.last.event}") has no line of its transaction`);
    else if (!tellsOf(line, before, after)) say(`the line of version ${after.version} tells something else`);
  }
  return found;
}

function tellsOf(line: Row, before: Job | undefined, after: Job): boolean {
  const { event, from, to, operationId, attempt } = readHistoryRow(line);
  return (
    event === after.last.event &&
    from === before?.phase &&
    to === after.phase &&
    operationId === after.operationId &&
    attempt === after.attempt
  );
}

/** The SDK repeats a write whose answer was lost: the same once more is no change. */
function isSame(one: Row, other: Row): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
