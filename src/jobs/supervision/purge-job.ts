import type { Container } from "../../platform/blobs.ts";
import type { Clock } from "../../platform/clock.ts";
import { checkpointFolder } from "../store/checkpoints.ts";
import { payloadFolder } from "../store/content.ts";
import type { StoredJob } from "../store/job-store.ts";
import type { TombstoneStore } from "../store/tombstone-store.ts";
import { tombstoneOf } from "../store/tombstone.ts";
import type { StoredTombstone, Tombstone } from "../store/tombstone.ts";
import { artifactFolder } from "../work/complete.ts";

export interface PurgeDeps {
  readonly tombstones: TombstoneStore;
  readonly content: Container;
  readonly clock: Clock;
  /** How long an expired job is answered with 410 before nobody knows of it any more. */
  readonly goneDays: number;
}

/**
 * Lets a job that has ended go: one conditional write puts its tombstone in its place, and the job does not exist any
 * more.
 *
 * @throws MillraceError VERSION_CONFLICT when somebody changed it meanwhile, STORAGE_UNAVAILABLE
 */
export async function buryJob(deps: PurgeDeps, stored: StoredJob, why: Tombstone["why"]): Promise<StoredTombstone> {
  const { clock, goneDays } = deps;
  return deps.tombstones.bury(stored, tombstoneOf(stored.job, { why, at: clock.now(), goneDays }));
}

/**
 * Removes a job whose time has come, and what it has left.
 *
 * @throws MillraceError VERSION_CONFLICT when another is at it, STORAGE_UNAVAILABLE
 */
export async function purgeJob(deps: PurgeDeps, stored: StoredJob): Promise<void> {
  await cleanUpAfter(deps, await buryJob(deps, stored, "expired"));
}

/**
 * Removes what a job that is gone has left. Whoever is interrupted in it leaves the rest to the supervisor, which the
 * wake-up row brings back. Blobs first: once the rows are gone as well, only the consistency check looks for them.
 *
 * @throws MillraceError VERSION_CONFLICT when another is at it, STORAGE_UNAVAILABLE
 */
export async function cleanUpAfter({ tombstones, content }: PurgeDeps, stored: StoredTombstone): Promise<void> {
  for (const folder of [payloadFolder, artifactFolder, checkpointFolder])
    await content.deleteFolder(folder(stored.tombstone)); // Those of attempts that failed stand there too, in no row.
  await tombstones.clean(stored);
}
