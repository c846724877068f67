import { logTo } from "../platform/log.ts";
import type { LogSink } from "../platform/log.ts";
import { PARTITIONS } from "../platform/partitions.ts";
import { isBalanced, readBooks } from "./books.ts";
import type { Books, BooksDeps } from "./books.ts";
import { BLOB_FOLDERS, checkBlobs } from "./check-blobs.ts";
import type { CheckBlobsDeps } from "./check-blobs.ts";
import { checkRows } from "./check-rows.ts";
import type { CheckRowsDeps } from "./check-rows.ts";
import { createFindingsBook } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { startPass } from "./pass.ts";

export interface CheckDeps extends CheckRowsDeps, CheckBlobsDeps, BooksDeps {
  readonly storage: CheckRowsDeps["storage"];
  readonly chance: () => number;
}

export interface Report {
  readonly findings: Findings;
  /** Partitions and folders that could not be read, and so not checked. */
  readonly skipped: number;
  readonly books: Books;
  /** The time was up before everything was looked at; the next check begins somewhere else. */
  readonly wasCutShort: boolean;
}

export interface CheckOptions {
  readonly sink: LogSink;
  readonly withinMs: number;
}

/** Partitions and folders that are looked at at one time. */
const TASKS_AT_ONCE = 4;

/**
 * Looks for rows and blobs that have lost what they belong to, which is what a crash between two calls leaves, or
 * somebody's hand; mends what can be mended and reports the rest. Nothing hangs on it but space and certainty: that jobs
 * end is the supervisor's affair. It begins anywhere, so that what one run had no time for, another has.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE when the books cannot be read
 */
export async function checkConsistency(deps: CheckDeps, { sink, withinMs }: CheckOptions): Promise<Report> {
  const log = logTo(sink);
  const pass = startPass(withinMs);
  const findings = createFindingsBook(log);
  const books = await readBooks(deps, startPass(withinMs / 2)); // Much faster than what follows, which must have its turn.
  for (const { jobId } of books.unaccounted) findings.add("unaccounted", jobId);
  for (const { jobId } of books.unrecorded) findings.add("unrecorded", jobId);

  const check = { deps, pass, findings };
  const tasks = startingAnywhere(deps.chance, [
    ...PARTITIONS.map((name) => ({ name, run: async () => checkRows(check, name) })),
    ...BLOB_FOLDERS.map((name) => ({ name, run: async () => checkBlobs(check, name) })),
  ]);
  let skipped = 0;
  const takeTurns = async () => {
    for (let task = tasks.shift(); task && !pass.isOver(); task = tasks.shift())
      try {
        await task.run();
      } catch (thrown) {
        skipped++;
        log.error("check skipped", { part: task.name }, thrown);
      }
  };
  await Promise.all(Array.from({ length: TASKS_AT_ONCE }, takeTurns));
  const wasCutShort = pass.wasCutShort || books.wasCutShort;
  const report = { findings: findings.all, skipped, books, wasCutShort };
  log.info("check done", { ...countsOf(findings.all), skipped, balanced: isBalanced(books), cut_short: wasCutShort });
  return report;
}

function startingAnywhere<Task>(chance: () => number, tasks: readonly Task[]): Task[] {
  const first = Math.floor(chance() * tasks.length);
  return [...tasks.slice(first), ...tasks.slice(0, first)];
}

function countsOf(findings: Findings): Record<string, number> {
  return Object.fromEntries(Object.entries(findings).map(([kind, { count }]) => [kind, count]));
}
