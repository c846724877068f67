import type { Job } from "../../../src/jobs/life/job.ts";
import { wakeUpKey } from "../../../src/jobs/store/due-store.ts";
import { readHistoryRow } from "../../../src/jobs/store/history.ts";
import { jobOfRowKey } from "../../../src/jobs/store/job-row.ts";
import { partsOfRowKey } from "../../../src/platform/partitions.ts";
import type { Row } from "../../../src/platform/tables.ts";
import { isHandOff } from "./batches/check-batch-remains.ts";
import type { Commit, History, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";

/**
 * The rows beside a job change with it, in one transaction: there is one wake-up row for a job that is due, at the time
 * that the job's own row names; and its history has a line for each transition, written once.
 */
export function checkBeside({ commits }: History, walks: readonly Walk[]): Violation[] {
  const rows = commits.flatMap((commit): OwnCommit[] => {
    const { rowKey = "" } = commit.after ?? commit.before ?? {};
    const kind = isHandOff(rowKey) ? undefined : partsOfRowKey(rowKey)[0];
    return kind === "due" || kind === "hist" || kind === "job" ? [{ ...commit, kind }] : [];
  });
  return walks.flatMap((walk) => {
    const own = rows.filter(({ before, after }) => jobOf(after ?? before) === walk.jobId);
    return [
      ...checkWakeUps(own),
      ...checkLines(
        walk,
        own.filter(({ kind }) => kind === "hist"),
      ),
    ].map(({ kind, text }) => ({ kind, text: `${walk.jobId}: ${text}` }));
  });
}

/** `due|time|workspace|job` and `hist|workspace|job, counted downwards|version`. */
function jobOf(row: Row | undefined): string {
  const parts = partsOfRowKey(row?.rowKey ?? "");
  if (parts[0] === "job") return jobOfRowKey(row?.rowKey ?? "").jobId;
  return parts[0] === "due" ? (parts[3] ?? "") : jobOfRowKey(`job|${parts[1] ?? ""}|${parts[2] ?? ""}`).jobId;
}

interface OwnCommit extends Commit {
  readonly kind: "due" | "hist" | "job";
}

/**
 * Looked at after each transaction that changed the one or the other. Where neither the job nor its tombstone is left, a
 * wake-up row may outlive them for as long as it takes to delete it.
 */
function checkWakeUps(own: readonly OwnCommit[]): Violation[] {
  const standing = new Set<string>();
  let row: Row | undefined;
  const last = own.at(-1)?.transaction;
  for (const [index, { kind, transaction, before, after }] of own.entries()) {
    if (kind === "job") row = after;
    if (kind === "due" && after) standing.add(after.rowKey);
    if (kind === "due" && !after) standing.delete(before?.rowKey ?? "");
    if (own[index + 1]?.transaction === transaction) continue;
    if (!row && transaction !== last) continue;
    const wanted = row && dueKeyOf(row);
    const isRight = standing.size === (wanted === undefined ? 0 : 1) && (wanted === undefined || standing.has(wanted));
    if (!isRight) {
      const told = `${[...standing].join(", ") || "none"} instead of ${wanted ?? "none"} after transaction ${transaction}`;
      return [{ kind: "wake-up row", text: told }]; // The first is the cause of all others.
    }
  }
  return [];
}

function dueKeyOf(row: Row): string | undefined {
  const { dueAt } = row;
  return dueAt instanceof Date ? wakeUpKey({ ...jobOfRowKey(row.rowKey), at: dueAt }).rowKey : undefined;
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
