import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { HubState } from "../state/hub-state.ts";
import type { Archive } from "./format.ts";
import { LostOwnershipError } from "./journal-errors.ts";
import { deleteOlderJournals, journalPath, newestJournal, syncFolder } from "./journal-files.ts";
import { Journal } from "./journal.ts";
import type { JournalOptions, Recovery } from "./journal.ts";
import { LineReader } from "./line-reader.ts";
import { SharedFile } from "./open-file.ts";
import { readRecords } from "./read-records.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { writeSnapshot } from "./write-snapshot.ts";

/**
 * Takes a hub's journal over: folds what the last owner has written into the state, writes it anew under the claim's
 * epoch, and deletes what is older. The last owner may go on appending to its file; nobody reads that any more.
 * Rejects with a DamagedJournalError when it cannot be read as a whole, a LostOwnershipError when there is a later owner.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, claim, state } = options;
  await makeFolder(folder);
  const previous = await openPrevious(options);
  try {
    const { recovery, archive } = await recover(previous, state);
    const path = journalPath(folder, claim.epoch);
    const snapshot = await writeSnapshot({ path, epoch: claim.epoch, state, archive });
    try {
      if (!(await claim.isHeld())) throw new LostOwnershipError(folder, claim.epoch);
      await deleteOlderJournals(folder, claim.epoch);
    } catch (error) {
      await snapshot.file.retire();
      throw error;
    }
    return new Journal(options, snapshot, recovery);
  } finally {
    await previous?.retire();
  }
}

async function openPrevious({ folder, claim }: JournalOptions): Promise<SharedFile | undefined> {
  const newest = await newestJournal(folder);
  if (newest === undefined) return undefined;
  if (newest.epoch > claim.epoch) throw new LostOwnershipError(folder, claim.epoch);
  return new SharedFile({ path: newest.path, handle: await open(newest.path) });
}

async function recover(
  file: SharedFile | undefined,
  state: HubState,
): Promise<{ recovery: Recovery; archive: Archive | undefined }> {
  if (file === undefined) return { recovery: { path: undefined, records: 0, tornTail: undefined }, archive: undefined };
  const lines = new LineReader(file);
  const extents = await readSnapshot(lines, state);
  const read = await readRecords(lines, state);
  return { recovery: { path: file.path, ...read }, archive: { file, extents } };
}

/** Makes the folder, and makes it last. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}
