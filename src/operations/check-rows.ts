import { BATCH_LINE_KIND } from "../batches/batch-line.ts";
import { BATCH_KEYS, BATCH_KIND, batchOfRowKey } from "../batches/batch-store.ts";
import type { BatchStore } from "../batches/batch-store.ts";
import { deadLetterIdSchema } from "../contract/ids.ts";
import type { JobRef } from "../jobs/life/job.ts";
import { isTerminal } from "../jobs/life/lifecycle.ts";
import { isUndoing } from "../jobs/life/undo.ts";
import { DEAD_LETTER_KIND } from "../jobs/store/dead-letter-row.ts";
import {
  WAKE_UP_KIND,
  letterOfWakeUp,
  letterWakeUpRow,
  readWakeUp,
  wakeUpKey,
  wakeUpRow,
} from "../jobs/store/due-store.ts";
import { JOB_KEYS } from "../jobs/store/idempotency.ts";
import { JOB_KIND, jobOfRowKey } from "../jobs/store/job-row.ts";
import type { JobStore, StoredJob } from "../jobs/store/job-store.ts";
import { PART_KIND, operationOfPartRow } from "../jobs/store/part-row.ts";
import type { TombstoneStore } from "../jobs/store/tombstone-store.ts";
import type { StoredTombstone } from "../jobs/store/tombstone.ts";
import { isForBatch } from "../jobs/supervision/ring-batch.ts";
import type { Container } from "../platform/blobs.ts";
import { InvariantError, hasCode } from "../platform/errors.ts";
import type { StoredRow, Table } from "../platform/tables.ts";
import type { FindingsBook } from "./findings.ts";
import { forEach, scanRows } from "./pass.ts";
import type { Pass } from "./pass.ts";

export interface CheckRowsDeps {
  readonly storage: { readonly jobs: Table };
  readonly jobs: JobStore;
  readonly tombstones: TombstoneStore;
  readonly batches: BatchStore;
  readonly content: Container;
}

interface Check {
  readonly deps: CheckRowsDeps;
  readonly pass: Pass;
  readonly findings: FindingsBook;
}

/**
 * Looks at every row of one partition that could have lost what it belongs to. Rows are read before what they belong to,
 * and dropped only as they were read: whoever writes meanwhile is left alone.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function checkRows(check: Check, partition: string): Promise<void> {
  for (const [kind, look] of Object.entries(LOOKS)) {
    const rows = scanRows(check.pass, { table: check.deps.storage.jobs, partition, kind, select: look.select });
    await forEach(rows, async (stored) => {
      try {
        await look.at(check, stored);
      } catch (thrown) {
        if (thrown instanceof InvariantError) check.findings.add("unreadable", stored.row.rowKey);
        // Somebody wrote it in this moment, and so sees to it.
        else if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
      }
    });
  }
}

interface Look {
  /** The columns it needs. */
  readonly select: readonly string[];
  readonly at: (check: Check, stored: StoredRow) => Promise<void>;
}

const LOOKS: Readonly<Record<string, Look>> = {
  [JOB_KIND]: { select: ["dueAt", "phase"], at: lookAtRecord },
  [BATCH_KIND]: { select: [], at: lookAtBatch },
  [WAKE_UP_KIND]: { select: [], at: lookAtWakeUp },
  [PART_KIND]: { select: [], at: lookAtPart },
  [JOB_KEYS.kind]: { select: ["jobId"], at: lookAtKey },
  [BATCH_KEYS.kind]: { select: ["batchId"], at: lookAtBatchKey },
  [BATCH_LINE_KIND]: { select: [], at: lookAtBatchLine },
  [DEAD_LETTER_KIND]: { select: ["deadLetterId", "origin", "workspaceId", "jobId", "expiresAt"], at: lookAtLetter },
};

async function lookAtRecord(check: Check, { row }: StoredRow): Promise<void> {
  const { deps, findings } = check;
  const ref = jobOfRowKey(row.rowKey);
  const { dueAt, phase } = row;
  if (!(dueAt instanceof Date) || !(await deps.storage.jobs.get(wakeUpKey({ ...ref, at: dueAt })))) {
    const stored = await deps.jobs.find(ref);
    // It moves with every change of the job: only if it stands still is it missing.
    if (stored && stored.dueAt?.getTime() === (dueAt instanceof Date ? dueAt.getTime() : undefined)) {
      await wake(check, ref, stored);
      findings.add("wakeUpMissing", ref.jobId);
    }
  }
  if (phase === "queued" || phase === "processing" || phase === "waiting") await lookAtPayload(check, ref);
}

