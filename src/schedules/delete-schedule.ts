import { againOnConflict } from "../platform/again-on-conflict.ts";
import { hasCode } from "../platform/errors.ts";
import { finishDeleting } from "./purge-records.ts";
import type { PurgeDeps } from "./purge-records.ts";
import type { ScheduleRef } from "./schedule.ts";

/**
 * Deletes a schedule with its records. From the first write on nobody sees it any more and nothing begins; a process that
 * dies behind that leaves the rest to the timer. Jobs that it has submitted go on.
 *
 * @throws MillraceError NOT_FOUND, STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function deleteSchedule(deps: PurgeDeps, ref: ScheduleRef): Promise<void> {
  const deleted = await againOnConflict(async () => {
    const { schedule, etag } = await deps.schedules.require(ref);
    return deps.schedules.save({ ...schedule, deletedAt: deps.clock.now() }, etag);
  });
  try {
    await finishDeleting(deps, deleted);
  } catch (thrown) {
    // The timer has come first, and finishes it.
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
  }
}
