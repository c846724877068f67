/** The files of a hub: `hub-<epoch>.journal`, and `….journal.tmp` while a snapshot is being written. */
import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const FILE_NAME = /^hub-(\d+)\.journal(\.tmp)?$/;

interface Found {
  readonly path: string;
  readonly epoch: number;
  readonly isTemporary: boolean;
}

export function journalPath(folder: string, epoch: number): string {
  return join(folder, `hub-${epoch}.journal`);
}

/** The journal with the highest epoch. */
export async function newestJournal(folder: string): Promise<Found | undefined> {
  const journals = (await journalFiles(folder)).filter(({ isTemporary }) => !isTemporary);
  return journals.sort((a, b) => b.epoch - a.epoch)[0];
}

/** Deletes what earlier owners have left, and half-written snapshots. A later owner's files stay. */
export async function deleteOlderJournals(folder: string, epoch: number): Promise<void> {
  for (const file of await journalFiles(folder)) {
    const isOlder = file.epoch < epoch || (file.epoch === epoch && file.isTemporary);
    if (isOlder) await rm(file.path, { force: true });
  }
}

/** Makes a rename or a new file in it last. Windows cannot open a folder, and keeps its changes in order without. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function journalFiles(folder: string): Promise<Found[]> {
  return (await readdir(folder)).flatMap((name) => {
    const match = FILE_NAME.exec(name);
    return match === null
      ? []
      : [{ path: join(folder, name), epoch: Number(match[1]), isTemporary: match[2] !== undefined }];
  });
}