/** A new row for the time that the job's own says, or one for the time that it should say: then the job is written too. */
async function wake({ deps }: Check, ref: JobRef, stored: StoredJob | StoredTombstone): Promise<void> {
  if (stored.dueAt) {
    const purge = "tombstone" in stored || (isTerminal(stored.job.phase) && !isUndoing(stored.job));
    await deps.storage.jobs.create(wakeUpRow({ ...ref, at: stored.dueAt, purge }));
  } else if ("job" in stored) await deps.jobs.save(stored.job, stored);
  else await deps.tombstones.clean(stored);
}

async function lookAtPayload({ deps, findings }: Check, ref: JobRef): Promise<void> {
  const before = await deps.jobs.get(ref);
  const blob = blobOf(before);
  if (blob === undefined || (await deps.content.exists(blob))) return;
  if (blobOf(await deps.jobs.get(ref)) === blob) findings.add("payloadMissing", ref.jobId);
}

/** Where the payload stands of a job that still needs it. */
function blobOf(stored: StoredJob | undefined): string | undefined {
  if (!stored || isTerminal(stored.job.phase)) return undefined;
  const { payload } = stored.job;
  return "blob" in payload ? payload.blob : undefined;
}

async function lookAtWakeUp({ deps, findings }: Check, { row, etag }: StoredRow): Promise<void> {
  // Of a message's letter or of a batch: when its time has come, it is seen to either way.
  if (letterOfWakeUp(row) !== undefined || isForBatch(row)) return;
  const wakeUp = readWakeUp(row);
  const stored = await deps.jobs.find(wakeUp);
  if (stored?.dueAt?.getTime() === wakeUp.at.getTime()) return;
  await deps.storage.jobs.delete(row, etag);
  findings.add("wakeUpOfNothing", wakeUp.jobId);
}

async function lookAtBatch({ deps, findings }: Check, { row }: StoredRow): Promise<void> {
  const ref = batchOfRowKey(row.rowKey);
  const stored = await deps.batches.get(ref);
  if (stored && (await deps.batches.wakeAgain(stored))) findings.add("wakeUpMissing", ref.batchId);
}

/** What came in between an operation's end and the removal of its parts, or was written after both. */
async function lookAtPart({ deps, findings }: Check, { row, etag }: StoredRow): Promise<void> {
  const { operationId, ...ref } = operationOfPartRow(row);
  const job = (await deps.jobs.get(ref))?.job;
  if (job?.operationId === operationId && !isTerminal(job.phase)) return;
  await deps.storage.jobs.delete(row, etag);
  findings.add("partOfEnded", ref.jobId);
}

async function lookAtKey({ deps, findings }: Check, { row, etag }: StoredRow): Promise<void> {
  const ref = JOB_KEYS.madeBy(row);
  if (await deps.jobs.get(ref)) return;
  await deps.storage.jobs.delete(row, etag);
  findings.add("keyOfNothing", ref.jobId);
}

async function lookAtBatchKey({ deps, findings }: Check, { row, etag }: StoredRow): Promise<void> {
  const ref = BATCH_KEYS.madeBy(row);
  const stored = await deps.batches.get(ref);
  if (stored && stored.batch.phase !== "gone") return;
  await deps.storage.jobs.delete(row, etag);
  findings.add("keyOfNothing", ref.batchId);
}

/** Of the history of a batch that is not there; one that goes takes its lines with it. */
async function lookAtBatchLine({ deps, findings }: Check, { row, etag }: StoredRow): Promise<void> {
  const ref = batchOfRowKey(row.rowKey);
  if (await deps.batches.get(ref)) return;
  await deps.storage.jobs.delete(row, etag);
  findings.add("lineOfNothing", ref.batchId);
}

async function lookAtLetter({ deps, findings }: Check, { row, etag }: StoredRow): Promise<void> {
  const { deadLetterId, origin, workspaceId, jobId, expiresAt } = row;
  const id = deadLetterIdSchema.safeParse(deadLetterId);
  if (!id.success) throw new InvariantError("6c1f0ab8", `Cannot read row "${row.rowKey}" as a dead letter`);
  if (origin === "message") {
    const wakeUp = expiresAt instanceof Date && letterWakeUpRow({ deadLetterId: id.data, expiresAt });
    if (!wakeUp || (await deps.storage.jobs.get(wakeUp))) return;
    await deps.storage.jobs.create(wakeUp);
    findings.add("wakeUpMissing", id.data);
    return;
  }
  if (await deps.jobs.get({ workspaceId: String(workspaceId), jobId: String(jobId) })) return;
  await deps.storage.jobs.delete(row, etag);
  findings.add("letterOfNothing", id.data);
}
