import { z } from "zod";
import { jobIdSchema, workspaceIdSchema } from "../../contract/ids.ts";
import { daysAfter } from "../../platform/clock.ts";
import { InvariantError } from "../../platform/errors.ts";
import { odata } from "../../platform/tables.ts";
import type { Row } from "../../platform/tables.ts";
import type { JobRef } from "../life/job.ts";
import { jobKey } from "./job-row.ts";

const GONE = "gone";

const tombstoneSchema = z.object({
  phase: z.literal(GONE),
  workspaceId: workspaceIdSchema,
  jobId: jobIdSchema,
  /** Its time had come, or its client removed it. */
  why: z.enum(["expired", "deleted"]),
  at: z.date(),
  /** When the tombstone itself goes, and with it the last that is known of the job. */
  forgetAt: z.date(),
});

/**
 * What stands in the place of a job that is gone, under the job's own row key: from the moment it is written the job does
 * not exist. It says what clients are told, and keeps a late repetition of the job's first write from bringing it back.
 */
export type Tombstone = z.infer<typeof tombstoneSchema>;

/** A tombstone as it was read, with what the next write must name. */
export interface StoredTombstone {
  readonly tombstone: Tombstone;
  readonly etag: string;
  /** When the supervisor is to see to it: at once until all that the job left is removed, then when it is to be forgotten. */
  readonly dueAt?: Date | undefined;
}

/**
 * Storage carries out no request that was signed longer ago than 15 minutes (Shared Key authorization), clocks may
 * differ, and after an hour nothing of the job can be on its way any more.
 */
const LATE_REQUESTS_MS = 3_600_000;

interface Burial {
  readonly why: Tombstone["why"];
  readonly at: Date;
  /** How long clients are told that an expired job was there. What a client deletes itself, nobody asks for. */
  readonly goneDays: number;
}

export function tombstoneOf({ workspaceId, jobId }: JobRef, { why, at, goneDays }: Burial): Tombstone {
  const forgetAt = why === "expired" ? daysAfter(at, goneDays) : new Date(at.getTime() + LATE_REQUESTS_MS);
  return { phase: GONE, workspaceId, jobId, why, at, forgetAt };
}

/** A filter for rows of jobs. */
export const NO_TOMBSTONES = odata`phase ne ${GONE}`;

export function isTombstoneRow({ phase }: Row): boolean {
  return phase === GONE;
}

export function toTombstoneRow(tombstone: Tombstone, dueAt: Date): Row {
  return { ...jobKey(tombstone), ...tombstone, dueAt };
}

/** @throws InvariantError when the row is not a tombstone */
export function readTombstoneRow(row: Row): Tombstone {
  const parsed = tombstoneSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new InvariantError("d07f3b96", `Cannot read row "${row.rowKey}" as a tombstone`);
}
